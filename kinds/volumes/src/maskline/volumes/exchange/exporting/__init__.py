"""Export: the bricks of each volume become files again."""
