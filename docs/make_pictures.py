"""Draw the pictures of the README again: `python docs/make_pictures.py`.

docs/images/preview-demo.png        samples of the demo preset beside their instances
docs/images/classes/<CLASS>.png     one molecule that has all six classes; the instances of one are highlighted
"""

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from maskline.contract.coco import rle
from maskline.contract.picture import decode, encode_png
from maskline.contract.shard import Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.molecules.categories import TABLE
from maskline.molecules.entry import domain
from maskline.render.config import RenderConfig
from maskline.render.stage import run

IMAGES = Path(__file__).parent / "images"
SHOWN = "C[C@@H](N)[C@@H](O)C(=O)c1ccccc1Cl"
PALE = 0.3  # how dark the ink of other classes is


def main() -> None:
    """Write every picture."""
    (IMAGES / "classes").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        config = RenderConfig(samples=24, validation_share=0, samples_per_shard=24, seed=2)
        dataset = run(config, DirectoryStore(Path(folder) / "store"))
        (IMAGES / "preview-demo.png").write_bytes(dataset.read("preview.png"))
        sample = _sample(Path(folder))
    picture = decode(sample.members["png"], 10**6)
    for category in TABLE.categories:
        shown = [a for a in sample.annotations if a["category_id"] == category.id]
        mask = np.any([rle.decode(a["segmentation"]) for a in shown], axis=0)
        painted = _painted(picture, mask, category.colour)
        (IMAGES / "classes" / f"{category.name}.png").write_bytes(encode_png(painted))


def _sample(folder: Path) -> Sample:
    """Draw the shown molecule, cropped to its ink."""
    (folder / "shown.smi").write_text(SHOWN)
    options = {
        "source": str(folder / "shown.smi"),
        "held_out_share": 1e-9,
        "crop": True,
        "long_side_px": [260, 260],
        "rotation_degrees": [0, 0],
        "bond_line_width_px": [2, 2],
        "fonts": ["telex"],
    }
    renderer = domain.open(domain.drawing("demo", options))
    return renderer.draw(0, "train", np.random.default_rng(0))


def _painted(picture: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_], colour: str) -> npt.NDArray[np.uint8]:
    """Return (H, W, 3): the mask in its colour, all other ink pale."""
    pale = 255 - (255 - picture) * PALE
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    painted = np.where(mask[:, :, None], rgb, np.repeat(pale[:, :, None], 3, axis=2))
    return np.rint(painted).astype(np.uint8)


if __name__ == "__main__":
    main()
