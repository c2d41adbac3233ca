"""What may be drawn, and how: every sampled option is a closed range [least, most].

A picture's lengths are in its own pixels, or in ratios to its bond length, to its line width or to the height of its
capitals, so that a style looks the same at every size.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from maskline.contract.config import Config
from maskline.molecules.categories import ClassPolicy
from maskline.molecules.labels.fonts import Font
from maskline.molecules.labels.label import ChargeForm, ResidueForm
from maskline.molecules.numbers.ranges import Angles, Lengths, Ordered, Ratios, Share
from maskline.molecules.page.options import PageOptions
from maskline.molecules.scanner.options import ScannerOptions

Program = Literal["rdkit", "coordgen"]
"""RDKit's own layout of a molecule, or Schrödinger's, which comes with it."""
Atoms = Annotated[int, Field(ge=1, le=200)]
BondLength = Annotated[float, Field(ge=5, le=500)]
Side = Annotated[int, Field(ge=64, le=4096)]


class StyleOptions(Config):
    """One style of drawing."""

    weight: float = Field(
        default=1, gt=0, le=1000, description="how often it is taken, beside the other styles' weights"
    )

    rotation_degrees: Angles = Field(default=(0, 360), description="of the molecule")
    upright: Share = Field(
        default=0,
        description="share of pictures turned by a multiple of 30 degrees, so that rings stand on a corner or side",
    )
    layouts: tuple[Program, ...] = Field(
        default=("rdkit",), min_length=1, description="whose coordinates: RDKit's or CoordGen's; one for each picture"
    )
    most_parts: int = Field(
        default=6,
        ge=1,
        le=200,
        description="ions, acids and solvents that no bond joins; of more, prints write how many",
    )
    least_crossings: int = Field(
        default=0, ge=0, le=2, description="pairs of bonds that cross: drawings with fewer are passed over"
    )
    shortest_bond: Share = Field(
        default=0.45,
        description="of a bond over the others; layouts halve bonds of crowded molecules, which look wrong",
    )
    bond_length_px: Annotated[tuple[BondLength, BondLength], Ordered] | None = Field(
        default=(45, 70), description="median of the molecule's bonds; none scales the molecule to long_side_px"
    )
    long_side_px: Annotated[tuple[Side, Side], Ordered] | None = Field(
        default=None, description="of the molecule with its margins, where bond_length_px is none"
    )
    least_side_px: int = Field(
        default=0,
        ge=0,
        le=4096,
        description="a shorter side of the picture is made as long; the drawing lies anywhere in the room",
    )
    most_side_px: int = Field(
        default=1600,
        ge=64,
        le=4096,
        description="of the molecule with its margins; bonds of bond_length_px are made shorter until it fits",
    )
    margin_px: Lengths = Field(default=(6, 16), description="kept free of ink at every side")

    line_width: Ratios = Field(default=(0.03, 0.06), description="of a bond's lines, over the bond length")
    least_line_width_px: float = Field(default=1.2, ge=1, le=20, description="no line is thinner")
    line_gap: Ratios = Field(
        default=(0.14, 0.2), description="between the middles of a multiple bond's lines, over the bond length"
    )
    wedge_width: Ratios = Field(
        default=(0.18, 0.3), description="of stereo marks at the wide end, over the bond length"
    )
    hollow_wedges: Share = Field(default=0, description="share of pictures whose solid wedges are outlines")
    hash_width: Ratios = Field(default=(0.8, 1.2), description="of a hashed wedge's lines, over the line width")
    hash_spacing: Ratios = Field(
        default=(0.08, 0.16), description="between the middles of a hashed wedge's lines, over the bond length"
    )
    parallel_hashes: Share = Field(default=0.1, description="share of pictures whose hashed wedges do not widen")
    bold_lines: Share = Field(default=0, description="share of pictures whose solid wedges are bold lines")
    bold_width: Ratios = Field(
        default=(2.5, 4), description="there: of the bold lines, over the line width; at most a wedge's"
    )
    dashed_lines: Share = Field(default=0, description="share of pictures whose hashed wedges are dashed lines")
    dash_length: Ratios = Field(
        default=(0.08, 0.18), description="there: of a dash, along the bond, over the bond length"
    )
    circles: Share = Field(default=0, description="share of pictures whose six-membered aromatic rings hold a circle")
    waves: Share = Field(
        default=0, description="share of stereo marks drawn as waves, where the policy has a class for it"
    )

    fonts: tuple[Font, ...] = Field(default=("free-sans",), min_length=1, description="one is taken for each picture")
    cap_height: Ratios = Field(default=(0.34, 0.5), description="of labels, over the bond length")
    least_cap_height_px: float = Field(default=7, ge=4, le=100, description="no capital is lower")
    label_gap: Ratios = Field(default=(0.12, 0.3), description="between a label and its bonds, over the cap height")
    script_scale: Ratios = Field(
        default=(0.62, 0.75), description="of subscripts and superscripts, over the labels' size"
    )
    charges: tuple[ChargeForm, ...] = Field(
        default=("number",), min_length=1, description="2+, ++, or the sign in a circle; one is taken for each picture"
    )
    residues: tuple[ResidueForm, ...] = Field(
        default=("superscript",), min_length=1, description="where the number of a placeholder like R1 stands"
    )
    methyls: Share = Field(default=0, description="share of pictures that spell terminal carbons: CH3, CH2")
    carbons: Share = Field(default=0, description="share of pictures that spell every carbon: C")
    abbreviations: Share = Field(
        default=0, description="share of pictures with Ph, Me, OMe, Boc and the like for the groups they stand for"
    )
    radicals: Share = Field(default=0, description="share of pictures that show the dots of radicals")
    attachments: Share = Field(
        default=0, description="share of pictures in which a bond to a terminal carbon ends in an attachment mark"
    )

    coloured_labels: Share = Field(default=0, description="share of pictures whose labels have their elements' colours")
    coloured_bonds: Share = Field(default=0, description="share of those whose bonds have them too, half by half")
    dark_background: Share = Field(default=0, description="share of pictures that are light on dark")
    transparent: Share = Field(default=0, description="share of pictures that are PNGs without a background")

    page: PageOptions = Field(default=PageOptions(), description="what stands around the molecule, labelled as nothing")
    scanner: ScannerOptions | None = Field(default=None, description="what becomes of the sheet in a scanner")

    @model_validator(mode="after")
    def _size_is_said_once(self) -> Self:
        if (self.bond_length_px is None) == (self.long_side_px is None):
            message = "give either bond_length_px or long_side_px"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _sides_leave_room(self) -> Self:
        name, side = "most_side_px", self.most_side_px
        if self.long_side_px:
            name, side = "long_side_px", self.long_side_px[0]
        if self.least_side_px > side:
            message = f"least_side_px, {self.least_side_px}, must not exceed {name}, {side}"
            raise ValueError(message)
        if 2 * self.margin_px[1] > side - 2:
            message = f"margin_px, {self.margin_px[1]:g} at both sides, leaves nothing of {name}, {side}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _scans_have_no_colours(self) -> Self:
        for name in ("coloured_labels", "dark_background", "transparent"):
            if self.scanner and getattr(self, name):
                message = f"{name} must be 0 where there is a scanner: it sees black on white"
                raise ValueError(message)
        return self


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
    heavy_atoms: Annotated[tuple[Atoms, Atoms], Ordered] = Field(
        description="atoms of a molecule, hydrogens and placeholders not counted"
    )
    svg: bool = Field(default=False, description="keep every drawing as SVG beside its picture")
    classes: ClassPolicy = Field(default=ClassPolicy(), description="which class a bond has where there is a choice")
    styles: dict[str, StyleOptions] = Field(
        min_length=1, description="by name; `preset: NAME` or `preset: NAME/STYLE` takes over a style of another preset"
    )
