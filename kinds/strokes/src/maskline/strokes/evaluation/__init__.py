"""How what was found in sketches is compared with the truth, and shown to people."""
