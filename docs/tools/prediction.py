"""Draw docs/images/prediction.png: a molecule as journals print it, and what the published model finds in it."""

from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from maskline.contract.artifact import open_sealed
from maskline.contract.coco.overlay import overlay
from maskline.contract.domain import RenderDomain, load_domain
from maskline.contract.picture import Picture, decode
from maskline.contract.published import KEYWORD
from maskline.pictures.networks.checkpoint import load_segmenter
from maskline.pictures.prediction.direct.legend import with_legend
from maskline.pictures.prediction.inference import segment

PLACE = Path(__file__).parents[1] / "images/prediction.png"
PRESET, SEED, SAMPLE = "print", 3, 1
"""Of the split that nobody trains on; a picture with five classes."""
SCORE = 0.5
GAP_PX = 24
COLOURS = 96


def main() -> None:
    """Write the picture."""
    molecules: RenderDomain = load_domain("maskline.render", "molecules")
    renderer = molecules.open(molecules.drawing(PRESET, {"classes": {"aromatic": "drawn"}}))
    sample = renderer.draw(SAMPLE, "val", np.random.default_rng([SEED, SAMPLE]))
    picture = decode(sample.members["png"], 10**7)
    drawn, found = Image.fromarray(picture).convert("RGB"), Image.fromarray(_found(picture))
    width = drawn.width + GAP_PX + found.width
    both = Image.new("RGB", (width, max(drawn.height, found.height)), "white")
    both.paste(drawn)
    both.paste(found, (drawn.width + GAP_PX, 0))
    both.quantize(COLOURS, dither=Image.Dither.NONE).save(PLACE, optimize=True)


def _found(picture: Picture) -> Picture:
    """Return the picture painted over as `maskline predict` does, (H, W, 3)."""
    model = open_sealed(KEYWORD, "checkpoint")
    (instances,) = segment(load_segmenter(model), [picture], SCORE)
    categories = model.manifest.categories
    counts = Counter[int](instance["category_id"] for instance in instances)
    return with_legend(overlay(picture, instances, categories), counts, categories)


if __name__ == "__main__":
    main()
