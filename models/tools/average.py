"""Seal the mean of the weights of several trainings that began alike, beside the first one: often it beats them all.

usage: average.py [--folder FOLDER] URI URI ...

FOLDER is that of the runs that trained them, which holds their store; without it, AWS_... say where the store is.
What is told of the training is the first one's; figures are not told, for they are nobody's.

Wortsman et al. 2022, "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing
inference time".
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import cast

import torch
from safetensors import torch as safetensors_torch

from maskline.contract.artifact import Artifact, open_sealed, place, seal, write_file
from maskline.contract.errors import InvalidInput, MasklineError
from maskline.contract.identity import stage_id
from maskline.pipelines.local.connection import connected

SPEC, WEIGHTS = "model.yaml", "model.safetensors"


def main() -> None:
    """Average the checkpoints that the command line names."""
    parser = ArgumentParser(usage=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("first")
    parser.add_argument("others", nargs="+")
    asked = parser.parse_args()
    try:
        with connected(asked.folder, "") if asked.folder else nullcontext():
            print(average([open_sealed(uri, "checkpoint") for uri in (asked.first, *asked.others)]).uri)  # noqa: T201
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
    averaged = {f"mean_of_{number}": checkpoint.uri for number, checkpoint in enumerate(checkpoints, 1)}
    id = stage_id("average", (), ("torch",), {}, averaged)  # noqa: A001 - the contract's word
    prefix = place("checkpoint", first.manifest.name, id)
    contents = {name: first.read(name) for name in first.manifest.files}
    contents[WEIGHTS] = mean([checkpoint.read(WEIGHTS) for checkpoint in checkpoints])
    files = {name: write_file(first.store, prefix, name, data) for name, data in contents.items()}
    inputs = {"dataset": first.manifest.inputs["dataset"]} | averaged
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
