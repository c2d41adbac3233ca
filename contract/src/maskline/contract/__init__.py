"""What the stages must agree on: artifacts, stores, shards, COCO records, categories, identities and the stage entry."""
