"""Molecular diagrams drawn from SMILES: every bond and every label is an instance."""
