"""The networks: what they are made of, their weights, and what they are asked for."""
