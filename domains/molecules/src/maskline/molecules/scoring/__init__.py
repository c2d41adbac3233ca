"""How results on molecules are looked at beside average precision.  Needs no rdkit: the evaluate image has none."""
