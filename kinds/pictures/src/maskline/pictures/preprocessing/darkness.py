"""Any drawing as dark ink on white paper: how far each pixel's colour is from the ground it lies on.

Ink is thin and lies on something: paper of any colour, a highlight, a card on a dark screen. Each of these is a ground
of its own, and what is as light or dark as the ink but broad (a frame, the border of a scan) is one too. In every
channel, where ink is darker than its ground:

1. a closing (Serra, Image analysis and mathematical morphology, 1982) fills what is narrower than STROKE_PX with what
   lies around it. What it leaves dark is broad;
2. what is broad counts as a ground if it goes on beyond GROUND_PX, or if strokes lie on it. Anything else, the wide end
   of a wedge or the bar of a letter, is ink after all;
3. ink is as dark as the channel that differs most from the ground, measured by the strongest ink around, so that pale
   lines are read like black ones. Black lines on white paper stay as they are.

Where ink is lighter than its ground the same is done with the negative. Which of both it is, the thin things around a
pixel decide by their majority, and channels that see it the other way round are not looked at there. Lengths are in
pixels of the picture, chosen for lines of 1 to 6 px.

H, W: pixels   C: channels, 1 or 3   h, w: cells of CELL_PX x CELL_PX pixels
"""

from functools import reduce
from typing import NamedTuple

# mypy: disable-error-code="no-any-return"
import cv2
import numpy as np
from numpy.typing import NDArray

STROKE_PX = 11
"""What a disc of this diameter fits into is broad: wider than any stroke, narrower than a highlighted bond."""
GROUND_PX = 45
"""What a square of this side fits into is a ground, whatever lies on it."""
SPECKLE_PX = 5
"""Noise and the ringing of JPEG, up to half of such a square, do not make a ground lighter."""
CELL_PX = 4
"""Side of the cells whose mean colours vote on whether ink is dark or light."""
GROUND_CELLS, VOTING_CELLS = 7, 21
"""Sides of the windows in which their median is the ground, and in which votes are counted."""
OTHERS = 8
"""Votes on a deep ground count for so many times less on a pale one, and the other way round."""
BROAD = 24
"""Grey levels by which a broad thing differs from the ground around it."""
MARKED, EVEN = 64, 40
"""Grey levels by which a stroke differs from the ground that it lies on, and by which that ground itself may differ."""
MARKED_SHARE, MARKED_BY_CHANCE = 0.02, 3
"""Share of a broad thing's pixels that strokes cover, besides so many, if it is a ground."""
COARSE = 2
"""Every so manieth pixel of every so manieth row is enough to tell grounds from broad ink."""
BLOCK_PX, REACH_BLOCKS = 16, 4
"""The strongest ink is looked for in blocks, up to so many away."""
FAINTEST, NOISE_FACTOR = 48, 4
"""The strongest ink is taken for at least so many grey levels, and so many times the picture's noise."""
Plane = NDArray[np.uint8]


def darkness(picture: Plane) -> Plane:
    """Return how dark the ink of a grey (H, W) or RGB (H, W, 3) picture would be on white paper: (H, W), 0 none.

    For black lines on white paper it is 255 minus the picture.
    """
    cv2.setNumThreads(1)  # its threads do not survive the fork of a loader's workers
    channels = _channels(picture)
    light, agreeing = _where_ink_is_light(channels)
    layers = [_layers(channel, light, agrees) for channel, agrees in zip(channels, agreeing, strict=True)]
    distance = _most([cv2.subtract(layer.filled, layer.seen) for layer in layers])
    inked = _broad_ink(layers, distance[::COARSE, ::COARSE])
    if inked.any():
        size = distance.shape[::-1]
        wide = [cv2.resize(layer.ground, size, interpolation=cv2.INTER_NEAREST) for layer in layers]
        deeper = _most([cv2.subtract(ground, layer.seen) for ground, layer in zip(wide, layers, strict=True)])
        near = cv2.dilate(inked.view(np.uint8), _square(3))
        distance = cv2.max(distance, cv2.copyTo(deeper, cv2.resize(near, size, interpolation=cv2.INTER_NEAREST)))
    return _scaled(distance)


def _channels(picture: Plane) -> list[Plane]:
    """Return the channels of a picture, one where all are alike: each (H, W)."""
    if picture.ndim == 2:
        return [np.ascontiguousarray(picture)]
    red, green, blue = cv2.split(picture)
    return [red] if np.array_equal(red, green) and np.array_equal(green, blue) else [red, green, blue]


class Layers(NamedTuple):
    """What a channel is made of, or its negative where ink is light in it, so that ink always is dark."""

    seen: Plane
    """(H, W): the channel itself."""
    filled: Plane
    """(H, W): without what is narrower than STROKE_PX."""
    ground: Plane
    """Without what is narrower than GROUND_PX. This and what follows are of every COARSE-th pixel."""
    broad: Plane
    """By how much broad things are darker than the lightest ground within GROUND_PX."""
    endless: Plane
    """By how much that ground is lighter than the one below it."""
    uneven: Plane
    """How much the grounds differ within SPECKLE_PX."""


def _layers(channel: Plane, light: NDArray[np.bool_], agrees: NDArray[np.bool_]) -> Layers:
    """Take a channel apart.  light, agrees: (h, w), where ink is lighter than its ground, and where it shows that."""
    if light.all() or not light.any():
        layers = _dark_layers(~channel if light.any() else channel)
    else:
        both = zip(_dark_layers(~channel), _dark_layers(channel), strict=True)
        layers = Layers(*(np.where(_grown(light, dark.shape), negative, dark) for negative, dark in both))
    if agrees.all():
        return layers
    kept = [np.where(_grown(agrees, layer.shape), layer, 0).astype(np.uint8) for layer in layers[1:]]
    return Layers(layers.seen, *kept)


