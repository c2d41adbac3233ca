"""The cells domain: grey pictures of cells as microscopes give them, every cell with its mask."""
