"""The render stage: draws labelled pictures into a sealed dataset."""
