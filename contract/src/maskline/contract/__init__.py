"""What the stages must agree on: artifacts, stores, shards, COCO records, categories, identities, the stage entry."""
