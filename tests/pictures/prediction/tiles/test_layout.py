"""Tiles cover a picture, and share what they are to share."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maskline.pictures.prediction.tiles.layout import Tile, tiles

lengths = st.integers(1, 3000)


@given(height=lengths, width=lengths, side=st.integers(40, 700), overlap=st.integers(1, 20))
def test_tiles_cover_every_pixel_and_share_the_overlap(height: int, width: int, side: int, overlap: int) -> None:
    found = tiles(height, width, side, overlap)
    assert len({tile[2:] for tile in found}) == 1
    for start, length, whole in ((1, 3, height), (0, 2, width)):
        spans = sorted({(tile[start], tile[start] + tile[length]) for tile in found})
        assert (spans[0][0], spans[-1][1]) == (0, whole)
        assert all(end - begin <= side for begin, end in spans)
        assert all(before[1] - after[0] >= overlap for before, after in pairwise(spans))


def test_a_picture_of_a_tiles_size_is_one_tile_and_a_pixel_more_makes_two_as_small_as_they_can_be() -> None:
    assert tiles(100, 100, 100, 20) == [Tile(0, 0, 100, 100)]
    assert tiles(100, 101, 100, 20) == [Tile(0, 0, 69, 100), Tile(32, 0, 69, 100)]


def test_tiles_begin_where_the_coarsest_features_do_and_elsewhere_only_if_they_would_be_too_large() -> None:
    assert tiles(100, 1000, 300, 20) == [Tile(x, 0, 296, 100) for x in (0, 224, 448, 704)]  # 296 = 1000 - 704
    assert tiles(60, 101, 65, 20) == [Tile(0, 0, 61, 60), Tile(40, 0, 61, 60)]  # 69 does not fit


def test_many_small_tiles_reach_no_further_than_their_neighbours() -> None:
    starts = np.array([tile.x for tile in tiles(10, 1000, 50, 10)])
    assert (np.diff(starts) <= 40).all()
