"""The molecules domain: diagrams drawn from SMILES, every bond and label an instance."""
