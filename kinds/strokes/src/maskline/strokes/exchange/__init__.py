"""Import and export of sketches: files of other tools become a dataset, and a dataset such files."""
