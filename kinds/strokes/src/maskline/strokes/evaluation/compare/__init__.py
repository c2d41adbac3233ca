"""Truth and results stroke by stroke: what each says, which objects meet, and how good that is."""
