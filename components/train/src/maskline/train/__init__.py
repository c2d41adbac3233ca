"""The train stage: turns a dataset into a sealed checkpoint."""
