"""How a volume is kept: cut into bricks, each a sample, so that no stage ever needs all of one in memory."""
