"""Put a sealed checkpoint in the place of a model that comes with Maskline, src/maskline/models/[NAME/]checkpoints/.

usage: publish.py [--folder FOLDER] URI [NAME]

FOLDER is that of the run that trained it, which holds its store; without it, AWS_... say where the store is.  NAME is
that of a package within maskline.models, e.g. sketches; without it, it is the model of molecules.

Only what predicting and judging need is kept: weights, model.yaml, training.json, log.jsonl.  What the checkpoint was
made from is named without the store it lies in, which is nobody else's business: `datasets/<name>-<id>`.
"""

import re
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path

from maskline.contract.artifact import Artifact, open_sealed, place, seal, write_file
from maskline.contract.errors import InvalidInput, MasklineError
from maskline.contract.store.directory import DirectoryStore
from maskline.pipelines.local.connection import connected

PACKAGE = Path(__file__).parents[1] / "src/maskline/models"
WEIGHTS = "model.safetensors"
TEXTS = ("model.yaml", "training.json", "log.jsonl")
MOST_BYTES = 15_000_000
STORE = re.compile(rb"[a-z0-9+]+://[^\s\"']*?/(?=(?:datasets|checkpoints)/[^/\s\"']+)")
"""The part of an artifact's URI that says which store it is in."""


def main() -> None:
    """Publish the checkpoint that the command line names."""
    parser = ArgumentParser(usage=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("uri")
    parser.add_argument("name", nargs="?", default="")
    asked = parser.parse_args()
    try:
        with connected(asked.folder, "") if asked.folder else nullcontext():
            print(publish(open_sealed(asked.uri, "checkpoint"), PACKAGE / asked.name).uri)  # noqa: T201
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
    store, manifest = DirectoryStore(package), checkpoint.manifest
    prefix = place("checkpoint", manifest.name, manifest.id)
    if store.list(prefix):
        raise InvalidInput(f"{store.uri}/{prefix} is there already")
    before = store.list("checkpoints")
    files = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
    inputs = {role: STORE.sub(b"", uri.encode()).decode() for role, uri in manifest.inputs.items()}
    published = seal(store, manifest.model_copy(update={"files": files, "inputs": inputs}))
    for path in before:
        store.delete(path)
    for path in store.list(prefix):
        (package / path).chmod(0o644)  # whoever installs the package is not always who runs it
    return published


if __name__ == "__main__":
    main()
