"""Macromolecular complexes as densities: from shapes, from coordinates of atoms, from maps."""
