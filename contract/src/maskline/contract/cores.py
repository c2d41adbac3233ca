"""How many CPU cores there are for this process, and how its threads share them."""

import os
from pathlib import Path

CONTROL = Path("/sys/fs/cgroup")


def cores() -> int:
    """Return how many cores this process may use: its affinity, and the container's share where there is a limit."""
    allowed = len(os.sched_getaffinity(0))
    share = _share()
    return min(allowed, max(1, int(share))) if share else allowed


def wait_passively() -> None:
    """Have threads sleep while they wait; to be called before torch is loaded, since OpenMP reads it then.

    Threads that spin while they wait ruin a shared machine: on two busy cores two of them were measured to be seven
    times slower than one.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


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
