"""How the networks learn from pictures: what the train stage asks of this kind."""
