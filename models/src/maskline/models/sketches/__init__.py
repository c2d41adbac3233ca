"""The model of hand-drawn sketches that comes with Maskline, `published-sketches`: a sealed checkpoint, and no code."""
