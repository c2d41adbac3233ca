"""Strokes with parts and objects, as every stage meets them.

`sketch` is the one model of a drawing, `classes` how its classes are named; everything else stands on these two.
"""
