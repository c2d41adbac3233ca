"""How what was found in pictures is compared with the truth, and shown to people."""
