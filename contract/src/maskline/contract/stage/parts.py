"""Work cut into parts, one per pod: as many as make each worth the pod, and few, however much there is to do.

A pod costs a cluster 10 to 30 s before it works, and every turn of a loop leaves about 50 kB in the workflow object,
whose limit a few hundred turns reach (seen on Kubeflow Pipelines 2.17.0 with Argo Workflows 4.0.8).
"""

import math
import os
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from maskline.contract.cores import cores
from maskline.contract.errors import InvalidInput

WORTH_S = 300.0
"""Seconds of work for one pod."""
MOST = 32
T = TypeVar("T")


def parts(units: int, seconds: float) -> list[str]:
    """Cut units 0 ... `units` - 1 into runs of nearly equal length, each written `<first>-<stop>`, its stop not in it.

    seconds: what one pod would take for all of them.  One part, or none, means that there is nothing to hand out.
    """
    count = max(1, min(MOST, units, math.ceil(seconds / WORTH_S)))
    edges = [units * number // count for number in range(count + 1)]
    return [f"{first}-{stop}" for first, stop in pairwise(edges)]


def part_of(units: Sequence[T], part: str) -> Sequence[T]:
    """Return the units of a part.  Raises InvalidInput if it is no part of them."""
    found = re.fullmatch(r"(\d{1,9})-(\d{1,9})", part)
    first, stop = map(int, found.groups()) if found else (0, 0)
    if not first < stop <= len(units):
        raise InvalidInput(f"part '{part}': it must be <first>-<stop> within 0-{len(units)}, the first before the stop")
    return units[first:stop]


def workers() -> int:
    """Return how many processes may work here at once: OMP_NUM_THREADS, where somebody has shared out the cores."""
    return int(os.environ.get("OMP_NUM_THREADS", "0")) or cores()
