"""A picture is the same on every processor: numpy's kernels for newer ones have no say in it."""

import json
import os
import subprocess
import sys
import textwrap

import numpy as np

DRAW = """
    import hashlib, json
    import numpy as np
    from maskline.cells.entry import domain
    found = []
    for preset in ("demo", "four", "phase", "neurons"):
        renderer = domain.open(domain.drawing(preset, {"broken": 0.2}))
        for index in range(3):
            sample = renderer.draw(index, "train", np.random.default_rng([1, index]))
            said = json.dumps([sample.image, sample.annotations]).encode()
            found.append(hashlib.sha256(sample.members["png"] + said).hexdigest())
    print(json.dumps(found))
"""


def drawn(**environment: str) -> list[str]:
    """What a process of that environment draws, as digests of pictures and records."""
    command = [sys.executable, "-c", textwrap.dedent(DRAW)]
    done = subprocess.run(command, env=os.environ | environment, check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_the_oldest_processor_draws_what_this_one_draws() -> None:
    fast = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    assert drawn(NPY_DISABLE_CPU_FEATURES=" ".join(fast)) == drawn()
