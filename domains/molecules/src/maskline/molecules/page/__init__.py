"""What stands around a molecule on a page: drawn in the picture, labelled as nothing.

Lengths are sheet pixels, origin top left, x right, y down.
"""
