"""How many threads predict, and how they wait for each other."""

import os

from maskline.contract.cores import cores
from maskline.predict.config import PredictConfig

MOST_THREADS = 8
"""More do not pay: the heads are many small operations."""


def count(config: PredictConfig) -> int:
    """Return how many threads torch may use."""
    told = config.threads or int(os.environ.get("OMP_NUM_THREADS", "0"))
    return told or min(MOST_THREADS, cores())


def wait_passively() -> None:
    """Have threads sleep while they wait; to be called before torch is loaded, since OpenMP reads it then.

    Threads that spin while they wait ruin a shared machine: on two busy cores two of them were measured to be seven
    times slower than one.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
