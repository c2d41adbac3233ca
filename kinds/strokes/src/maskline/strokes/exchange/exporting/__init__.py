"""Export: a dataset in the formats of other tools, and as pictures with masks or boxes."""
