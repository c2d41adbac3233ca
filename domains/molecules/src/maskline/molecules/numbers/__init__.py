"""Numbers that a drawing is made from, the same on every machine: ranges to draw from, small matrices to multiply."""
