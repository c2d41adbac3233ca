"""Import: any COCO dataset, checked as a whole, becomes a sealed dataset."""
