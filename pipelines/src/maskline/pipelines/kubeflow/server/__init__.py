"""A server: how it is reached, how it is, and what can go wrong on the way."""
