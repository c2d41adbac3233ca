"""From a molecule laid out to the finished picture, its masks and its records."""
