"""Datasets from and for other tools, and datasets made of datasets."""
