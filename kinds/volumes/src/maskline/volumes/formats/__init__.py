"""Files of other tools that hold volumes, label volumes and lists of particles; axes are z, y, x everywhere."""
