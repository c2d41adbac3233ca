"""Compiles the workflow to the files that Kubeflow and the local runner read. Only writing them anew needs kfp."""

import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.pipelines.compiler.manifest import manifest
from maskline.pipelines.compiler.rules import broken
from maskline.pipelines.compiler.stamping.stamp import stamp

_MANIFESTS = "kubernetes"


def compiled_texts() -> dict[str, str]:
    """Compile every pipeline; return file name -> content, the same bytes wherever and whenever it is done.

    Beside each `<pipeline>.yaml` there is a `kubernetes/<pipeline>.yaml` with the same as Kubernetes objects.
    Raises InvalidInput when kfp is not installed.
    """
    try:
        from kfp import compiler

        from maskline.pipelines.workflow.evaluate import evaluate
        from maskline.pipelines.workflow.predict import predict
        from maskline.pipelines.workflow.pseudo_label import pseudo_label
        from maskline.pipelines.workflow.retrain import retrain
        from maskline.pipelines.workflow.train_and_evaluate import train_and_evaluate
    except ModuleNotFoundError as error:
        raise InvalidInput(f"compiling needs the extra maskline-pipelines[kfp]: no module '{error.name}'") from None
    texts = {}
    with tempfile.TemporaryDirectory() as scratch:
        for pipeline in (train_and_evaluate, evaluate, predict, pseudo_label, retrain):
            path = Path(scratch) / f"{pipeline.name}.yaml"
            compiler.Compiler().compile(pipeline, str(path))
            texts[path.name] = path.read_text("utf-8")
    released = version("maskline-pipelines")
    return texts | {f"{_MANIFESTS}/{name}": manifest(text, released) for name, text in texts.items()}


def stamped(pipeline: Path, settings: Mapping[str, str], *, kubernetes: bool) -> str:
    """Return a compiled pipeline with `settings` stamped in, as Kubernetes objects if so asked.

    Raises InvalidInput.
    """
    text = stamp(pipeline.read_text("utf-8"), settings)
    return manifest(text, version("maskline-pipelines"), stamped=True) if kubernetes else text


def write(folder: Path) -> list[Path]:
    """Write every compiled pipeline to `folder`; return the files."""
    (folder / _MANIFESTS).mkdir(parents=True, exist_ok=True)
    texts = compiled_texts()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in texts]


def check(folder: Path) -> None:
    """Raise InvalidInput if the files in `folder` are not what the workflow compiles to, or break a rule."""
    stale = drifted(folder)
    if stale:
        raise InvalidInput(f"{folder}: not what the workflow compiles to: {', '.join(stale)}; run maskline compile")
    faults = [f"{path.name}: {fault}" for path in sorted(folder.glob("*.yaml")) for fault in broken(path)]
    if faults:
        raise InvalidInput("\n".join(faults))


def drifted(folder: Path) -> list[str]:
    """Return the names of those files in `folder` that are not what the workflow compiles to now.

    Files that are missing or surplus are among them.
    """
    fresh = compiled_texts()
    there = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.yaml")}
    return sorted(name for name in fresh.keys() | there.keys() if fresh.get(name) != there.get(name))
