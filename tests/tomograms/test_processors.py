"""A tomogram is the same on every processor: what the last bits of transforms are has no say in it."""

import json
import os
import subprocess
import sys
import textwrap

import numpy as np

DRAW = """
    import hashlib, json
    import numpy as np
    from maskline.tomograms.entry import domain
    found = []
    for preset, way in (("crowded", "fourier"), ("lamella", "fourier"), ("demo", "projections")):
        small = {"depth": 32, "height": 48, "width": 48, "imaging": {"imaging": way}, "specimen": {"thickness_a": 250}}
        sample = domain.open(domain.drawing(preset, small)).draw(1, "train", np.random.default_rng([1, 1]))
        said = json.dumps([sample.image, sample.annotations]).encode()
        found.append(hashlib.sha256(b"".join(sample.members.values()) + said).hexdigest())
    print(json.dumps(found))
"""


def drawn(**environment: str) -> list[str]:
    """What a process of that environment draws, as digests of volumes and records."""
    command = [sys.executable, "-c", textwrap.dedent(DRAW)]
    done = subprocess.run(command, env=os.environ | environment, check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_the_oldest_processor_draws_what_this_one_draws() -> None:
    fast = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    assert drawn(NPY_DISABLE_CPU_FEATURES=" ".join(fast), OPENBLAS_CORETYPE="Prescott") == drawn()
