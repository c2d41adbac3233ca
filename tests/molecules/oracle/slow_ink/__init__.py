"""What maskline.molecules.ink does, written slowly: with numpy, FreeType and plain loops, to be compared with."""
