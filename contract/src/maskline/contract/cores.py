"""How many CPU cores there are for this process."""

import os
from pathlib import Path

CONTROL = Path("/sys/fs/cgroup/cpu.max")


def cores() -> int:
    """Return how many cores this process may use: its affinity, and the container's share where there is a limit."""
    allowed = len(os.sched_getaffinity(0))
    if CONTROL.exists():
        quota, period = CONTROL.read_text("ascii").split()
        if quota != "max":
            allowed = min(allowed, max(1, int(quota) // int(period)))
    return allowed
