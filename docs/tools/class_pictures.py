"""Draw the README's pictures of the classes, docs/images/classes/<CLASS>.png: one molecule that has all six.

The instances of one class are in its colour, all other ink is pale.
"""

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from maskline.contract.coco import rle
from maskline.contract.picture import decode, encode_png
from maskline.contract.shard import Sample
from maskline.molecules.categories import TABLE
from maskline.molecules.entry import domain

IMAGES = Path(__file__).parents[1] / "images" / "classes"
SHOWN = "C[C@@H](N)[C@@H](O)C(=O)c1ccccc1Cl"
STYLE = {"rotation_degrees": [0, 0], "bond_length_px": [34, 34], "least_side_px": 0, "fonts": ["sans"]}
PALE = 0.3
"""How dark the ink of other classes is."""


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    sample = _sample()
    picture = decode(sample.members["png"], 10**6)
    for category in TABLE.categories:
        shown = [a for a in sample.annotations if a["category_id"] == category.id]
        mask = np.any([rle.decode(a["segmentation"]) for a in shown], axis=0)
        painted = _painted(picture, mask, category.colour)
        (IMAGES / f"{category.name}.png").write_bytes(encode_png(painted))


def _sample() -> Sample:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "shown.smi"
        source.write_text(SHOWN)
        drawing = {"source": str(source), "held_out_share": 1e-9, "styles": {"demo": STYLE}}
        renderer = domain.open(domain.drawing("demo", drawing))
        return renderer.draw(0, "train", np.random.default_rng(0))


def _painted(picture: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_], colour: str) -> npt.NDArray[np.uint8]:
    """Return (H, W, 3): the mask in its colour, all other ink pale."""
    pale = 255 - (255 - picture) * PALE
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    painted = np.where(mask[:, :, None], rgb, np.repeat(pale[:, :, None], 3, axis=2))
    return np.rint(painted).astype(np.uint8)


if __name__ == "__main__":
    main()
