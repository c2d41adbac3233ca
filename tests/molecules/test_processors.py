"""A drawing is the same on every processor: neither BLAS's kernels nor numpy's own have a say in it."""

import json
import os
import platform
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from maskline.molecules.layout.preparing import _lean
from maskline.molecules.numbers.matrices import product

PICTURES = (3, 169, 253, 467, 607, 773, 1142)
"""Of preset `all`, seed 1. All but the first were drawn otherwise with kernels that fuse nothing: two directions for an
atom's number were equally good, or a matrix's last bit was another."""
DRAW = """
    import hashlib, json, sys
    import numpy as np
    from maskline.molecules.entry import domain
    renderer, found = domain.open(domain.drawing("all", {})), []
    for index in map(int, sys.argv[1:]):
        sample = renderer.draw(index, "train", np.random.default_rng([1, index]))
        said = json.dumps([sample.image, sample.annotations], default=int).encode()
        found.append(hashlib.sha256(sample.members["png"] + said).hexdigest())
    print(json.dumps(found))
"""


def drawn(**environment: str) -> list[str]:
    """What a process of that environment draws, as digests of pictures and records."""
    command = [sys.executable, "-c", textwrap.dedent(DRAW), *map(str, PICTURES)]
    done = subprocess.run(command, env=os.environ | environment, check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_the_oldest_processor_draws_what_this_one_draws() -> None:
    fast = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    oldest = {"x86_64": "Nehalem"}.get(platform.machine(), "ARMV8")
    assert drawn(OPENBLAS_CORETYPE=oldest, NPY_DISABLE_CPU_FEATURES=" ".join(fast)) == drawn()


def test_a_product_is_a_product() -> None:
    rng = np.random.default_rng(0)
    for n, k, m in ((1, 1, 1), (50, 2, 24), (2, 3, 3), (2, 2, 4)):
        left, right = rng.normal(size=(n, k)), rng.normal(size=(k, m))
        assert product(left, right) == pytest.approx(left @ right)


@pytest.mark.parametrize("degrees", [-14.0, -3.0, 0.0, 5.0, 14.9])
def test_the_lean_of_bonds_is_told_whichever_way_they_point(degrees: float) -> None:
    angles = np.radians(degrees + 30 * np.array([0, 1, 3, 4, 7, 11]))
    assert np.degrees(_lean(np.stack([np.cos(angles), np.sin(angles)], axis=1))) == pytest.approx(degrees)
