"""Compiles the workflow to the files that Kubeflow and the local runner read. The only command that needs kfp."""

import tempfile
from pathlib import Path

from maskline.contract.errors import InvalidInput


def compiled_texts() -> dict[str, str]:
    """Compile every pipeline; return file name -> content, the same bytes wherever and whenever it is done.

    Raises InvalidInput when kfp is not installed.
    """
    try:
        from kfp import compiler

        from maskline.pipelines.workflow import segmenter
    except ModuleNotFoundError as error:
        raise InvalidInput(f"compiling needs the extra maskline-pipelines[kfp]: no module '{error.name}'") from None
    texts = {}
    with tempfile.TemporaryDirectory() as scratch:
        for pipeline in (segmenter,):
            path = Path(scratch) / f"{pipeline.name}.yaml"
            compiler.Compiler().compile(pipeline, str(path))
            texts[path.name] = path.read_text("utf-8")
    return texts


def write(folder: Path) -> list[Path]:
    """Write every compiled pipeline to `folder`; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = compiled_texts()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in texts]


def drifted(folder: Path) -> list[str]:
    """Return the names of those files in `folder` that are not what the workflow compiles to now.

    Files that are missing or surplus are among them.
    """
    fresh = compiled_texts()
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.yaml")}
    return sorted(name for name in fresh.keys() | there.keys() if fresh.get(name) != there.get(name))
