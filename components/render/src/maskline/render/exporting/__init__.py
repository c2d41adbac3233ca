"""Export: a sealed dataset in the layouts that other tools read."""
