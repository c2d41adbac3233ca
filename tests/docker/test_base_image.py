"""What the making of a base image says where something is missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from table import ROOT


@pytest.mark.parametrize(
    ("present", "message"),
    [
        ((), "mmdebstrap is missing: apt-get install mmdebstrap"),
        (("mmdebstrap",), "docker is missing"),
    ],
)
def test_a_missing_program_is_named_with_what_to_do(tmp_path: Path, present: tuple[str, ...], message: str) -> None:
    for name in ("bash", *present):
        (tmp_path / name).symlink_to(shutil.which("bash") or "/bin/bash")

    done = subprocess.run(
        [str(ROOT / "docker/base-image.sh")],
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"make base-image: {message}")
