"""Where molecules come from: files of SMILES, and which of a file a split may draw."""
