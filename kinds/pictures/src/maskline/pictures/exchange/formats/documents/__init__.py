"""What every format is read from, a source, and read as, documents of COCO's shape."""
