"""How networks for volumes learn: `targets` is what they shall predict, `items` how much of it they see at a time."""
