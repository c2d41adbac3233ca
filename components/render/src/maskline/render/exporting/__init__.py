"""Export: a sealed dataset as a folder that its kind of record fills."""
