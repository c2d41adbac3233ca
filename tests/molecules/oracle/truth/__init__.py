"""What a labelled picture must be, read from its pixels and its SMILES alone: none of the code that drew it is used."""