def _dark_layers(channel: Plane) -> Layers:
    """Take a channel apart in which ink is dark."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (STROKE_PX, STROKE_PX))
    filled = cv2.morphologyEx(cv2.medianBlur(channel, SPECKLE_PX), cv2.MORPH_CLOSE, disc)
    some = filled[::COARSE, ::COARSE].copy()
    wide, near = _square(GROUND_PX // COARSE | 1), _square(SPECKLE_PX // COARSE | 1)
    ground = cv2.morphologyEx(some, cv2.MORPH_CLOSE, wide)
    around = cv2.dilate(ground, wide)
    uneven = cv2.morphologyEx(some, cv2.MORPH_GRADIENT, near)
    return Layers(channel, filled, ground, cv2.subtract(around, some), cv2.subtract(around, ground), uneven)


def _grown(cells: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return cv2.resize(cells.view(np.uint8), shape[::-1], interpolation=cv2.INTER_NEAREST).view(np.bool_)


def _where_ink_is_light(channels: list[Plane]) -> tuple[NDArray[np.bool_], list[NDArray[np.bool_]]]:
    """Say for each cell whether ink is lighter than the ground there, and for each channel where it agrees: (h, w).

    A wedge is no ground: what is smaller than half a window of cells goes with what is around it.
    """
    votes = [_votes(channel) for channel in channels]
    together = np.sum(votes, axis=0)
    together[together == 0] = together.sum()  # where there is nothing, either will do
    light = cv2.medianBlur((together > 0).view(np.uint8), GROUND_CELLS).view(np.bool_)
    return light, [own * together >= 0 for own in votes]


def _votes(channel: Plane) -> NDArray[np.float32]:
    """Return how much more there is around each cell that is lighter than its ground than there is darker: (h, w).

    The median of the cells around is the ground, and what is thin differs from it. Pale grounds and deep ones count
    apart, nearly, so that two that meet do not outvote each other.
    """
    height, width = channel.shape
    cells = cv2.resize(channel, (-(-width // CELL_PX), -(-height // CELL_PX)), interpolation=cv2.INTER_AREA)
    rim = GROUND_CELLS // 2
    framed = cv2.copyMakeBorder(cells, rim, rim, rim, rim, cv2.BORDER_REFLECT_101)
    ground = cv2.medianBlur(framed, GROUND_CELLS)[rim:-rim, rim:-rim]
    votes = _thin(cv2.subtract(cells, ground)).astype(np.int16) - _thin(cv2.subtract(ground, cells))
    pale = ground >= 128
    light, dark = _counted(votes * pale), _counted(votes * ~pale)
    return np.where(pale, light + dark / OTHERS, dark + light / OTHERS)


def _thin(cells: Plane) -> Plane:
    """Return what is narrower than three cells: (h, w)."""
    return cv2.subtract(cells, cv2.morphologyEx(cells, cv2.MORPH_OPEN, _square(3)))


def _counted(votes: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return the sum of the votes around each cell, (h, w): whole numbers."""
    window = (VOTING_CELLS, VOTING_CELLS)
    return cv2.boxFilter(votes, cv2.CV_32F, window, normalize=False, borderType=cv2.BORDER_CONSTANT)


def _broad_ink(layers: list[Layers], distance: Plane) -> NDArray[np.bool_]:
    """Say which pixels belong to broad things that no ground goes on from and no stroke lies on.

    All are of every COARSE-th pixel.
    """
    broad = _most([layer.broad for layer in layers]) > BROAD
    if not broad.any():
        return broad
    marked = (distance > MARKED) & (_most([layer.uneven for layer in layers]) < EVEN)
    endless = _most([layer.endless for layer in layers]) > BROAD
    count, things = cv2.connectedComponents(broad.view(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    pixels, strokes, beyond = (np.bincount(things[part], minlength=count) for part in (broad, marked, endless))
    inked = (strokes <= MARKED_SHARE * pixels + MARKED_BY_CHANCE) & (beyond == 0)
    inked[0] = False
    return np.asarray(inked[things])


def _scaled(distance: Plane) -> Plane:
    """Return the distance in 255ths of the strongest ink around, less the noise that is everywhere."""
    noise = int(np.median(distance[::CELL_PX, ::CELL_PX]))
    distance = cv2.subtract(distance, noise)
    blocks = cv2.dilate(distance, _square(BLOCK_PX), anchor=(0, 0))[::BLOCK_PX, ::BLOCK_PX]
    reach = 2 * REACH_BLOCKS + 1
    strongest = cv2.blur(cv2.dilate(blocks, _square(reach)).astype(np.float32), (reach, reach))
    strongest = np.maximum(strongest, max(FAINTEST, NOISE_FACTOR * noise))
    size = (blocks.shape[1] * BLOCK_PX, blocks.shape[0] * BLOCK_PX)
    everywhere = cv2.resize(strongest, size, interpolation=cv2.INTER_LINEAR)[: distance.shape[0], : distance.shape[1]]
    return cv2.divide(distance, everywhere, scale=255, dtype=cv2.CV_8U)


def _most(planes: list[Plane]) -> Plane:
    """Return the greatest of the channels: (H, W)."""
    return reduce(cv2.max, planes)


def _square(side: int) -> Plane:
    return np.ones((side, side), np.uint8)
