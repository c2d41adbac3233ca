"""Drawings on whatever ground they lie: read as black ink on white paper, their ink told from the ground."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from maskline.pictures.preprocessing.darkness import darkness
from maskline.pictures.preprocessing.ink import ink

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]
WHITE, BLACK, SLATE = (255, 255, 255), (0, 0, 0), (35, 38, 46)
SIZE = (240, 320)
"""Height and width of the pictures in pixels."""


def drawing(
    paper: Colour = WHITE, pen: Colour = BLACK, beneath: Callable[[ImageDraw.ImageDraw], None] | None = None
) -> Picture:
    """Draw a ring, a branch, a double bond, a wedge and letters; below them what `beneath` draws.  Pixels are whole."""
    image = Image.new("RGB", SIZE[::-1], paper)
    pencil = ImageDraw.Draw(image)
    pencil.fontmode = "1"  # whole pixels
    if beneath:
        beneath(pencil)
    ring = [(150, 60), (198, 88), (198, 144), (150, 172), (102, 144), (102, 88)]
    for start, end in [*zip(ring, ring[1:] + ring[:1], strict=True), ((198, 88), (246, 60)), ((112, 94), (112, 138))]:
        pencil.line([start, end], pen, 2)
    pencil.polygon([(102, 144), (52, 168), (57, 178)], pen)
    pencil.text((249, 44), "OH", pen, font_size=22)
    pencil.text((34, 160), "S", pen, font_size=22)
    return np.array(image)


STROKES = drawing()[..., 0] == 0


def found(picture: Picture) -> NDArray[np.bool_]:
    return ink(darkness(picture))


def agreement(picture: Picture, strokes: NDArray[np.bool_] = STROKES) -> float:
    """Return the IoU of what is found in a picture with the strokes that were drawn."""
    seen = found(picture)
    return float((seen & strokes).sum() / (seen | strokes).sum())


def highlights(colour: Colour) -> Callable[[ImageDraw.ImageDraw], None]:
    """Fill a band beneath three bonds of the ring, discs beneath its corners and an ellipse beneath the letters."""

    def fill(pencil: ImageDraw.ImageDraw) -> None:
        corners = [(198, 144), (198, 88), (150, 60), (246, 60)]
        pencil.line([*corners[:3]], colour, 14)
        pencil.line([corners[1], corners[3]], colour, 14)
        for x, y in corners:
            pencil.ellipse([x - 12, y - 12, x + 12, y + 12], colour)
        pencil.ellipse([236, 36, 296, 78], colour)

    return fill


def test_black_on_white_is_read_as_it_is() -> None:
    smooth = np.array(Image.fromarray(drawing()).convert("L").resize((480, 360), Image.Resampling.BILINEAR))

    assert np.array_equal(darkness(drawing()), ~drawing()[..., 0])
    assert (np.abs(darkness(smooth).astype(int) - ~smooth) > 1).mean() < 1e-3
    assert np.array_equal(darkness(np.repeat(smooth[..., None], 3, axis=2)), darkness(smooth))


@pytest.mark.parametrize(
    ("paper", "pen"),
    [
        (WHITE, (204, 204, 0)),
        (WHITE, (51, 204, 204)),
        (WHITE, (190, 190, 190)),
        (SLATE, (230, 230, 230)),
        (BLACK, (84, 104, 235)),
        ((250, 235, 190), BLACK),
        ((30, 60, 140), (255, 230, 80)),
        ((150, 200, 150), (200, 30, 30)),
        ((128, 128, 128), WHITE),
        ((128, 128, 128), BLACK),
    ],
)
def test_ink_is_what_differs_from_its_ground_whatever_their_colours(paper: Colour, pen: Colour) -> None:
    picture = drawing(paper, pen)

    assert np.array_equal(found(picture), STROKES)
    assert darkness(picture)[STROKES].min() >= 128


PINK, GREEN, YELLOW, RED, MINT = (255, 127, 127), (0, 255, 0), (255, 255, 0), (255, 0, 0), (178, 255, 178)


@pytest.mark.parametrize(
    ("paper", "pen", "highlight"),
    [
        *((WHITE, BLACK, highlight) for highlight in (PINK, GREEN, YELLOW, RED, MINT)),
        *((SLATE, WHITE, highlight) for highlight in (PINK, GREEN, RED, (120, 30, 30))),
        (WHITE, (0, 0, 255), PINK),
        (WHITE, (200, 0, 0), YELLOW),
    ],
)
def test_a_highlight_is_a_ground_of_its_own(paper: Colour, pen: Colour, highlight: Colour) -> None:
    assert agreement(drawing(paper, pen, highlights(highlight))) > 0.9


def on(ground: Colour, margin: int = 60) -> Picture:
    """Lay the drawing as a card on a wider ground."""
    wide = np.full((SIZE[0] + 2 * margin, SIZE[1] + 2 * margin, 3), ground, np.uint8)
    wide[margin:-margin, margin:-margin] = drawing()
    return wide


@pytest.mark.parametrize("ground", [BLACK, SLATE, (20, 60, 160), (128, 128, 128)])
@pytest.mark.parametrize("margin", [4, 25, 200])
def test_a_frame_or_a_card_on_another_ground_is_no_ink(ground: Colour, margin: int) -> None:
    inside = found(on(ground, margin))[margin:-margin, margin:-margin]
    assert (inside & STROKES).sum() / (inside | STROKES).sum() > 0.97
    if margin > 25:
        assert found(on(ground, margin)).sum() < 1.1 * STROKES.sum()


def test_a_grey_drawing_is_seen_beside_a_black_bar() -> None:
    picture = drawing(pen=(180, 180, 180))
    picture[:, -30:] = 0

    assert np.array_equal(found(picture)[:, :-40], STROKES[:, :-40])


def test_two_grounds_may_meet_on_a_page() -> None:
    both = np.hstack([drawing(), drawing(SLATE, (255, 230, 80)), ~drawing()])

    assert np.array_equal(found(both), np.hstack([STROKES] * 3))


def test_a_shadow_over_a_page_is_no_ink() -> None:
    light = np.linspace(1, 0.35, SIZE[1])[:, None]
    assert agreement((drawing() * light).astype(np.uint8)) > 0.95


def test_noise_and_the_ringing_of_jpeg_are_no_ink() -> None:
    rng = np.random.default_rng(0)
    for paper, pen in [(255, 0), (200, 90), (240, 180), (24, 230)]:
        noisy = np.where(STROKES, pen, paper) + rng.integers(-12, 13, STROKES.shape)
        assert agreement(noisy.clip(0, 255).astype(np.uint8)) > 0.85
    packed = io.BytesIO()
    Image.fromarray(drawing(beneath=highlights((255, 255, 0)))).save(packed, "JPEG", quality=60)
    assert agreement(np.array(Image.open(packed))) > 0.8


def test_a_line_at_the_very_edge_of_a_close_crop_is_ink() -> None:
    rows, columns = (np.flatnonzero(STROKES.any(axis)) for axis in (1, 0))
    cut = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)

    assert np.array_equal(darkness(drawing()[cut]) > 0, STROKES[cut])


def test_a_wedge_broader_than_a_stroke_is_ink_to_its_end() -> None:
    image = Image.new("L", (200, 120), 255)
    ImageDraw.Draw(image).polygon([(20, 60), (170, 44), (170, 76)], 0)
    picture = np.array(image)

    assert np.array_equal(darkness(picture), ~picture)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (9, 7), (300, 400)])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_picture_of_one_colour_has_no_ink(size: tuple[int, int], grey: int) -> None:
    plain = np.full(size, grey, dtype=np.uint8)

    assert not found(plain).any()
    assert not found(np.stack([plain, plain // 2, ~plain], axis=-1)).any()
