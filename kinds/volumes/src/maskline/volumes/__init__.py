"""Volumes with labelled instances, as every stage meets them; axes are z, y, x."""
