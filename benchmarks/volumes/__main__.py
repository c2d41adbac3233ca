"""Find 2,000 instances in the maps of a 256^3 volume, part by part and plainly: `make bench-volumes`.

Times are CPU seconds of all threads; memory is what comes on top of the libraries. SIDE=voxels takes a smaller volume.
"""

import os
import tempfile
from pathlib import Path

import numpy as np
from plain import renumbered
from rich.console import Console
from rich.table import Table
from volumes.phantom import write
from volumes.sides import ours, straightforward, taken

SIDE, INSTANCES = 256, 2000


def main(side: int) -> None:
    """Print what each way takes, and last how many times faster ours is.  Fails if their partitions differ."""
    instances = round(INSTANCES * (side / SIDE) ** 3)
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for where, size, count in ((folder, side, instances), (folder / "warm", 24, 2)):
            where.mkdir(exist_ok=True)
            write(where, size, count)
        sides = {"plain steps": taken(straightforward, folder), "Maskline": taken(ours, folder)}
        plain, found = (np.load(folder / f"{way.__name__}.npy") for way in (straightforward, ours))
        if not np.array_equal(renumbered(plain), found):
            raise SystemExit(f"the partitions differ in {(renumbered(plain) != found).sum():,} voxels")
    console.print(f"{side}^3 voxels, {instances:,} instances drawn, {found.max():,} found, the same by both")
    first, last = sides.values()
    table = Table(title="From a network's maps to instances", title_justify="left")
    for name in ("", "CPU s", "peak memory MB", "of the plain steps'"):
        table.add_column(name, justify="right" if name else "left")
    for name, each in sides.items():
        table.add_row(name, f"{each.cpu_s:.1f}", f"{each.peak_mb:.0f}", f"{each.peak_mb / first.peak_mb:.2f}")
    console.print(table)
    print(f"ratio {first.cpu_s / last.cpu_s:.1f}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(int(os.environ.get("SIDE", SIDE)))
