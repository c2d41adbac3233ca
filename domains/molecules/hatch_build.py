"""Compiles the C of maskline.molecules.ink when the wheel is built, or the package is installed in place.

The compiler comes from the package registry like every other tool (ziglang holds clang), so that nothing but Python has
to be there, and the same sources give the same library on every machine: the version is locked, the processor is the
oldest that is supported, not the one at hand, and floating-point operations are neither fused nor reordered.
"""

import os
import platform
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("src/maskline/molecules/ink")
LIBRARY = "libink.so"
FLAGS = (
    *("-std=c11", "-O2", "-Wall", "-Wextra", "-Werror"),
    *("-ffp-contract=off", "-fno-math-errno", "-fno-strict-aliasing", "-fvisibility=hidden"),
    *("-shared", "-fPIC", "-s"),
)
# glibc 2.17 is of 2012, x86-64-v2 of 2009.
TARGETS = {
    ("Linux", "x86_64"): ("-target", "x86_64-linux-gnu.2.17", "-mcpu=x86_64_v2"),
    ("Linux", "aarch64"): ("-target", "aarch64-linux-gnu.2.17"),
}


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling finds it by this name
    """Puts the library beside its sources, and into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - wheel and editable alike
        """Compile before files are collected."""
        folder = Path(self.root, FOLDER)
        compile_library(folder, folder / LIBRARY)
        build_data["artifacts"] += [f"{FOLDER}/{LIBRARY}"]
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def compile_library(folder: Path, library: Path) -> None:
    """Compile every C file of `folder`; the library is replaced at once, so a process that has it open keeps it."""
    digest = runpy.run_path(str(folder / "digest.py"))["sources_digest"](folder)
    target = TARGETS.get((platform.system(), platform.machine()), ("-mcpu=baseline",))
    names = sorted(path.name for path in folder.glob("*.c"))
    with tempfile.TemporaryDirectory() as scratch:
        made, new = Path(scratch, LIBRARY), library.with_suffix(".new")
        compiler = (sys.executable, "-m", "ziglang", "cc", *target, *FLAGS, f"-DINK_SOURCES={digest}")
        caches = {"ZIG_GLOBAL_CACHE_DIR": scratch, "ZIG_LOCAL_CACHE_DIR": scratch}
        subprocess.run((*compiler, *names, "-o", str(made), "-lm"), cwd=folder, env=os.environ | caches, check=True)
        shutil.copy(made, new)
        new.replace(library)


if __name__ == "__main__":
    compile_library(Path(__file__).parent / FOLDER, Path(__file__).parent / FOLDER / LIBRARY)
