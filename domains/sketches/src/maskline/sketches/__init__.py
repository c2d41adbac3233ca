"""Hand-drawn objects and scenes: the classes, and a hand that draws them."""
