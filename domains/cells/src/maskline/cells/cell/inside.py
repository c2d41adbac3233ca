"""What a cell looks like: how much brighter than the ground each of its pixels is."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from maskline.cells.blur import blur, grain, kernel
from maskline.cells.cell.family import Family
from maskline.cells.cell.shape import Floats, Shape
from maskline.contract.drawing.ranges import number, whole

NUCLEUS_PX = 1.5
"""Half the width of a nucleus' outline."""
OFF_MIDDLE = (-0.25, 0.25)
"""Where a nucleus may be beside the body's middle, over the body's half length and width."""
TINY = 1e-6
"""Keeps quotients finite."""


@dataclass(frozen=True, slots=True)
class Stuff:
    """What the cells of a family are filled with, all over the picture: (H, W) each, None where there is none."""

    texture: Floats | None
    granules: Floats | None

    def within(self, window: tuple[slice, slice]) -> "Stuff":
        """Return what lies in a window, (h, w)."""
        return Stuff(
            None if self.texture is None else self.texture[window],
            None if self.granules is None else self.granules[window],
        )


def stuff(family: Family, size: tuple[int, int], rng: Generator) -> Stuff:
    """Draw the fillings of a family for a picture.  size: its height and width, pixels."""
    texture = grain(size, number(family.texture_px, rng), rng) if family.texture[1] else None
    return Stuff(texture, _granules(family, size, rng) if any(family.granules) else None)


def _granules(family: Family, size: tuple[int, int], rng: Generator) -> Floats:
    """Return grains, as many bright ones as dark ones, each of height 1 in its middle."""
    sigma, luck = number(family.granule_px, rng), rng.random(size, np.float32)
    bright, dark = luck < family.granule_share / 2, luck > 1 - family.granule_share / 2
    highest = kernel(sigma)[len(kernel(sigma)) // 2] ** 2
    return blur(bright.astype(np.float32) - dark.astype(np.float32), sigma) / np.float32(highest)


def brightness(shape: Shape, depth: Floats, along: tuple[Floats, Floats], filled: Stuff, rng: Generator) -> Floats:
    """Return (h, w) brightness of a cell beside the ground's, over the whole range of grey.

    depth: pixels from the border.  along: pixels from the body's middle, along its length and its width.
    filled: the family's stuff in the cell's window.
    """
    family, deepest = shape.family, max(1.0, float(depth.max()))
    border, full = number(family.border, rng), number(family.border_px, rng)
    tone = np.float32(number(family.body, rng)) * (
        np.float32(border) + np.float32(1 - border) * _risen(depth / np.float32(full + TINY))
    )
    if any(family.rim):
        share = np.minimum(np.maximum(depth / np.float32(number(family.rim_px, rng) + TINY), 0), 1)
        tone += np.float32(4 * number(family.rim, rng)) * share * (1 - share)
    if filled.texture is not None:
        tone += np.float32(number(family.texture, rng)) * filled.texture
    if filled.granules is not None:
        tone += np.float32(number(family.granules, rng) / deepest) * depth * filled.granules
    if family.nucleus[1]:
        tone += _nucleus(shape, along, rng)
    return tone


def _nucleus(shape: Shape, along: tuple[Floats, Floats], rng: Generator) -> Floats:
    """Return what the nucleus adds: its own tone, its outline, and the dots in it."""
    family, share = shape.family, number(shape.family.nucleus, rng)
    u, v = (one - np.float32(number(OFF_MIDDLE, rng) * half) for one, half in zip(along, shape.axes, strict=True))
    a, b = (share * math.sqrt(half * shape.radius) + TINY for half in shape.axes)  # rounder than the body
    from_middle = np.sqrt(u * u / np.float32(a * a) + v * v / np.float32(b * b))
    inside = (np.float32(1) - from_middle) * np.float32(share * shape.radius)
    tone = np.float32(number(family.nucleus_tone, rng)) * _risen(inside / np.float32(2 * NUCLEUS_PX))
    if any(family.nucleus_rim):
        near = np.maximum(np.float32(1) - np.abs(inside) / np.float32(NUCLEUS_PX), 0)
        tone += np.float32(number(family.nucleus_rim, rng)) * near
    for _ in range(whole(family.nucleoli, rng)):
        angle, away = number((0, 2 * math.pi), rng), 0.7 * math.sqrt(rng.random())
        du, dv = u - np.float32(a * away * math.cos(angle)), v - np.float32(b * away * math.sin(angle))
        size = np.float32(2 * number(family.nucleolus_px, rng) + TINY)
        dot = _risen(np.float32(1) - np.sqrt(du * du + dv * dv) / size)
        tone += np.float32(number(family.nucleolus_tone, rng)) * dot
    return tone


def _risen(share: Floats) -> Floats:
    """Return 0 below 0, 1 above 1, and a smooth step between."""
    share = np.minimum(np.maximum(share, 0), 1)
    return share * share * (3 - 2 * share)
