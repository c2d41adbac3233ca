"""Draw docs/images/augmentation.png: what a training sees with every option of its augmentation on."""

import tempfile
from pathlib import Path

from maskline.contract.kind.training import training_of
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.stage import run
from maskline.train.config import configure
from maskline.train.preview import preview
from rendering import sheet

PICTURE = Path(__file__).parents[1] / "images" / "augmentation.png"
SAMPLES = 6
EVERYTHING = {
    "turns": ["rotate"],
    "scale": [0.8, 1.25],
    "crop_share": 0.5,
    "crop_px": 256,
    "thickness_share": 0.5,
    "brightness": 30,
    "contrast": [0.5, 1.2],
    "blur_px": 1.0,
    "noise": 12,
}


def main() -> None:
    """Write the sheet: pictures as the network sees them, and right of each its instances."""
    with tempfile.TemporaryDirectory() as folder:
        store = DirectoryStore(Path(folder))
        dataset = run(RenderConfig(preset="all", samples=SAMPLES), store, 1, lambda *_: None)
        config = configure(training_of(dataset.manifest.of), "narrow", 0, 0, {"augmentation": EVERYTHING})
        PICTURE.write_bytes(sheet(preview(dataset, config, SAMPLES)))


if __name__ == "__main__":
    main()
