"""Pictures of any size have the same instances, whole, in tiles, and with little memory."""

import tracemalloc
from collections import deque
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from pydantic import ValidationError

from maskline.contract.coco import rle
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.inference import Found, Window
from maskline.pictures.prediction.tiles.finding import TilingFinder
from maskline.pictures.prediction.tiles.layout import tiles
from maskline.pictures.prediction.tiles.memory import OutOfMemory
from tests.pictures.prediction.tiles.conftest import PLENTY, Rectangles

WIDTH, HEIGHT, CELL, OVERLAP = 520, 360, 40, 40
Made = Callable[..., Rectangles]
Pixels = NDArray[np.uint8]
ON_A_GPU = "meta"
"""Torch's device for what lies nowhere stands for one with a memory of its own."""


@pytest.fixture(scope="module")
def picture() -> Pixels:
    """A white picture with a dark rectangle in each of 117 cells, no two alike in their places, and a long one."""
    rng = np.random.default_rng(3)
    drawn = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in range(0, HEIGHT, CELL):
        for x in range(0, WIDTH, CELL):
            (left, top), (w, h) = rng.integers(1, 10, 2), rng.integers(4, 29, 2)
            drawn[y + top : y + top + h, x + left : x + left + w] = 0
    drawn[4 * CELL : 5 * CELL] = 255
    drawn[4 * CELL + 10 : 4 * CELL + 20, 15:505] = 0
    return drawn


def found(network: Rectangles, *pictures: Pixels, **options: object) -> list[Found]:
    told = {"tile_overlap_px": OVERLAP, "score_threshold": 0, "batch_size": 8, **options}
    return TilingFinder(network, PicturePrediction.model_validate(told))(pictures)


def boxes(one: Found) -> list[tuple[float, ...]]:
    return sorted(tuple(each["bbox"]) for each in one.instances)


@pytest.mark.parametrize("tile_px", [80, 150, 360])
def test_a_picture_in_tiles_has_the_instances_of_the_whole_one(rectangles: Made, picture: Pixels, tile_px: int) -> None:
    network = rectangles()
    (whole,), (tiled,) = found(network, picture), found(network, picture, tile_px=tile_px)
    assert len(whole.instances) == 13 * 8 + 1
    assert {pixels.shape for pixels in network.seen[0]} == {(HEIGHT, WIDTH)}
    assert max(max(pixels.shape) for seen in list(network.seen)[1:] for pixels in seen) <= tile_px
    assert boxes(tiled) == boxes(whole)
    masks = [{each["segmentation"]["counts"] for each in one.instances} for one in (whole, tiled)]
    assert masks[0] == masks[1]
    assert all(before["score"] >= after["score"] for before, after in pairwise(tiled.instances))


def test_tiles_are_seen_as_pictures_of_their_size_are(rectangles: Made, picture: Pixels) -> None:
    network = rectangles()
    network.spec = network.spec.model_copy(update={"short_side_px": 300, "long_side_px": 300})
    found(network, picture, picture[:150, :150], tile_px=150)
    tile = tiles(HEIGHT, WIDTH, 150, OVERLAP)[0]
    shapes = {pixels.shape for seen in network.seen for pixels in seen}
    assert shapes == {(300, 300), (2 * tile.height, 2 * tile.width)}


def test_the_best_are_kept_and_it_is_told_that_there_may_be_more(rectangles: Made, picture: Pixels) -> None:
    (whole,), (tiled,) = (found(rectangles(), picture, tile_px=side, max_detections=40) for side in (0, 150))
    assert (len(whole.instances), whole.limited) == (40, True)
    assert (len(tiled.instances), tiled.limited) == (40, True)
    assert [each["score"] for each in tiled.instances] == [each["score"] for each in whole.instances]


def test_tiles_show_what_was_read_of_the_whole_picture_those_without_ink_too(rectangles: Made) -> None:
    board = np.full((300, 400), 40, np.uint8)
    board[20:60, 50:53] = board[30:33, 20:120] = 230
    network = rectangles()
    network.spec = network.spec.model_copy(update={"masks": "ink"})
    (tiled,) = found(network, board, tile_px=100)
    whole = Window.whole(board, network.spec)
    assert whole.ink is not None
    assert (whole.ink == (board == 230)).all()
    shown = [pixels for seen in network.seen for pixels in seen]
    assert sum(bool((pixels > 250).all()) for pixels in shown) > len(shown) / 2
    assert (rle.decode(tiled.instances[0]["segmentation"]) == whole.ink).all()


FULL = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
]
HALVED = ["at_once=2 of=520x360", "at_once=1 of=520x360"]
OF_260 = ["at_once=3 of=200x200", "at_once=1 of=200x200"]
OF_130 = ["at_once=4 of=120x120", "at_once=2 of=120x120", "at_once=1 of=120x120"]


@pytest.mark.parametrize("fault", FULL, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize(
    ("memory", "steps"),
    [
        ({"cpu": 2 * HEIGHT * WIDTH}, HALVED[:1]),
        ({"cpu": HEIGHT * WIDTH - 1}, [*HALVED, "tile_px=260"]),
        ({ON_A_GPU: 30_000, "cpu": PLENTY}, [*HALVED, "tile_px=260", *OF_260, "tile_px=130", *OF_130[:2]]),
        ({ON_A_GPU: 200, "cpu": PLENTY}, [*HALVED, "tile_px=260", *OF_260, "tile_px=130", *OF_130, "device=cpu"]),
    ],
    ids=["fewer", "tiles", "smaller tiles", "cpu"],
)
def test_with_too_little_memory_the_instances_are_the_same_and_each_step_is_told(
    rectangles: Made,
    picture: Pixels,
    memory: dict[str, int],
    steps: list[str],
    fault: Exception,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (expected,) = found(rectangles(), picture)
    network = rectangles(memory, fault)
    for one in found(network, *[picture] * 4):
        assert boxes(one) == boxes(expected)
    assert network.device == next(iter(memory))
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"predict.memory full={next(iter(memory))} {step}" for step in steps]


def test_other_faults_of_a_network_are_not_taken_for_want_of_memory(rectangles: Made, picture: Pixels) -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        found(rectangles({"cpu": 1}, RuntimeError("shapes do not fit")), picture)


def test_where_nothing_helps_it_is_said(rectangles: Made, picture: Pixels) -> None:
    with pytest.raises(OutOfMemory, match=r"a network that sees .* px at once does not fit into the memory of the cpu"):
        found(rectangles({"cpu": 1}), picture)


def test_a_large_picture_in_tiles_needs_less_memory_than_one_more_of_it(rectangles: Made) -> None:
    large = np.full((3000, 3000), 255, np.uint8)
    for y in range(50, 3000, 100):
        large[y : y + 40, 50:2950] = np.tile(np.repeat(np.array([0, 255], np.uint8), 50), 29)
    network = rectangles()
    network.seen = deque(maxlen=1)
    tracemalloc.start()
    (tiled,) = found(network, large, tile_px=300)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(tiled.instances) == 30 * 29
    assert peak < large.nbytes / 3


def test_tiles_must_be_twice_their_overlap() -> None:
    with pytest.raises(ValidationError, match="tile_px = 99 must be 0 or at least twice tile_overlap_px = 50"):
        PicturePrediction(tile_px=99, tile_overlap_px=50)
