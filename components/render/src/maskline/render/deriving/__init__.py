"""Deriving: datasets become other datasets, dealt out anew in folds, with predictions as further labels."""
