"""What is done in each region: its class and box, and its mask."""
