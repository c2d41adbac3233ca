"""Networks over strokes: `batch` is what they read, `network` the whole, everything else a piece of it.

S: strokes of all sketches of a batch, one after another   B: sketches   N: strokes of the longest sketch
P: points of a stroke   D: channels of a token   C: objects' classes   K: parts' classes
"""
