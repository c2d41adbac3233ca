"""Import: files are told apart by their names, opened, checked as a whole, and cut into bricks."""
