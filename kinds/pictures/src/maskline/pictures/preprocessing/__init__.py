"""How a network reads a picture: its frame, its channels, its ink."""
