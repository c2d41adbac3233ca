"""What learns: the weights, the optimizer and its schedule, the numbers computed in, and how good it is by now."""
