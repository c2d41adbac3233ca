"""Molecules drawn as the renderer draws them."""

from collections.abc import Callable

import numpy as np
import pytest

from maskline.contract.config import merge
from maskline.contract.shard import Sample
from maskline.molecules.entry import domain
from maskline.molecules.renderer import MoleculeRenderer
from maskline.molecules.sources.molecules import Molecule, read_smiles
from maskline.molecules.sources.reading import Entry
from maskline.molecules.styles.style import sample_style

Draw = Callable[..., Sample]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Draw one molecule: draw(smiles, preset="demo", seed=0, drawing={}, **fields of the style).  Raises Undrawable."""

    def drawn(
        smiles: str, preset: str = "demo", seed: int = 0, drawing: dict[str, object] | None = None, **style: object
    ) -> Sample:
        # The smaller collection: it is read for every drawing, and gives neighbours alone.
        given = {"source": "nci", "heavy_atoms": [1, 200], "styles": {preset: style}}
        overrides = merge(given, drawing or {})
        options = domain.drawing(preset, overrides)
        renderer = domain.open(options)
        structure = read_smiles(smiles)
        assert isinstance(renderer, MoleculeRenderer)
        assert structure is not None
        rng = np.random.default_rng(seed)
        sampled = sample_style(preset, options.styles[preset], rng)
        molecule = Molecule(Entry(1, smiles), smiles, "", structure)
        return renderer.sample(seed, molecule, options.styles[preset], sampled, "train", rng)

    return drawn
