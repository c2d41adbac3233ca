"""Start the render stage: `python3 -m maskline.render <verb> '<executor input>'`.

Pipelines call `draw`, `work` for each part of a large dataset, and `fold`; a person at a machine calls `run` or
`preview`.
"""

import sys
from pathlib import Path
from typing import Any

from maskline.contract.artifact import Artifact, find_sealed, open_sealed, place, read_receipts
from maskline.contract.config import parse
from maskline.contract.errors import NotFound
from maskline.contract.log import event
from maskline.contract.shard import PAGE
from maskline.contract.stage.call import Call, Described
from maskline.contract.stage.entry import main
from maskline.contract.stage.form import check
from maskline.contract.stage.parts import workers
from maskline.contract.stage.pointer import pointer, pointer_ahead
from maskline.contract.store import Store, project_store
from maskline.render.config import RenderConfig
from maskline.render.form import config_of, fold_config, form_of, named_dataset
from maskline.render.plan import Plan, domain_of, make_plan

FORM = ("domain", "preset", "samples", "seed")


def draw_verb(call: Call) -> None:
    """Draw a dataset, find it sealed, or begin a large one and hand out its parts; show what the first samples are.

    A dataset that the form names is there already.
    """
    from maskline.render.handing_out import begin

    store, form = project_store(), form_of(call.parameters)
    check(form, store)  # what is wrong with a later step is told before hours of work
    if uri := named_dataset(form):
        call.output("dataset_uri", uri)
        call.output("plan", "")
        call.output("parts", [])
        _show_sealed(call, open_sealed(uri, "dataset"))
        return
    config = config_of(form, call.stage_options("render"))
    plan = make_plan(config)
    begun = begin(plan, store, workers(), _tell)
    call.output("dataset_uri", f"{store.uri}/{place('dataset', config.preset, plan.id)}")
    call.output("plan", plan.model_dump_json())
    call.output("parts", begun.parts)
    if begun.dataset:
        _show_sealed(call, begun.dataset)
    else:
        _show_begun(call, plan, store)


def fold_verb(call: Call) -> None:
    """Hold one fold of a labelled dataset out, add what predictions are sure of to the others, and show the first."""
    from maskline.render.deriving.stage import run

    dataset = run(fold_config(call.parameters, call.text("predictions_uri")), project_store())
    for remark in dataset.manifest.figures["remarks"]["listed"]:
        event("fold.remark", remark=remark)
    call.output("dataset_uri", dataset.uri)
    _show_sealed(call, dataset)


def _show_sealed(call: Call, dataset: Artifact) -> None:
    splits = dataset.manifest.figures["splits"]
    call.artifact("dataset", pointer(dataset, splits), _samples(splits) | {"uri": dataset.uri})
    call.artifact("samples_page", dataset.read(PAGE))


def _show_begun(call: Call, plan: Plan, store: Store) -> None:
    """Show what is drawn by now of a dataset that others go on with, or all of it if they have sealed it since."""
    from maskline.contract.preview.preview import Preview
    from maskline.render.drawing import categories_of
    from maskline.render.sealing import splits_of
    from maskline.render.writing import first_samples, page_of

    first, prefix = plan.shards()[0].name, place("dataset", plan.config.preset, plan.id)
    try:
        drawn = read_receipts(store, plan.id, [first])
    except NotFound:
        sealed = find_sealed(store, "dataset", plan.config.preset, plan.id)
        if sealed is None:
            raise
        _show_sealed(call, sealed)  # sealing clears the receipts
        return
    splits = splits_of(plan, drawn)
    uri, categories, planned = f"{store.uri}/{prefix}", categories_of(plan), plan.samples()
    call.artifact("dataset", pointer_ahead("dataset", uri, categories, planned), {"uri": uri} | _samples(planned))
    samples, record = first_samples(store, prefix, first, drawn[first].files), domain_of(plan.config).record
    shown = Preview(samples, categories, record)
    call.artifact("samples_page", page_of(prefix, shown, splits, plan.config.samples))


def _samples(splits: dict[str, dict[str, Any]]) -> dict[str, Described]:
    return {f"{name}_samples": split["samples"] for name, split in splits.items()}


def work_verb(call: Call) -> None:
    """Draw one part of a dataset, and seal it if it was the last one."""
    from maskline.render.handing_out import draw_part

    draw_part(_plan(call), call.text("part"), project_store(), workers(), _tell)


def run_verb(call: Call) -> None:
    """Draw a whole dataset with `workers` processes of this machine, and say where it is."""
    from maskline.render.stage import run

    dataset = run(_config(call), project_store(), int(call.parameters["workers"]), _tell)
    call.output("dataset_uri", dataset.uri)


def preview_verb(call: Call) -> None:
    """Draw the first samples of a dataset and leave `<preset>.png` and `<preset>.html` in `folder`, without a store."""
    from maskline.contract.preview.files import write
    from maskline.render.show import preview

    config = _config(call)
    files = write(preview(config), config.preset, Path(call.text("folder")))
    call.output("written", "\n".join(str(file) for file in files))


def _config(call: Call) -> RenderConfig:
    """Read the dataset that a person asks for; `drawing` is a JSON object as text."""
    values = {name: call.parameters[name] for name in FORM if name in call.parameters}
    return parse(RenderConfig, values | {"drawing": call.options("drawing")}, "render")


def _tell(drawn: int, samples: int) -> None:
    event("render.progress", drawn=drawn, samples=samples)


def _plan(call: Call) -> Plan:
    return parse(Plan, call.options("plan"), "plan")


if __name__ == "__main__":
    verbs = {"draw": draw_verb, "work": work_verb, "fold": fold_verb, "run": run_verb, "preview": preview_verb}
    sys.exit(main(verbs, sys.argv[1:]))
