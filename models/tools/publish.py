"""Put a sealed checkpoint in the place of a model that comes with Maskline, src/maskline/models/[NAME/]checkpoints/.

Or put thresholds beside the model that they were chosen for.

usage: publish.py [--folder FOLDER] URI [NAME]

FOLDER is that of the run that trained it, which holds its store; without it, AWS_... say where the store is.  NAME is
that of a package within maskline.models, e.g. sketches; without it, it is the model of molecules.

Only what predicting and judging need is kept: weights, model.yaml, training.json, log.jsonl.  What the checkpoint was
made from is named without the store it lies in, which is nobody else's business: `datasets/<name>-<id>`.
"""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path

from maskline.contract.artifact import Artifact, place, seal, write_file
from maskline.contract.errors import InvalidInput, MasklineError
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.thresholds import FILE, hold
from maskline.pipelines.local.connection import connected
from maskline.pipelines.store.listing import open_any

PACKAGE = Path(__file__).parents[1] / "src/maskline/models"
WEIGHTS = "model.safetensors"
TEXTS = ("model.yaml", "training.json", "log.jsonl")
MOST_BYTES = 15_000_000
STORE = re.compile(rb"[a-z0-9+]+://[^\s\"']*?/(?=(?:datasets|checkpoints|predictions)/[^/\s\"']+)")
"""The part of an artifact's URI that says which store it is in."""


def main() -> None:
    """Publish the artifact that the command line names."""
    parser = ArgumentParser(usage=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("uri")
    parser.add_argument("name", nargs="?", default="")
    asked = parser.parse_args()
    try:
        with connected(asked.folder, "") if asked.folder else nullcontext():
            artifact, package = open_any(asked.uri), PACKAGE / asked.name
            publishing = publish_thresholds if artifact.manifest.kind == "thresholds" else publish
            print(publishing(artifact, package).uri)  # noqa: T201
    except MasklineError as fault:
        sys.exit(f"error: {fault}")


def publish(checkpoint: Artifact, package: Path) -> Artifact:
    """Write the checkpoint into the folder of a package and remove the one that was there before.

    Raises InvalidInput if it is too large, or published there already.
    """
    contents = {WEIGHTS: checkpoint.read(WEIGHTS)}
    contents |= {name: STORE.sub(b"", checkpoint.read(name)) for name in TEXTS}
    size = sum(map(len, contents.values()))
    if size > MOST_BYTES:
        raise InvalidInput(f"{checkpoint.uri} has {size:,} bytes; at most {MOST_BYTES:,} are published")
    store = DirectoryStore(package)
    before = [path for folder in ("checkpoints", "thresholds", "tuned") for path in store.list(folder)]
    published = _sealed(store, checkpoint, contents)
    for path in before:
        store.delete(path)
    _open_to_all(package, store.list("checkpoints"))
    return published


def publish_thresholds(thresholds: Artifact, package: Path) -> Artifact:
    """Write thresholds beside the checkpoint of a package and let them hold; others that were there go.

    Raises InvalidInput if they are of another checkpoint, or published there already.
    """
    store, checkpoint = (
        DirectoryStore(package),
        STORE.sub(b"", thresholds.manifest.inputs["checkpoint"].encode()).decode(),
    )
    if not store.list(checkpoint):
        raise InvalidInput(f"{thresholds.uri} holds thresholds of {checkpoint}, which is not in {store.uri}")
    before = store.list("thresholds")
    published = _sealed(store, thresholds, {FILE: thresholds.read(FILE)})
    hold(published)
    for path in before:
        store.delete(path)
    _open_to_all(package, [*store.list("thresholds"), *store.list("tuned")])
    return published


def _sealed(store: Store, artifact: Artifact, contents: Mapping[str, bytes]) -> Artifact:
    manifest = artifact.manifest
    prefix = place(manifest.kind, manifest.name, manifest.id)
    if store.list(prefix):
        raise InvalidInput(f"{store.uri}/{prefix} is there already")
    files = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
    inputs = {role: STORE.sub(b"", uri.encode()).decode() for role, uri in manifest.inputs.items()}
    return seal(store, manifest.model_copy(update={"files": files, "inputs": inputs}))


def _open_to_all(package: Path, paths: Iterable[str]) -> None:
    for path in paths:
        (package / path).chmod(0o644)  # whoever installs the package is not always who runs it


if __name__ == "__main__":
    main()
