"""Draw docs/images/augmentation/*.png: what a training sees with each option of its augmentation on, and with all."""

import tempfile
from pathlib import Path
from typing import Any

from maskline.contract.kind.training import training_of
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.stage import run
from maskline.train.config import configure
from maskline.train.preview import preview
from rendering import sheet

FOLDER = Path(__file__).parents[1] / "images" / "augmentation"
SAMPLES = 6
SHEETS: dict[str, dict[str, Any]] = {
    "turns": {"turns": ["flip-x", "rotate"]},
    "affine": {"affine_share": 1, "shear_deg": 10, "stretch": [0.8, 1.2]},
    "elastic": {"elastic_share": 1, "elastic_px": 10},
    "paste": {"paste_share": 1},
    "light": {"brightness": 60, "contrast": [0.4, 1.2]},
    "colour": {"colour_share": 1, "hue_deg": 90, "saturation": [0.5, 1.5]},
    "noise": {"noise": 30},
    "window": {"crop_share": 1, "crop_px": 256},
}
FRAME = {"short_side_px": 0, "long_side_px": 512, "channels": 3}


def main() -> None:
    """Write the sheets: pictures as the network sees them, and right of each its instances."""
    everything = {"thickness_share": 0.5, "scale": [0.8, 1.25], "blur_px": 1.0}
    for options in SHEETS.values():
        everything |= options
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        dataset = run(RenderConfig(preset="all", samples=SAMPLES), DirectoryStore(Path(folder)), 1, lambda *_: None)
        for name, options in (SHEETS | {"all": everything}).items():
            plain = {"turns": []} | options
            config = configure(training_of(dataset.manifest.of), "pointrend-r50", 0, 0, FRAME | {"augmentation": plain})
            (FOLDER / f"{name}.png").write_bytes(sheet(preview(dataset, config, SAMPLES)))


if __name__ == "__main__":
    main()
