"""From what a network says of every voxel to instances."""
