"""Cryo-electron tomograms: macromolecular complexes in ice, seen through a tilt series."""
