"""The style of one picture, sampled from the ranges of a preset."""

from dataclasses import dataclass

import numpy as np

from maskline.molecules.labels.fonts import Font
from maskline.molecules.labels.label import ChargeForm, ResidueForm
from maskline.molecules.numbers.ranges import happens, number, one_of, sometimes, whole
from maskline.molecules.styles.options import Program, StyleOptions

UPRIGHT = 30
"""Degrees between the ways in which chemists turn a molecule."""


@dataclass(frozen=True, slots=True)
class Style:
    """What was sampled for one picture. Units as in `StyleOptions`."""

    name: str
    rotation_degrees: float
    layout: Program
    bond_length_px: float | None
    """In a record as it was drawn: shorter than sampled, where the picture would be too large, and never None."""
    long_side_px: int | None
    margin_px: float
    line_width: float
    line_gap: float
    wedge_width: float
    hollow_wedges: bool
    hash_width: float
    hash_spacing: float
    parallel_hashes: bool
    bold_width: float
    """0 where solid wedges widen."""
    dash_length: float
    """0 where hashed wedges are lines across the bond."""
    circles: bool
    font: Font
    cap_height: float
    label_gap: float
    script_scale: float
    charge: ChargeForm
    residue: ResidueForm
    methyls: bool
    carbons: bool
    abbreviations: bool
    radicals: bool
    attachments: bool
    coloured_labels: bool
    coloured_bonds: bool
    dark_background: bool
    transparent: bool
    place: tuple[float, float]
    """Where the drawing lies in the room it leaves: (0, 0) top left, (1, 1) bottom right."""
    label_scale: float = 1.0
    """Below 1 where labels had to be made smaller than the preset says to keep them apart."""


def sample_style(name: str, options: StyleOptions, rng: np.random.Generator) -> Style:
    """Draw every option once, in the order of the fields, uniformly from its range."""
    rotation, upright = number(options.rotation_degrees, rng), happens(options.upright, rng)
    coloured = happens(options.coloured_labels, rng)
    return Style(
        name=name,
        rotation_degrees=UPRIGHT * round(rotation / UPRIGHT) if upright else rotation,
        layout=one_of(options.layouts, rng),
        bond_length_px=number(options.bond_length_px, rng) if options.bond_length_px else None,
        long_side_px=whole(options.long_side_px, rng) if options.long_side_px else None,
        margin_px=number(options.margin_px, rng),
        line_width=number(options.line_width, rng),
        line_gap=number(options.line_gap, rng),
        wedge_width=number(options.wedge_width, rng),
        hollow_wedges=happens(options.hollow_wedges, rng),
        hash_width=number(options.hash_width, rng),
        hash_spacing=number(options.hash_spacing, rng),
        parallel_hashes=happens(options.parallel_hashes, rng),
        bold_width=sometimes(options.bold_lines, options.bold_width, rng),
        dash_length=sometimes(options.dashed_lines, options.dash_length, rng),
        circles=happens(options.circles, rng),
        font=one_of(options.fonts, rng),
        cap_height=number(options.cap_height, rng),
        label_gap=number(options.label_gap, rng),
        # Composed labels are kept, by style: a few steps serve as well as a range.
        script_scale=round(number(options.script_scale, rng) * 20) / 20,
        charge=one_of(options.charges, rng),
        residue=one_of(options.residues, rng),
        methyls=happens(options.methyls, rng),
        carbons=happens(options.carbons, rng),
        abbreviations=happens(options.abbreviations, rng),
        radicals=happens(options.radicals, rng),
        attachments=happens(options.attachments, rng),
        coloured_labels=coloured,
        coloured_bonds=coloured and happens(options.coloured_bonds, rng),
        dark_background=happens(options.dark_background, rng),
        transparent=happens(options.transparent, rng),
        place=(number((0, 1), rng), number((0, 1), rng)),
    )
