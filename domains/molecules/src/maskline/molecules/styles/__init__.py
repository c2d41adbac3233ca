"""What a preset says of a style, and the style that one picture has of it."""
