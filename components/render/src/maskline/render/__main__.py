"""Start the render stage: `python3 -m maskline.render <verb> '<executor input>'`.

A pipeline calls `plan`, `work` for each shard, and `seal`; a person at a machine calls `run` or `preview`.
"""

import sys
from pathlib import Path

from maskline.contract.artifact import find_sealed
from maskline.contract.config import merge, parse
from maskline.contract.log import event
from maskline.contract.stage import Call, main, stage_options
from maskline.contract.store import project_store
from maskline.render.config import RenderConfig
from maskline.render.plan import Plan, make_plan

FORM = ("domain", "preset", "samples", "seed")


def plan_verb(call: Call) -> None:
    """Name the dataset and its shards; one shard is enough to find out that it is sealed already."""
    values = {name: call.parameters.get(name) for name in FORM}
    values = merge(values, stage_options(call, "render"))
    source = call.text("source")
    if source:
        values = merge(values, {"drawing": {"source": source}})
    plan = make_plan(parse(RenderConfig, values, "render"))
    shards = [shard.name for shard in plan.shards()]
    sealed = find_sealed(project_store(), "dataset", plan.config.preset, plan.id)
    call.output("plan", plan.model_dump_json())
    call.output("shards", shards[:1] if sealed else shards)


def work_verb(call: Call) -> None:
    """Draw one shard."""
    from maskline.render.drawing import work

    work(_plan(call), call.text("shard"), project_store())


def seal_verb(call: Call) -> None:
    """Seal the dataset and say where it is."""
    from maskline.render.sealing import seal

    dataset = seal(_plan(call), project_store())
    splits = dataset.manifest.figures["splits"]
    call.output("dataset_uri", dataset.uri)
    call.artifact("dataset", dataset.uri, {f"{name}_samples": split["samples"] for name, split in splits.items()})


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
    verbs = {"plan": plan_verb, "work": work_verb, "seal": seal_verb, "run": run_verb, "preview": preview_verb}
    sys.exit(main(verbs, sys.argv[1:]))
