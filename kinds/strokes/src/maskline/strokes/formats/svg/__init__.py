"""SVG: shapes as strokes, groups and classes as objects and parts, and back."""
