"""Lists of particles: where they lie in a tomogram, and what class and score they have."""
