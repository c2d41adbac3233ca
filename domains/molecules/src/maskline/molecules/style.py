"""The style of one picture, sampled from the ranges of a preset."""

from dataclasses import dataclass

import numpy as np

from maskline.molecules.options import DrawingOptions, Font

DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Style:
    """What was sampled for one picture. Units as in `DrawingOptions`."""

    rotation_degrees: float
    canvas_width_px: int
    canvas_height_px: int
    base_font_size: float
    label_padding: float
    bond_line_width_px: float
    multiple_bond_offset: float
    font: Font
    bond_length_px: float | None
    long_side_px: int
    place: tuple[float, float]
    """Where the drawing lies in the room it leaves: (0, 0) top left, (1, 1) bottom right."""
    label_scale: float = 1.0
    """Below 1 where labels had to be made smaller than the preset says to keep them apart."""


def sample_style(options: DrawingOptions, rng: np.random.Generator) -> Style:
    """Draw every option once, in the order of the fields, uniformly from its range."""

    def number(span: tuple[float, float]) -> float:
        return round(float(rng.uniform(*span)), DECIMALS)

    def whole(span: tuple[int, int]) -> int:
        return int(rng.integers(span[0], span[1], endpoint=True))

    return Style(
        rotation_degrees=number(options.rotation_degrees),
        canvas_width_px=whole(options.canvas_width_px),
        canvas_height_px=whole(options.canvas_height_px),
        base_font_size=number(options.base_font_size),
        label_padding=number(options.label_padding),
        bond_line_width_px=number(options.bond_line_width_px),
        multiple_bond_offset=number(options.multiple_bond_offset),
        font=options.fonts[int(rng.integers(len(options.fonts)))],
        bond_length_px=number(options.bond_length_px) if options.bond_length_px else None,
        long_side_px=whole(options.long_side_px),
        place=(number((0, 1)), number((0, 1))),
    )
