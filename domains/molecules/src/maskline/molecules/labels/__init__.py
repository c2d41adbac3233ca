"""What the label of an atom says and where its characters stand."""
