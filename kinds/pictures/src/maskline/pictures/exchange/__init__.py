"""Pictures with masks from and for other tools: COCO datasets in, COCO and the seed's layout out."""
