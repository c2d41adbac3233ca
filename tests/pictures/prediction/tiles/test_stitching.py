"""What is found in tiles is what is found in the whole picture, one to one."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest

from maskline.contract.coco import rle
from maskline.pictures.prediction.tiles.layout import Tile, tiles
from maskline.pictures.prediction.tiles.stitching import stitch

SIDE, OVERLAP = 360, 64
"""Pixels, of the picture, and of what tiles share."""
REACH, CLEAR = 2, 8
Masks = Sequence[rle.Mask]


def ellipses(count: int, longest: int, seed: int) -> Masks:
    """Draw ellipses in any direction, up to so many pixels long, that do not touch one another."""
    rng, taken = np.random.default_rng(seed), np.zeros((SIDE, SIDE), np.uint8)
    masks: list[rle.Mask] = []
    while len(masks) < count:
        mask = np.zeros((SIDE, SIDE), np.uint8)
        half = int(rng.integers(4, longest // 2)), int(rng.integers(3, 8))
        centre = rng.integers(0, SIDE, 2).tolist()
        cv2.ellipse(mask, centre, half, float(rng.integers(0, 180)), 0, 360, 1, -1)
        if not (cv2.dilate(mask, np.ones((5, 5), np.uint8)) & taken).any():
            taken |= mask
            masks.append(mask.astype(bool))
    return masks


def result(mask: rle.Mask, category: int, score: float) -> dict[str, Any]:
    code = rle.encode(mask)
    return {"category_id": category, "score": score, "bbox": rle.bbox(code), "segmentation": code}


def seen_in(tile: Tile, masks: Masks) -> list[dict[str, Any]]:
    """Return what a network sees of masks in a tile: all that is in it, as it is cut.

    The first has class 1, the second 2, and so on in turn. Of what the tile holds the smaller part of, the class is 9.
    """
    inside = np.zeros((SIDE, SIDE), bool)
    inside[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width] = True
    found = []
    for number, mask in enumerate(masks):
        part = mask & inside
        if part.any():
            known = part.sum() > mask.sum() / 2
            found.append(result(part, 1 + number % 3 if known else 9, round(part.sum() / mask.sum(), 6)))
    return found


def shown(results: Sequence[dict[str, Any]]) -> list[tuple[int, str]]:
    return sorted((each["category_id"], each["segmentation"]["counts"]) for each in results)


@pytest.mark.parametrize("side", [128, 190, 300])
def test_what_fits_into_the_overlap_is_found_once_and_as_it_is(side: int) -> None:
    masks = ellipses(60, OVERLAP - CLEAR, side)
    places = tiles(SIDE, SIDE, side, OVERLAP)
    stitched = stitch(places, [seen_in(place, masks) for place in places], REACH, CLEAR)
    assert len(places) > 1
    assert shown(stitched) == shown(seen_in(Tile(0, 0, SIDE, SIDE), masks))
    assert [each["score"] for each in stitched] == [1] * len(masks)


@pytest.mark.parametrize("side", [128, 190, 300])
def test_what_is_longer_than_any_tile_is_put_together(side: int) -> None:
    bars = np.zeros((3, SIDE, SIDE), bool)
    bars[0, 100:110, 20:340] = True
    bars[1, 115:350, 300:306] = True
    bars[2, 140:260, 150:158] = True
    places = tiles(SIDE, SIDE, side, OVERLAP)
    found = []
    for place in places:
        inside = np.zeros((SIDE, SIDE), bool)
        inside[place.y : place.y + place.height, place.x : place.x + place.width] = True
        found.append([result(bar & inside, 1, 0.75) for bar in bars if (bar & inside).any()])
    stitched = stitch(places, found, REACH, CLEAR)
    assert shown(stitched) == shown([result(bar, 1, 0.75) for bar in bars])
    assert sorted(each["bbox"] for each in stitched) == sorted(rle.bbox(rle.encode(bar)) for bar in bars)
    assert [each["score"] for each in stitched] == [0.75] * 3


def test_two_tiles_that_see_one_instance_a_little_differently_are_believed_once() -> None:
    places = [Tile(0, 0, 230, SIDE), Tile(130, 0, 230, SIDE)]
    here, there = np.zeros((SIDE, SIDE), bool), np.zeros((SIDE, SIDE), bool)
    here[50:80, 160:198], there[50:80, 162:202] = True, True
    (only,) = stitch(places, [[result(here, 1, 0.8)], [result(there, 1, 0.9)]], REACH, CLEAR)
    assert only["segmentation"] == rle.encode(here)


def test_neighbours_of_one_class_and_one_thing_called_by_two_classes_stay_what_a_tile_says() -> None:
    places = [Tile(0, 0, 230, SIDE), Tile(130, 0, 230, SIDE)]
    upper, lower = np.zeros((SIDE, SIDE), bool), np.zeros((SIDE, SIDE), bool)
    upper[50:80, 160:200], lower[70:100, 160:200] = True, True
    both = [result(upper, 1, 0.9), result(lower, 1, 0.8), result(upper, 2, 0.7)]
    stitched = stitch(places, [both, [{**each, "score": each["score"] / 2} for each in both]], REACH, CLEAR)
    assert shown(stitched) == shown(both)


def test_a_piece_that_no_other_tile_knows_stays() -> None:
    places = [Tile(0, 0, 230, SIDE), Tile(130, 0, 230, SIDE)]
    long = np.zeros((SIDE, SIDE), bool)
    long[50:60, 80:230] = True
    assert stitch(places, [[result(long, 1, 0.9)], []], REACH, CLEAR) == [result(long, 1, 0.9)]


def test_nothing_in_nothing() -> None:
    places = tiles(SIDE, SIDE, 200, OVERLAP)
    assert stitch(places, [[] for _ in places], REACH, CLEAR) == []
