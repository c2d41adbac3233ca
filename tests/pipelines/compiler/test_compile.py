"""The committed pipelines: up to date, reproducible, and wired as they should be."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from kfp.compiler import Compiler, KubernetesManifestOptions

from maskline.contract.errors import InvalidInput
from maskline.pipelines.compiler import compile as compiling
from maskline.pipelines.compiler.manifest import manifest
from maskline.pipelines.dag import compiled, ir
from maskline.pipelines.dag.graph import Container, Dag, Pipeline
from maskline.pipelines.workflow.retrain import retrain

NAMES = ["evaluate", "predict", "pseudo-label", "retrain", "train-and-evaluate"]
FILES = sorted(f"{folder}{name}.yaml" for folder in ("kubernetes/", "") for name in NAMES)


def text(name: str) -> str:
    return compiled.find(name).read_text("utf-8")


def pipeline(name: str) -> Pipeline:
    return ir.load(compiled.find(name))


def test_the_committed_files_are_what_the_workflow_compiles_to_and_break_no_rule() -> None:
    assert compiling.drifted(compiled.folder()) == []
    compiling.check(compiled.folder())
    assert compiled.names() == NAMES


def test_a_changed_missing_or_surplus_file_is_drift(tmp_path: Path) -> None:
    assert compiling.drifted(tmp_path) == FILES
    assert sorted(str(path.relative_to(tmp_path)) for path in compiling.write(tmp_path)) == FILES
    assert compiling.drifted(tmp_path) == []
    for name in ("retrain.yaml", "kubernetes/predict.yaml"):
        (tmp_path / name).write_text((tmp_path / name).read_text().replace("4Gi", "5Gi"))
    (tmp_path / "old.yaml").touch()
    assert compiling.drifted(tmp_path) == ["kubernetes/predict.yaml", "old.yaml", "retrain.yaml"]
    with pytest.raises(InvalidInput, match=r"compiles to: kubernetes/predict\.yaml, old\.yaml, retrain\.yaml; run"):
        compiling.check(tmp_path)


def test_another_process_in_another_folder_compiles_to_the_same_bytes(tmp_path: Path) -> None:
    code = "from pathlib import Path; from maskline.pipelines.compiler import compile; compile.write(Path('out'))"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONHASHSEED": "7"}, check=True)
    for name in FILES:
        assert (tmp_path / "out" / name).read_bytes() == (compiled.folder() / name).read_bytes()


def test_every_form_field_has_a_description_and_all_but_what_only_its_user_can_name_a_default() -> None:
    required = set()
    for name in NAMES:
        parameters = pipeline(name).parameters
        assert all(parameter.description.endswith(".") for parameter in parameters.values())
        required |= {(name, parameter.name) for parameter in parameters.values() if parameter.required}
        assert all(p.required or p.default is not None for p in parameters.values())
    needed = {("evaluate", "checkpoint"), ("evaluate", "dataset"), ("predict", "images")}
    assert required == needed | {("pseudo-label", "labelled"), ("pseudo-label", "unlabelled")}


def test_the_form_of_the_full_workflow() -> None:
    assert pipeline("train-and-evaluate").parameters.keys() == {
        *("domain", "draw_preset", "draw_samples", "draw_source", "seed", "images", "overrides"),
        *("train_preset", "train_steps", "train_starting_weights"),
        *("evaluate_dataset", "promote_margin", "promote_largest_class_drop"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_description_tells_what_every_field_takes(name: str) -> None:
    """The form shows names and defaults alone, by alphabet; the description is shown as Markdown."""
    graph = pipeline(name)
    lines = graph.description.splitlines()
    told = dict(line.removeprefix("- ").split(": ", 1) for line in lines if line.startswith("- "))
    assert told == {f"`{field}`": parameter.description for field, parameter in graph.parameters.items()}


@pytest.mark.parametrize("name", NAMES)
def test_of_equal_containers_there_is_one_definition(name: str) -> None:
    """Kubeflow 2.17 keeps components by their container alone: of two with one container it loses a definition."""
    spec = next(yaml.safe_load_all(text(name)))
    kept: dict[str, Any] = {}
    for component in spec["components"].values():
        if label := component.get("executorLabel"):
            container = json.dumps(spec["deploymentSpec"]["executors"][label]["container"], sort_keys=True)
            definition = {key: value for key, value in component.items() if key != "executorLabel"}
            assert kept.setdefault(container, definition) == definition


def test_a_schedule_draws_anew_and_starts_from_the_champion_unless_told_otherwise() -> None:
    full, scheduled = (pipeline(name).parameters for name in ("train-and-evaluate", "retrain"))
    assert full.keys() - scheduled.keys() == {"images"}
    changed = {name for name in scheduled if scheduled[name].default != full[name].default}
    assert changed == {"seed", "train_starting_weights"}
    assert (scheduled["seed"].default, scheduled["train_starting_weights"].default) == (-1, "champion")


@pytest.mark.parametrize("name", NAMES)
def test_the_overrides_example_in_the_form_is_json(name: str) -> None:
    description = pipeline(name).parameters["overrides"].description
    assert json.loads(description[description.index("{") : description.rindex("}") + 1])


def commands(graph: Pipeline) -> dict[str, tuple[str, ...]]:
    return {task.name: task.body.command for task in graph.leaves() if isinstance(task.body, Container)}


def test_every_command_is_a_verb_of_a_stage() -> None:
    graph = pipeline("train-and-evaluate")
    assert commands(graph)["train"] == ("python3", "-m", "maskline.train", "run", "{{$}}")
    leaves = {task.name: task for task in graph.leaves()}
    assert leaves["train"].after == {"render", "for-loop-1"}


def test_retraining_does_what_the_full_workflow_does_between_begin_and_notify() -> None:
    full, scheduled = (pipeline(name) for name in ("train-and-evaluate", "retrain"))
    own = {name: command for name, command in commands(full).items() if not name.startswith("predict-")}
    found = commands(scheduled)
    assert own.items() <= found.items()
    assert found.keys() - own.keys() == {"begin", "notify"}
    (handler,) = scheduled.root.tasks
    assert isinstance(handler.body, Dag)
    assert [task.name for task in scheduled.at_exit] == ["notify"]


def test_the_one_condition_is_whether_pictures_were_given() -> None:
    conditions = [line.strip() for name in NAMES for line in text(name).splitlines() if "condition:" in line]
    assert conditions == ["condition: inputs.parameter_values['pipelinechannel--images'] != ''"]


def test_manifests_are_what_kfp_itself_writes(tmp_path: Path) -> None:
    options = KubernetesManifestOptions(
        pipeline_name="retrain",
        pipeline_display_name="Maskline: retrain",
        pipeline_version_name="retrain-0.1.0",
        pipeline_version_display_name="0.1.0",
        include_pipeline_manifest=True,
    )
    path = str(tmp_path / "theirs.yaml")
    Compiler().compile(retrain, path, kubernetes_manifest_format=True, kubernetes_manifest_options=options)
    theirs = list(yaml.safe_load_all(Path(path).read_text("utf-8")))
    ours = list(yaml.safe_load_all((compiled.folder() / "kubernetes" / "retrain.yaml").read_text("utf-8")))
    assert ours == theirs


def test_a_stamped_manifest_is_a_version_of_its_own() -> None:
    def version(written: str) -> Any:
        return list(yaml.safe_load_all(written))[1]

    plain = version(manifest(text("predict"), "0.1.0"))
    stamped = version(manifest(text("predict").replace("4Gi", "5Gi"), "0.1.0", stamped=True))
    assert plain["metadata"]["name"] == "predict-0.1.0"
    assert stamped["metadata"]["name"].startswith("predict-0.1.0-")
    assert stamped["spec"]["pipelineName"] == plain["spec"]["pipelineName"] == "predict"
