"""The render stage: a domain's labelled pictures, drawn in shards, sealed as a dataset."""
