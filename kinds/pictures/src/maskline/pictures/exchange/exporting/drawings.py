"""The drawings themselves: SVG documents, where a dataset keeps them, and what they show in full colour."""

from pathlib import Path

import cairosvg

from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Dataset

PAPER = "white"


def write_drawings(dataset: Dataset, folder: Path) -> None:
    """Write drawings/<picture>.svg, one path for each instance, and drawings/<picture>.png, drawn from it by cairosvg.

    Raises InvalidInput if the dataset keeps none.
    """
    drawings = folder / "drawings"
    drawings.mkdir()
    for split in dataset.splits:
        for shard in dataset.shards(split):
            for sample in dataset.samples(shard):
                if "svg" not in sample.members:
                    raise InvalidInput(
                        f"{dataset.artifact.uri} keeps no drawings: render it with the drawing option svg"
                    )
                svg = sample.members["svg"]
                (drawings / f"{sample.stem}.svg").write_bytes(svg)
                (drawings / f"{sample.stem}.png").write_bytes(cairosvg.svg2png(svg, background_color=PAPER))
