"""Molecules drawn as the renderer draws them: given ones, and two thousand random ones."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from maskline.contract.shard import Sample
from maskline.molecules.depiction import Depiction, Undrawable, depict, prepare
from maskline.molecules.entry import domain
from maskline.molecules.ink.canvas import Canvas
from maskline.molecules.molecule import Molecule, read_smiles
from maskline.molecules.options import DrawingOptions
from maskline.molecules.renderer import LABEL_SCALES, labelled_picture
from maskline.molecules.sources import Entry, entries, read_source
from maskline.molecules.style import sample_style

Draw = Callable[..., tuple[Depiction, Sample]]


def _draw(smiles: str, options: DrawingOptions, seed: int) -> tuple[Depiction, Sample]:
    structure = read_smiles(smiles)
    if structure is None or not options.heavy_atoms[0] <= structure.GetNumHeavyAtoms() <= options.heavy_atoms[1]:
        raise Undrawable("unreadable, or not of the preset's size")
    prepared, canvas = prepare(structure), Canvas()
    for label_scale in LABEL_SCALES:
        style = replace(sample_style(options, np.random.default_rng(seed)), label_scale=label_scale)
        drawing = depict(prepared, options, style)
        molecule = Molecule(Entry(1, smiles), smiles, "", structure)
        sample = labelled_picture(seed, molecule, drawing, options, style, canvas)
        if sample is not None:
            return drawing, sample
    raise Undrawable("labels")


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Draw one molecule: draw(smiles, preset="demo", seed=0, **fields of the options)."""

    def drawn(smiles: str, preset: str = "demo", seed: int = 0, **fields: object) -> tuple[Depiction, Sample]:
        return _draw(smiles, domain.drawing(preset, {"heavy_atoms": [1, 200]} | fields), seed)

    return drawn


@pytest.fixture(scope="session")
def large_molecules() -> list[tuple[Depiction, Sample]]:
    """40 molecules in the seed preset, about 0.6 megapixels each, 20 of them chosen for their stereo centres."""
    return _stereo_and_others(20, 20, domain.drawing("seed", {}))


@pytest.fixture(scope="session")
def molecules() -> list[tuple[Depiction, Sample]]:
    """2,000 molecules of any size, drawn at 384 px, 500 of them chosen for their stereo centres."""
    canvas = {"canvas_width_px": [256, 256], "canvas_height_px": [256, 256], "long_side_px": [384, 384]}
    options = domain.drawing("demo", canvas | {"heavy_atoms": [1, 200]})
    return _stereo_and_others(500, 1500, options)


def _stereo_and_others(stereo: int, others: int, options: DrawingOptions) -> list[tuple[Depiction, Sample]]:
    found = entries("chemicals", "", read_source("chemicals"))
    order = np.random.default_rng(11).permutation(len(found))
    shuffled = [found[i].smiles for i in order.tolist()]
    drawn = _first(stereo, (smiles for smiles in shuffled if "@" in smiles), options)
    drawn += _first(others, iter(shuffled), options)
    return drawn


def _first(count: int, candidates: Iterator[str], options: DrawingOptions) -> list[tuple[Depiction, Sample]]:
    drawn: list[tuple[Depiction, Sample]] = []
    for number, smiles in enumerate(candidates):
        try:
            drawn.append(_draw(smiles, options, number))
        except Undrawable:
            continue
        if len(drawn) == count:
            break
    return drawn
