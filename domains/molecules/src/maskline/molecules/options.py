"""What may be drawn, and how: every sampled option is a closed range [least, most].

Lengths are in canvas pixels, the units RDKit draws in, unless a field says picture pixels; the picture is the canvas,
or the part of it that holds ink, scaled to `long_side_px`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from maskline.contract.config import Config


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        message = "the least value must not exceed the greatest"
        raise ValueError(message)
    return span


Angle = Annotated[float, Field(ge=0, le=360)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=100)]
CanvasLength = Annotated[float, Field(ge=5, le=500)]
Side = Annotated[int, Field(ge=64, le=4096)]
Atoms = Annotated[int, Field(ge=1, le=200)]
Font = Literal["telex", "roboto", "free-sans"]


class DrawingOptions(Config):
    """One preset of the molecules domain."""

    source: str = Field(
        default="chemicals",
        description="chemicals, nci, or path or URI of a .smi, .csv, .tsv or .txt file (.gz allowed)",
    )
    column: str = Field(default="smiles", description="the column of a .csv or .tsv file that holds SMILES")
    exclude: str = Field(
        default="", description="path or URI of first blocks of InChIKeys never to draw, one a line; .gz allowed"
    )
    held_out_share: float = Field(
        default=0.2, gt=0, lt=1, description="share of molecules that only validation may draw, by hash"
    )
    stereo_share: float = Field(ge=0, le=1, description="share of samples whose SMILES has a stereo centre ('@')")
    heavy_atoms: Annotated[tuple[Atoms, Atoms], AfterValidator(_ordered)]

    rotation_degrees: Annotated[tuple[Angle, Angle], AfterValidator(_ordered)]
    canvas_width_px: Annotated[tuple[Side, Side], AfterValidator(_ordered)]
    canvas_height_px: Annotated[tuple[Side, Side], AfterValidator(_ordered)]
    base_font_size: Annotated[tuple[Positive, Positive], AfterValidator(_ordered)] = Field(
        description="label height over bond length; with a fixed font it only says how far bonds stay away from labels"
    )
    label_padding: Annotated[tuple[Fraction, Fraction], AfterValidator(_ordered)] = Field(
        description="gap between label and bond over the font size"
    )
    bond_line_width_px: Annotated[tuple[Positive, Positive], AfterValidator(_ordered)] = Field(
        description="with scale_line_width at the scale RDKit was tuned for, else in canvas pixels"
    )
    multiple_bond_offset: Annotated[tuple[Fraction, Fraction], AfterValidator(_ordered)] = Field(
        description="gap between the lines of a multiple bond over the bond length"
    )

    fonts: tuple[Font, ...] = Field(min_length=1, description="one is drawn for each sample")
    fixed_font_px: int = Field(
        default=0, ge=0, le=200, description="font size of every label; 0 follows base_font_size"
    )
    bond_length_px: Annotated[tuple[CanvasLength, CanvasLength], AfterValidator(_ordered)] | None = Field(
        default=None, description="the most a bond may measure; none fits the molecule to the canvas"
    )
    scale_line_width: bool = Field(default=False, description="lines grow with the molecule's scale")
    crop: bool = Field(default=False, description="the picture is the ink's box, not the whole canvas")
    margin_px: float = Field(default=4, ge=1, le=100, description="picture pixels kept free of ink at every side")
    long_side_px: Annotated[tuple[Side, Side], AfterValidator(_ordered)] = Field(description="of the picture")
    minimum_stroke_px: float = Field(
        default=2, ge=1, le=20, description="no stroke of the picture is thinner, dashes included"
    )
