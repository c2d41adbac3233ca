"""Ways to run containers on this machine: as processes, or in Docker."""
