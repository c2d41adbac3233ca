"""What a run of the workflow leaves for people: what it decided, what went wrong in it, and who is told."""
