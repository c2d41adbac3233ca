"""Pieces and holes of masks, held against OpenCV's and drawn by hand."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from maskline.molecules.scoring.blot import Blot


def of(*rows: str) -> Blot:
    return Blot(3, 7, np.array([[cell == "#" for cell in row] for row in rows]))


@pytest.mark.parametrize(
    ("blot", "pieces", "holes"),
    [
        (of("#"), 1, 0),
        (of("###", "# #", "###"), 1, 1),
        (of(" # ", "# #", " # "), 1, 1),  # an O of a thin font: corners are joined, and keep the paper in
        (of("## ##", "## ##"), 2, 0),
        (of("###  ###", "# #  # #", "###  ###"), 2, 2),
        (of("#####", "#   #", "# # #", "#   #", "#####"), 2, 1),  # a sign in a circle
        (of("# #", "# #", "###"), 1, 0),
    ],
)
def test_pieces_and_holes_of_figures_drawn_by_hand(blot: Blot, pieces: int, holes: int) -> None:
    assert (blot.pieces(), blot.holes()) == (pieces, holes)


def components(mask: npt.NDArray[np.bool_], connectivity: int) -> int:
    return int(cv2.connectedComponents(mask.astype(np.uint8), connectivity=connectivity)[0]) - 1


@pytest.mark.parametrize("density", [0.2, 0.45, 0.7])
def test_pieces_and_holes_agree_with_another_library(density: float) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        mask = rng.random((17, 23)) < density
        blot = Blot(0, 0, mask)
        assert blot.pieces() == components(mask, 8)
        assert blot.holes() == components(~np.pad(mask, 1), 4) - 1
