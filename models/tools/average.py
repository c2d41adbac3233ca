"""Seal the mean of the weights of several trainings that began alike, beside the first one: often it beats them all.

usage: average.py FOLDER URI URI ...

FOLDER is that of the runs that trained them, which holds their store.
What is told of the training is the first one's; figures are not told, for they are nobody's.

Wortsman et al. 2022, "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing
inference time".
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from safetensors import torch as safetensors_torch

from maskline.contract.artifact import Artifact, open_sealed, place, seal, write_file
from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput, MasklineError
from maskline.contract.identity import digest
from maskline.pipelines.local.connection import connected

SPEC, WEIGHTS = "model.yaml", "model.safetensors"
ID_DIGITS = 12


def main() -> None:
    """Average the checkpoints that the command line names."""
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    try:
        with connected(Path(sys.argv[1]), ""):
            print(average([open_sealed(uri, "checkpoint") for uri in sys.argv[2:]]).uri)  # noqa: T201
    except MasklineError as fault:
        sys.exit(f"error: {fault}")


def average(checkpoints: Sequence[Artifact]) -> Artifact:
    """Seal the mean of the checkpoints in the first one's store.

    Raises InvalidInput if they are not of one network, which knows the same classes.
    """
    first = checkpoints[0]
    for other in checkpoints[1:]:
        if other.read(SPEC) != first.read(SPEC):
            raise InvalidInput(f"{first.uri} and {other.uri} differ in {SPEC}: only weights of one network have a mean")
    uris = [checkpoint.uri for checkpoint in checkpoints]
    id = digest(canonical_json(uris))[:ID_DIGITS]  # noqa: A001 - the contract's word
    prefix = place("checkpoint", first.manifest.name, id)
    contents = {name: first.read(name) for name in first.manifest.files}
    contents[WEIGHTS] = mean([checkpoint.read(WEIGHTS) for checkpoint in checkpoints])
    files = {name: write_file(first.store, prefix, name, data) for name, data in contents.items()}
    inputs = {"dataset": first.manifest.inputs["dataset"]} | {f"mean_of_{n}": uri for n, uri in enumerate(uris, 1)}
    return seal(
        first.store, first.manifest.model_copy(update={"id": id, "files": files, "inputs": inputs, "figures": {}})
    )


def mean(contents: Sequence[bytes]) -> bytes:
    """Return the mean of safetensors files with the same tensors, in the numbers and with the metadata of the first."""
    states = [safetensors_torch.load(content) for content in contents]
    weights = {
        name: torch.stack([state[name].double() for state in states]).mean(0).to(tensor.dtype)
        for name, tensor in states[0].items()
    }
    return safetensors_torch.save(weights, _metadata(contents[0]))


def _metadata(content: bytes) -> dict[str, str]:
    """Return what a safetensors file says besides its tensors."""
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return cast("dict[str, str]", header.get("__metadata__", {}))


if __name__ == "__main__":
    main()
