"""From a molecule to where everything of it lies: its bonds and labels made ready, turned, sized and laid out."""
