"""A sealed dataset of pictures in the layouts that other tools read."""
