"""What is told of a training: its journal, the figures that follow from it, curves and a page."""
