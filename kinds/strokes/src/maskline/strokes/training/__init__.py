"""How a network learns from sketches: items, how they are varied, scenes put together of them, losses, validation."""
