"""How many CPU cores there are for this process."""

import os
from pathlib import Path

CONTROL = Path("/sys/fs/cgroup")


def cores() -> int:
    """Return how many cores this process may use: its affinity, and the container's share where there is a limit."""
    allowed = len(os.sched_getaffinity(0))
    share = _share()
    return min(allowed, max(1, int(share))) if share else allowed


def _share() -> float | None:
    """Return the container's share in cores, from the files of cgroup v2 or v1.  None: there is no limit."""
    both, quota, period = (CONTROL / name for name in ("cpu.max", "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"))
    if both.exists():
        words = both.read_text("ascii").split()
    elif quota.exists() and period.exists():
        words = [quota.read_text("ascii").strip(), period.read_text("ascii").strip()]
    else:
        return None
    return None if words[0] in {"max", "-1"} else int(words[0]) / int(words[1])
