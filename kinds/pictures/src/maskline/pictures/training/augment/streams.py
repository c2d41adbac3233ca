"""The numbers of what is drawn at random here: each has a stream of its own, and 0, 2, 10 and 11 are the stage's."""

TURNS = 1
SCALE, CROP, THICKNESS, BRIGHTNESS, CONTRAST, BLUR, NOISE = range(3, 10)
AFFINE, ELASTIC, LIGHT, COLOUR, GRAIN, PASTE = range(12, 18)
GUESTS = 100
"""Added to the numbers of the streams that vary the picture whose instances are pasted."""
