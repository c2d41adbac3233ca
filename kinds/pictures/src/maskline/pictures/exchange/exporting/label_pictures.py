"""Label pictures: <split>/labels/<name>.png of 16 bits beside <split>/images/, each number but 0 one instance."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from maskline.contract.shard import Dataset, Sample
from maskline.pictures.exchange.exporting.ground import Ground
from maskline.pictures.exchange.exporting.layouts import write_picture


def write_labels(dataset: Dataset, folder: Path) -> list[str]:
    """Write a picture and a label picture for each sample; return what they cannot tell.

    Instances are numbered from 1 in the dataset's order, which has room for fewer than 16 bits have; a pixel of several
    is the first one's. Crowd regions are left out.
    """
    overlapping, hidden, crowds = list[str](), list[str](), 0
    for split in dataset.splits:
        for shard in dataset.shards(split):
            for sample in dataset.samples(shard):
                write_picture(sample, folder / split / "images")
                lost, gone = _write_labels(sample, folder / split / "labels")
                name = sample.image["file_name"]
                overlapping += [f"{name} ({lost} px)"] if lost else []
                hidden += [f"{name} ({gone})"] if gone else []
                crowds += sum(one["iscrowd"] for one in sample.annotations)
    notes = []
    if overlapping:
        notes.append(
            f"{len(overlapping)} pictures have instances that overlap, where the first stays: {overlapping[0]}"
        )
    if hidden:
        notes.append(f"{len(hidden)} pictures have instances wholly below others, which are lost: {hidden[0]}")
    if crowds:
        notes.append(f"{crowds} crowd regions are left out")
    several = len(dataset.artifact.manifest.categories.names) > 1
    return [*notes, "categories are not told"] if several else notes


def _write_labels(sample: Sample, folder: Path) -> tuple[int, int]:
    """Write a label picture; return how many pixels instances lost to others, and how many lost all."""
    size = [sample.image["height"], sample.image["width"]]
    labels, ground, lost, gone = np.zeros(size, dtype=np.uint16), Ground(size), 0, 0
    for number, one in enumerate((one for one in sample.annotations if not one["iscrowd"]), 1):
        share = ground.take(one["segmentation"])
        h, w = share.mask.shape
        labels[share.y : share.y + h, share.x : share.x + w][share.mask] = number
        lost, gone = lost + share.lost, gone + (not share.mask.any())
    path = folder / f"{sample.stem}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    Image.fromarray(labels).save(buffer, "PNG")
    path.write_bytes(buffer.getvalue())
    return lost, gone
