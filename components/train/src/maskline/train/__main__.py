"""Start the train stage: `python3 -m maskline.train <verb> '<executor input>'`.

A pipeline calls `run`; a person at a machine also calls `preview`.
"""

import sys
from pathlib import Path

from maskline.contract.artifact import open_sealed
from maskline.contract.champion import named_weights
from maskline.contract.kind.training import training_of
from maskline.contract.stage.call import Call
from maskline.contract.stage.entry import main
from maskline.contract.stage.pointer import numbers, pointer
from maskline.contract.store import project_store
from maskline.train.config import configure
from maskline.train.inputs import TrainInputs
from maskline.train.stage import run
from maskline.train.tell.page import learning_page


def run_verb(call: Call) -> None:
    """Train as the pipeline asks, and hand the checkpoint's URI and figures over."""
    store, dataset = project_store(), call.text("dataset_uri")
    manifest = open_sealed(dataset, "dataset").manifest
    kind, table = training_of(manifest.of), manifest.categories
    config = configure(
        kind, call.text("train_preset"), call.parameters["steps"], call.parameters["seed"], call.stage_options("train")
    )
    weights = named_weights(call.text("starting_weights"), table.domain, table.key, store)
    artifact = run(config, TrainInputs(dataset, weights), store)
    spec, figures = kind.spec(config, table), numbers(artifact.manifest.figures)
    call.output("checkpoint_uri", artifact.uri)
    call.artifact(
        "model", pointer(artifact, figures), {"architecture": spec.architecture, "uri": artifact.uri} | figures
    )
    call.artifact("metrics", metadata=figures)
    call.artifact("learning", learning_page(artifact))


def preview_verb(call: Call) -> None:
    """Leave `<name>.png` and `<name>.html` of what a training would see in `folder`; nothing is written to a store."""
    from maskline.contract.preview.files import write
    from maskline.train.preview import preview

    artifact = open_sealed(call.text("dataset_uri"), "dataset")
    kind = training_of(artifact.manifest.of)
    config = configure(kind, call.text("train_preset"), 0, call.parameters["seed"], call.options("options"))
    name = f"{artifact.manifest.name}-{config.name}"
    files = write(preview(artifact, config, int(call.parameters["samples"])), name, Path(call.text("folder")))
    call.output("written", "\n".join(str(file) for file in files))


if __name__ == "__main__":
    sys.exit(main({"run": run_verb, "preview": preview_verb}, sys.argv[1:]))
