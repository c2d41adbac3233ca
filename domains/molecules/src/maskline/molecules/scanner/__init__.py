"""What a scanner does to a finished picture, and what that does to its masks."""
