"""Deformations of a picture drawn at random: as a plate that is turned and stretched, and as a sheet of rubber.

H, W: pixels of the picture   K: knots along an axis
"""

import math

import numpy as np
from numpy.typing import NDArray

from maskline.contract.kind.training import Draw
from maskline.pictures.training.augment.config import AugmentationConfig
from maskline.pictures.training.augment.streams import AFFINE, ELASTIC
from maskline.pictures.training.augment.warp import Warp

KNOT_PX = 32
"""Pixels of the network's frame between two knots of the rubber sheet. The sheet does not fold where knots are moved by
less than 0.48 of that along an axis (Choi, Lee 2000, Injectivity conditions of 2D and 3D uniform cubic B-spline
functions)."""


def deformation(size: tuple[int, int], config: AugmentationConfig, scale: float, draw: Draw) -> Warp | None:
    """Return how a picture of `size`, (H, W), is deformed this time; None: it is not.

    scale: pixels of the network's frame in one of the picture.
    """
    plate, rubber = draw(AFFINE), draw(ELASTIC)
    turned, bent = plate.random() < config.affine_share, rubber.random() < config.elastic_share
    if not turned and not bent:
        return None
    outward = affine(size, config, plate) if turned else np.eye(2, 3)
    reach = config.elastic_px / scale if bent else 0.0
    bend = elastic(size, reach, KNOT_PX / scale, rubber) if bent else np.zeros((2, *size), np.float32)
    return Warp(outward, bend, reach)


def affine(size: tuple[int, int], config: AugmentationConfig, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return where a place (x, y, 1) comes to lie, (2, 3): stretched, sheared, turned around the middle, shifted."""
    height, width = size
    turn, slant = (math.radians(most * rng.uniform(-1, 1)) for most in (config.rotation_deg, config.shear_deg))
    smallest, largest = config.stretch
    stretch = np.diag(smallest * (largest / smallest) ** rng.random(2))
    shear = np.array([[1, math.tan(slant)], [0, 1]])
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    matrix = rotation @ shear @ stretch
    middle, shift = np.array([width - 1, height - 1]) / 2, config.shift * rng.uniform(-1, 1, 2) * [width, height]
    return np.column_stack([matrix, middle + shift - matrix @ middle])


def elastic(size: tuple[int, int], most: float, spacing: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a smooth displacement, (2, H, W), x and y in pixels, of at most `most` along an axis.

    It is a free-form deformation (Rueckert et al. 1999, Nonrigid registration using free-form deformations): knots,
    `spacing` pixels apart, are each moved anywhere in a square, and cubic B-splines lie between them.
    """
    rows, columns = (_splines(side, spacing) for side in size)
    knots = rng.uniform(-most, most, (2, rows.shape[1], columns.shape[1])).astype(np.float32)
    bend: NDArray[np.float32] = np.matmul(rows @ knots, columns.T)
    return bend


def _splines(pixels: int, spacing: float) -> NDArray[np.float32]:
    """Return the share of each knot in each pixel along an axis, (pixels, K); each pixel's sum is 1."""
    places = np.arange(pixels) / spacing
    knots = np.arange(-1, math.floor(places[-1]) + 3)
    far = np.abs(places[:, None] - knots)
    left = np.clip(2 - far, 0, None)
    shares = np.where(far < 1, 2 / 3 - far * far * (1 - far / 2), left * left * left / 6)
    return shares.astype(np.float32)
