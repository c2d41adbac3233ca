"""What a model finds in drawn tomograms of more noise, and of more instances: `make volumes-curves CHECKPOINT=URI`.

The volumes are drawn anew, by another seed than a training's, of preset `demo`.  VOLUMES=n takes so many a point.
"""

import os
import sys
from typing import Any

from rich.console import Console
from rich.table import Table
from volumes.options import scored, told

from maskline.contract.artifact import open_sealed
from maskline.volumes.spec import VolumeSpec

SNR = (0.25, 0.5, 1, 2, 4, 8)
OCCUPANCY = (0.05, 0.1, 0.2, 0.3, 0.4)
DENSE: dict[str, Any] = {"touching": [0.5, 0.5]}


def main(checkpoint: str, volumes: int) -> None:
    """Print AP50 and AP at every signal to noise ratio and at every occupancy, one at a time."""
    options = VolumeSpec.of(open_sealed(checkpoint, "checkpoint")).instances
    table = Table(title=f"AP50 / AP, {volumes} volumes each", title_justify="left")
    for column in ("", "AP50 / AP"):
        table.add_column(column)
    drawings: dict[str, dict[str, Any]] = {f"snr {snr:g}": {"imaging": {"snr": [snr, snr]}} for snr in SNR}
    drawings |= {f"occupancy {share:g}": {"specimen": {"occupancy": [share, share], **DENSE}} for share in OCCUPANCY}
    for name, drawing in drawings.items():
        table.add_row(name, scored(list(told(checkpoint, "demo", drawing, volumes)), options))
    Console(width=110).print(table)


if __name__ == "__main__":
    uri = os.environ.get("CHECKPOINT") or sys.exit("error: CHECKPOINT=URI is missing: who is to find instances")
    main(uri, int(os.environ.get("VOLUMES", "6")))
