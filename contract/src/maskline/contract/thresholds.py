"""Thresholds of a checkpoint's classes: from which score and area on what it finds is kept.

They are chosen after a checkpoint is sealed, and again on other pictures or for another measure, so they are sealed
artifacts of their own.  `tuned/<name>-<id>.json`, beside the checkpoint, points to those that hold; it is made once,
create-only, and replaced only by whoever saw its latest version.
"""

from typing import Literal

from pydantic import Field

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import require_same
from maskline.contract.config import Config, canonical_json, read_document
from maskline.contract.errors import Corrupt, InvalidInput, NotFound
from maskline.contract.store import Store
from maskline.contract.store.conditions import require_conditions

FILE = "thresholds.json"


class Threshold(Config):
    """Of one class."""

    score: float = Field(ge=0, le=1, description="what scores lower is left out")
    pixels: int = Field(ge=0, description="what has a smaller area is left out")


class Thresholds(Config):
    """Those of a checkpoint."""

    schema_version: Literal["maskline/thresholds/1"] = "maskline/thresholds/1"
    classes: dict[str, Threshold] = Field(description="class name -> its own; a class that is not here has none")


class Pointer(Config):
    """Which thresholds hold, as it is stored."""

    schema_version: Literal["maskline/tuned/1"] = "maskline/tuned/1"
    thresholds: str = Field(description="prefix of the artifact, in the same store")


def pointer_path(checkpoint: str) -> str:
    """Return where the pointer of a checkpoint is, in its store or another.  checkpoint: URI."""
    return f"tuned/{checkpoint.rpartition('/')[2]}.json"


def held_by(checkpoint: Artifact, store: Store | None) -> Artifact | None:
    """Return the thresholds that hold for a checkpoint, or None where it was not tuned.

    store: asked before the checkpoint's own.  Raises Corrupt for a damaged pointer, NotFound for one to nothing.
    """
    for place in (store, checkpoint.store):
        found = _read(place, checkpoint.uri) if place else None
        if place and found:
            return _pointed_at(place, found[0], pointer_path(checkpoint.uri))
    return None


def hold(thresholds: Artifact) -> None:
    """Let thresholds hold for the checkpoint that they are of, in their store.

    Raises AlreadyExists or Changed for whoever comes late.
    """
    store, checkpoint = thresholds.store, thresholds.manifest.inputs["checkpoint"]
    require_conditions(store)
    path, before = pointer_path(checkpoint), _read(store, checkpoint)
    data = canonical_json(Pointer(thresholds=thresholds.manifest.prefix).model_dump(mode="json"))
    if before is None:
        store.create(path, data)
    else:
        store.replace(path, data, before[1])


def read_thresholds(artifact: Artifact, checkpoint: Artifact) -> Thresholds:
    """Read the thresholds of a checkpoint.

    Raises InvalidInput for those of another one, CategoryMismatch for those of other classes, Corrupt.
    """
    of = artifact.manifest.inputs.get("checkpoint", "nothing")
    if not of.endswith(checkpoint.manifest.prefix):  # what comes with a package is named without a store
        raise InvalidInput(f"{artifact.uri} holds thresholds of {of}, not of {checkpoint.uri}")
    categories = checkpoint.manifest.categories
    require_same(artifact.manifest.categories, artifact.uri, categories, checkpoint.uri)
    found = read_document(Thresholds, artifact.read(FILE), f"{artifact.uri}/{FILE}")
    strangers = sorted(found.classes.keys() - {*categories.names})
    if strangers:
        raise Corrupt(f"{artifact.uri}/{FILE} has a threshold of '{strangers[0]}', a class that is not in its table")
    return found


def let_go(store: Store, artifact: Artifact) -> None:
    """Delete the pointer of a checkpoint, or the one to these thresholds, because the artifact is about to go."""
    checkpoint = artifact.uri if artifact.manifest.kind == "checkpoint" else artifact.manifest.inputs["checkpoint"]
    found = _read(store, checkpoint)
    if found and (checkpoint == artifact.uri or found[0].thresholds == artifact.manifest.prefix):
        store.delete(pointer_path(checkpoint))


def _read(store: Store, checkpoint: str) -> tuple[Pointer, str] | None:
    path = pointer_path(checkpoint)
    try:
        data, version = store.read_versioned(path)
    except NotFound:
        return None
    return read_document(Pointer, data, f"{store.uri}/{path}"), version


def _pointed_at(store: Store, pointer: Pointer, path: str) -> Artifact:
    try:
        return open_sealed(f"{store.uri}/{pointer.thresholds}", "thresholds")
    except NotFound as fault:
        where = f"{store.uri}/{path}"
        raise NotFound(f"{where} points to thresholds that are gone: {fault}; tune the checkpoint again") from None
