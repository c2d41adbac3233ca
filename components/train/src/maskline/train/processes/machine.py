"""What this machine offers a training: GPUs that torch can use, and cores for those who prepare pictures."""

import subprocess
import sys
from pathlib import Path

from maskline.contract.cores import cores
from maskline.contract.log import event

DRIVERS = ("/dev/nvidiactl", "/dev/dxg")
QUESTION = "import torch; print(); print(torch.cuda.device_count())"
MOST_WORKERS = 8
"""Per GPU: they prepare more pictures than it takes in, and two waiting batches of each still fit into /dev/shm."""


def gpus() -> int:
    """Return how many GPUs torch can use, asking torch in a process of its own, and only where there is a driver.

    Where there is one and torch can use no GPU, a line says so: a CPU may need days for what a GPU does in an hour.
    """
    if not any(Path(driver).exists() for driver in DRIVERS):
        return 0
    asked = subprocess.run([sys.executable, "-c", QUESTION], capture_output=True, text=True, check=False)
    count = 0 if asked.returncode else int(asked.stdout.split()[-1])
    if not count:
        why = asked.stderr.strip().splitlines()[-1:] or ["torch finds none"]
        event("train.no_gpu", driver="found", why=why[0])
    return count


def workers_for(gpus: int, beside: int) -> int:
    """Return how many processes shall prepare the pictures of one training process: with a GPU its share of the cores.

    One core is left to the training process itself.  gpus: how many torch can use; without one a thread is enough.
    beside: training processes on this machine.
    """
    return min(MOST_WORKERS, max(1, cores() // beside - 1)) if gpus else 0
