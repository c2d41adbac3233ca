"""What lies in the ice: complexes side by side, membranes, filaments and beads of gold."""
