"""The earlier build: the commit that today's is measured beside, installed from git into a folder of its own."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

COMMIT = "cc5b94ad59838420e2f152a47b825f1686b6e942"
"""The last commit before steps were merged and runs of sealed work made short."""


def install(root: Path, folder: Path) -> str:
    """Make the commit's files and its environment in `folder`, unless they are there.

    Returns why that cannot be, or "".  Raises CalledProcessError, after what make said, if the installation fails.
    """
    if (folder / ".venv/installed").exists():
        return ""
    archive = subprocess.run(["git", "-C", root, "archive", COMMIT], capture_output=True, check=False)
    if archive.returncode:
        return f"commit {COMMIT[:7]} is not in this clone: {archive.stderr.decode().strip()}"
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    made = subprocess.run(["make", "install"], cwd=folder, env=_environment(root), capture_output=True, check=False)
    if made.returncode:
        sys.stderr.buffer.write(made.stdout + made.stderr)
        made.check_returncode()
    return ""


def _environment(root: Path) -> dict[str, str]:
    """Return this process's, without what `make` tells its own children and without the tools of today's environment.

    So the uv that installed today's installs this one, and finds in its cache what the two have in common.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    folders = kept["PATH"].split(os.pathsep)
    return kept | {"PATH": os.pathsep.join(folder for folder in folders if folder != str(root / ".venv/bin"))}
