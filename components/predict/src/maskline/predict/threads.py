"""How threads wait for each other."""

import os


def wait_passively() -> None:
    """Have threads sleep while they wait; to be called before torch is loaded, since OpenMP reads it then.

    Threads that spin while they wait ruin a shared machine: on two busy cores two of them were measured to be seven
    times slower than one.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
