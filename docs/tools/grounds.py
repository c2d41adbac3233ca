"""Draw docs/images/grounds.png: a molecule on five grounds, and what a network with `masks: ink` reads."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D

from maskline.contract.picture import decode
from maskline.pictures.preprocessing.darkness import darkness

PLACE = Path(__file__).parents[1] / "images/grounds.png"
SMILES = "C[C@H](N)C(=O)Nc1ccc(F)cc1S"
SLATE = (35, 38, 46)
Drawing = NDArray[np.uint8]


def main() -> None:
    """Write the picture: a row for each ground."""
    shadow = np.linspace(1, 0.4, _drawn().shape[1])[:, None]
    rows = [_drawn(), _drawn(dark=True), _drawn(highlighted=True), (_drawn() * shadow).astype(np.uint8)]
    card = np.full_like(_drawn(), SLATE)
    card[26:-26, 50:-50] = _drawn()[26:-26, 50:-50]
    pairs = [np.hstack([row, np.repeat(~darkness(row)[..., None], 3, axis=2)]) for row in [*rows, card]]
    Image.fromarray(np.vstack(pairs)).save(PLACE, optimize=True)


def _drawn(*, dark: bool = False, highlighted: bool = False) -> Drawing:
    canvas = rdMolDraw2D.MolDraw2DCairo(560, 230)
    canvas.drawOptions().padding = 0.16
    if dark:
        rdMolDraw2D.SetDarkMode(canvas)
    atoms = [5, 6, 7, 12, 13] if highlighted else []
    rdMolDraw2D.PrepareAndDrawMolecule(canvas, Chem.MolFromSmiles(SMILES), highlightAtoms=atoms)
    canvas.FinishDrawing()
    return decode(canvas.GetDrawingText(), 10**6)


if __name__ == "__main__":
    main()
