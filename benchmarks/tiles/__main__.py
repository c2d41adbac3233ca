"""Find 5,000 instances in one large picture: at once, by a plain loop of crops, and in tiles: `make bench-tiles`.

The network is the published one on every side. Times are CPU seconds of all threads. SIDE=px takes a smaller picture.
"""

import os

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from rich.console import Console
from rich.table import Table
from tiles.page import page
from tiles.sides import Results, loop, taken, tiled, whole

SIDE = 4096
AGREE = 0.5
"""IoU of masks of one class from which on two results are one instance."""


def main(side: int) -> None:
    """Print what each way takes, and last how many times faster tiles are than the loop."""
    picture, instances = page(side)
    console = Console(width=110)
    console.print(f"{side} x {side} px, {instances:,} instances drawn")
    names = {"at once": whole, "a loop of crops": loop, "Maskline's tiles": tiled}
    sides = {name: taken(way, picture) for name, way in names.items()}
    first, plain, ours = sides.values()
    table = Table(title="The same network through one picture", title_justify="left")
    for name in ("", "CPU s", "peak memory MB", "of that at once", "instances", "of them found at once"):
        table.add_column(name, justify="right" if name else "left")
    for name, each in sides.items():
        share, same = f"{each.peak_mb / first.peak_mb:.2f}", f"{_shared(first.results, each.results):,}"
        table.add_row(name, f"{each.cpu_s:.1f}", f"{each.peak_mb:.0f}", share, f"{len(each.results):,}", same)
    console.print(table)
    print(f"ratio {plain.cpu_s / ours.cpu_s:.1f}")


def _shared(ones: Results, others: Results) -> int:
    """Return how many of the first results are among the second ones, one to one."""
    masks = [[result["segmentation"] for result in results] for results in (ones, others)]
    ious = np.asarray(coco_mask.iou(*masks, [0] * len(others))).reshape(len(ones), len(others))
    classes = [np.array([result["category_id"] for result in results]) for results in (ones, others)]
    ious[classes[0][:, None] != classes[1]] = 0
    best = ious.argmax(axis=1)
    mutual = ious.argmax(axis=0)[best] == np.arange(len(ones))
    return int((mutual & (ious.max(axis=1) >= AGREE)).sum())


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(int(os.environ.get("SIDE", SIDE)))
