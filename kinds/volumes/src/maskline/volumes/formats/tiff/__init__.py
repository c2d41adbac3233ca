"""TIFF stacks: pages, hyperstacks of ImageJ, OME-TIFF."""
