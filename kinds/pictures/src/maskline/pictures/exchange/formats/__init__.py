"""Labelled pictures in other tools' files: each module reads one format as documents of COCO's shape."""
