"""What import-linter cannot see: nothing heavy is loaded before the function that needs it runs.

A stage whose artifact is sealed already answers before torch or rdkit is loaded, and `maskline --help` before kfp is.
"""

import subprocess
import sys

import pytest

HEAVY = {"torch", "torchvision", "detectron2", "cv2", "rdkit", "chemicals", "kfp", "kfp_server_api", "matplotlib"}


@pytest.mark.parametrize(
    "module",
    [
        "maskline.render.__main__",
        "maskline.train.__main__",
        "maskline.evaluate.__main__",
        "maskline.predict.__main__",
        "maskline.pictures.kind",
        "maskline.volumes.kind",
        "maskline.molecules.entry",
        "maskline.molecules.categories",
        "maskline.tomograms.entry",
        "maskline.pipelines.command_line",
    ],
)
def test_importing_an_entry_loads_nothing_heavy_and_says_nothing(module: str) -> None:
    program = f"import sys, {module}; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert not HEAVY & set(done.stdout.split())
    assert len(done.stdout.splitlines()) == 1
