"""Any COCO dataset, found and checked as a whole, sample by sample."""
