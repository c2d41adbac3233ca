"""The COCO record kind, `coco/1`: run-length encoded masks, average precision, overlays."""
