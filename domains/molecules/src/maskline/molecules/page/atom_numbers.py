"""Numbers beside atoms.

A: atoms   B: bonds   N: atoms to number   D: directions
"""

import math
from collections import deque
from functools import cache

import numpy as np
import numpy.typing as npt

from maskline.molecules.numbers.matrices import product
from maskline.molecules.numbers.ranges import number
from maskline.molecules.page.boxes import union
from maskline.molecules.page.marks import Box, Text
from maskline.molecules.page.occupied import FloatArray
from maskline.molecules.page.sheet import DrawnMolecule, Sheet

DIRECTIONS = 24
RANKS = 4
"""So many directions are tried, those furthest from the atom's bonds first."""
LABEL_WEIGHT = 0.4
"""A cap height of label on the way counts like so much of the cosine of the angle to the nearest bond."""
ALIKE = 9
"""Decimals of that: directions that differ by less are equally good, and the first one comes first."""
STEPS = (0.0, 0.3, 0.7, 1.1)
"""How much further out a number is tried, over its cap height."""
LARGEST_RING = 8


def number_atoms(sheet: Sheet) -> None:
    """Put a number beside some atoms, each where there is room for it."""
    atoms = _chosen(sheet.drawn, sheet.rng)
    names = _names(len(atoms), sheet.rng)
    cap_height = number(sheet.options.atom_number_height, sheet.rng) * sheet.drawn.cap_height
    gap = number(sheet.options.atom_number_gap, sheet.rng) * sheet.drawn.cap_height
    inks = np.array([sheet.measure(name, sheet.font, cap_height) for name in names])
    boxes = _candidates(sheet.drawn, atoms, inks, gap + np.array(STEPS) * cap_height)
    free = sheet.occupied.free(boxes.reshape(-1, 4), gap).reshape(boxes.shape[:2])
    placed: list[Box] = []
    for name, ink, places in zip(names, inks.tolist(), map(_rows, boxes, free), strict=True):
        box = next((place for place in places if all(_apart(place, other, gap) for other in placed)), None)
        if box:
            placed.append(box)
            sheet.marks.append(Text(name, box[0] - ink[0], box[1] - ink[1], cap_height, sheet.font))
            sheet.whole = union(sheet.whole, box)
    if placed:
        sheet.occupied.add_boxes(np.array(placed))


def _chosen(drawn: DrawnMolecule, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Draw which atoms get a number, in their order: all, those of a ring if there is one, or some."""
    everyone = np.arange(len(drawn.atoms))
    kind = rng.random()
    if kind < 0.4:
        return everyone
    if kind < 0.7:
        return np.array(_ring(drawn.bonds.tolist(), rng) or everyone)
    some = everyone[rng.random(len(everyone)) < rng.uniform(0.2, 0.8)]
    return some if len(some) else everyone[:1]


def _ring(bonds: list[list[int]], rng: np.random.Generator) -> list[int]:
    """Find a small ring, its atoms in order; empty where a few bonds drawn at random are in none."""
    beside: dict[int, list[int]] = {}
    for one, other in bonds:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    for _ in range(min(4, len(bonds))):
        start, end = bonds[int(rng.random() * len(bonds))]
        paths = deque([[start]])
        seen = {start}
        while paths and len(paths[0]) < LARGEST_RING:
            path = paths.popleft()
            for atom in beside[path[-1]]:
                if atom == end and len(path) > 1:
                    return [*path, end]
                if atom not in seen and atom != end:
                    seen.add(atom)
                    paths.append([*path, atom])
    return []


def _names(count: int, rng: np.random.Generator) -> list[str]:
    """Draw the numbers themselves: 1, 2, ... or 1', 2', ... or a, b, ..., mostly from the first on."""
    kind, first = rng.random(), 1 if rng.random() < 0.8 else int(rng.integers(2, 30))
    if kind < 0.15 and count <= 26:
        start = ord("a") if rng.random() < 0.7 else ord("A")
        return [chr(start + index) for index in range(count)]
    prime = "'" if kind < 0.3 else ""
    return [f"{first + index}{prime}" for index in range(count)]


def _candidates(drawn: DrawnMolecule, atoms: npt.NDArray[np.intp], inks: FloatArray, further: FloatArray) -> FloatArray:
    """Return the boxes where each atom's number may lie, best first: (N, STEPS * RANKS, 4).

    inks: (N, 4).  further: (STEPS,) how far the number may lie from the atom or its label.
    """
    compass = _compass()
    toward = drawn.atoms[drawn.bonds[:, ::-1]] - drawn.atoms[drawn.bonds]  # (B, 2, 2): from each end to the other
    toward /= np.maximum(np.sqrt((toward**2).sum(axis=-1)), 1e-9)[..., None]
    crowded = np.full((len(drawn.atoms), DIRECTIONS), -2.0)  # cosine of the angle to the nearest bond
    np.maximum.at(crowded, drawn.bonds.ravel(), product(toward.reshape(-1, 2), compass.T))
    out = _label_depth(drawn, atoms)
    crowding = (crowded[atoms] + LABEL_WEIGHT * out / drawn.cap_height).round(ALIKE)
    best = np.argsort(crowding, axis=1, kind="stable")[:, :RANKS]
    directions = compass[best]  # (N, RANKS, 2)
    halves = (inks[:, None, 2:] - inks[:, None, :2]) / 2
    nearest = (np.abs(directions) * halves).sum(axis=2) + np.take_along_axis(out, best, axis=1)
    distances = nearest[:, None] + further[:, None]  # (N, STEPS, RANKS)
    centres = (drawn.atoms[atoms, None, None] + distances[..., None] * directions[:, None]).reshape(len(atoms), -1, 2)
    return np.concatenate([centres - halves, centres + halves], axis=2)


def _label_depth(drawn: DrawnMolecule, atoms: npt.NDArray[np.intp]) -> FloatArray:
    """Return how far it is from each atom out of its label, if it has one, in every direction: (N, D)."""
    if not len(drawn.label_boxes):
        return np.zeros((len(atoms), DIRECTIONS))
    positions = drawn.atoms[atoms]
    lower = positions[:, None] - drawn.label_boxes[:, :2]  # (N, L, 2)
    upper = drawn.label_boxes[:, 2:] - positions[:, None]
    inside = np.minimum(lower, upper).min(axis=2) >= 0
    rows, label = np.arange(len(atoms)), inside.argmax(axis=1)
    compass = _compass()
    room = np.where(compass > 0, upper[rows, label][:, None], lower[rows, label][:, None])  # (N, D, 2)
    out: FloatArray = (room / np.maximum(np.abs(compass), 1e-9)).min(axis=2)
    out[~inside[rows, label]] = 0
    return out


@cache
def _compass() -> FloatArray:
    angles = [2 * math.pi / DIRECTIONS * step for step in range(DIRECTIONS)]
    return np.array([(math.cos(angle), math.sin(angle)) for angle in angles])


def _rows(boxes: FloatArray, free: npt.NDArray[np.bool_]) -> list[Box]:
    return [(left, top, right, bottom) for left, top, right, bottom in boxes[free].tolist()]


def _apart(one: Box, other: Box, gap: float) -> bool:
    return one[0] - gap >= other[2] or one[2] + gap <= other[0] or one[1] - gap >= other[3] or one[3] + gap <= other[1]
