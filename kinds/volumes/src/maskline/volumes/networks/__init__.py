"""Networks over volumes: `network` is the whole, `unet` and `residual` the two bodies.

B: patches of a batch   Z, Y, X: voxels along each side   M: maps
"""
