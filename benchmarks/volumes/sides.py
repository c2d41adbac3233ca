"""The ways from maps to instances, each in a process of its own so that its memory can be told."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import plain
from numpy.typing import NDArray

from maskline.volumes.instances.config import CryoSiamInstances
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.voxels import Box, Shape

OPTIONS = CryoSiamInstances()
NAMES = ("foreground", "distances", "boundaries")
Way = Callable[[Path], NDArray[Any]]


@dataclass(frozen=True)
class Taken:
    """What a way took, of all threads and above what the process held before, with the maps it read."""

    cpu_s: float
    peak_mb: float


def taken(way: Way, folder: Path) -> Taken:
    """Go one way, in a new process, and leave its labels in the folder."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(_measured, way, folder).result()


def _measured(way: Way, folder: Path) -> Taken:
    way(folder / "warm")
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from what is held now
    before, started = _peak_mb(), time.process_time()
    labels = way(folder)
    result = Taken(time.process_time() - started, _peak_mb() - before)
    np.save(folder / f"{way.__name__}.npy", labels)
    return result


def _peak_mb() -> float:
    # Not getrusage's: that begins with what the parent held when it started this process.
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1e3


def straightforward(folder: Path) -> NDArray[Any]:
    """Take the steps one after the other over whole arrays, with scipy, scikit-image, SimpleITK and bioimage-cpp."""
    return plain.segment((np.load(folder / f"{name}.npy") for name in NAMES), OPTIONS)


def ours(folder: Path) -> NDArray[Any]:
    """Take them part by part, reading the maps piece by piece."""
    return segment(Maps(*(_Stored(folder / f"{name}.npy") for name in NAMES)), OPTIONS)


@dataclass(frozen=True)
class _Stored:
    """A volume in a file."""

    path: Path

    @property
    def shape(self) -> Shape:
        z, y, x = self._open().shape
        return z, y, x

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._open().dtype

    def read(self, box: Box) -> NDArray[Any]:
        return np.array(self._open()[box.slices])

    def _open(self) -> NDArray[Any]:
        found: NDArray[Any] = np.load(self.path, mmap_mode="r")
        return found
