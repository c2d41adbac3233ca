"""The committed pipeline: up to date, reproducible, and obeying the rules that keep a cluster from surprises."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from maskline.contract.errors import InvalidInput
from maskline.pipelines import compile as compiling
from maskline.pipelines import compiled, ir
from maskline.pipelines.graph import Container

STAGES = ("render", "train", "predict", "evaluate")


@pytest.fixture(scope="module")
def text() -> str:
    return (compiled.folder() / "segmenter.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def documents(text: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(text))


@pytest.fixture(scope="module")
def executors(documents: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = documents[0]["deploymentSpec"]["executors"]
    return found


@pytest.fixture(scope="module")
def platform(documents: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    return found


def test_the_committed_files_are_what_the_workflow_compiles_to() -> None:
    assert compiling.drifted(compiled.folder()) == []


def test_a_changed_missing_or_surplus_file_is_drift(tmp_path: Path) -> None:
    assert compiling.drifted(tmp_path) == ["segmenter.yaml"]
    (written,) = compiling.write(tmp_path)
    assert compiling.drifted(tmp_path) == []
    written.write_text(written.read_text().replace("cpuRequest: 4.0", "cpuRequest: 5.0"))
    (tmp_path / "old.yaml").touch()
    assert compiling.drifted(tmp_path) == ["old.yaml", "segmenter.yaml"]


def test_another_process_in_another_folder_compiles_to_the_same_bytes(text: str, tmp_path: Path) -> None:
    code = "from pathlib import Path; from maskline.pipelines import compile; compile.write(Path('out'))"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONHASHSEED": "7"}, check=True)
    assert (tmp_path / "out" / "segmenter.yaml").read_text("utf-8") == text


def test_every_form_field_has_a_default_and_a_description() -> None:
    parameters = ir.load(compiled.find("segmenter")).parameters
    assert parameters.keys() == {
        *("domain", "preset", "samples", "seed", "source", "train_preset", "steps", "starting_weights"),
        *("evaluation_dataset", "images", "promote_margin", "overrides"),
    }
    assert all(p.description.endswith(".") and not p.required and p.default is not None for p in parameters.values())


def test_every_image_is_a_stage_with_a_version(executors: dict[str, Any]) -> None:
    for executor in executors.values():
        assert re.fullmatch(rf"maskline/({'|'.join(STAGES)}):\d+\.\d+\.\d+", executor["container"]["image"])


def test_every_task_gets_the_stores_secret_as_files_and_neither_argument_nor_variable_holds_one(
    executors: dict[str, Any], platform: dict[str, Any]
) -> None:
    assert platform.keys() == executors.keys()
    for label, executor in executors.items():
        (secret,) = platform[label]["secretAsVolume"]
        assert (secret["secretName"], secret["mountPath"]) == ("maskline-s3", "/etc/maskline/s3")
        assert executor["container"]["args"][1:] == ["{{$}}"]
        assert executor["container"]["env"] == [{"name": "MASKLINE_S3_FOLDER", "value": "/etc/maskline/s3"}]


def test_training_asks_for_a_gpu_tolerates_its_nodes_and_has_shared_memory(
    executors: dict[str, Any], platform: dict[str, Any]
) -> None:
    assert executors["exec-train"]["container"]["resources"]["accelerator"]["resourceType"] == "nvidia.com/gpu"
    assert platform["exec-train"]["tolerations"] == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    ]
    (mount,) = platform["exec-train"]["emptyDirMounts"]
    assert (mount["mountPath"], mount["medium"]) == ("/dev/shm", "Memory")  # noqa: S108
    others = {label for label, executor in executors.items() if "accelerator" in executor["container"]["resources"]}
    assert others == {"exec-train"}


def test_no_task_is_cached_and_every_task_is_retried_with_pauses(documents: list[dict[str, Any]]) -> None:
    tasks = [task for task in all_tasks(documents[0]) if task["componentRef"]["name"] in leaf_components(documents[0])]
    assert len(tasks) == 12
    for task in tasks:
        assert not task["cachingOptions"].get("enableCache")
        assert task["retryPolicy"]["maxRetryCount"] >= 3
        assert task["retryPolicy"]["backoffFactor"] == 2.0


def test_no_placeholder_is_left_to_the_launcher_but_the_whole_input(text: str) -> None:
    assert set(re.findall(r"\{\{[^}]*\}\}", text)) == {"{{$}}"}


def test_stages_hand_over_uris_not_artifacts(documents: list[dict[str, Any]]) -> None:
    assert all("artifacts" not in task.get("inputs", {}) for task in all_tasks(documents[0]))


def test_the_one_condition_is_whether_pictures_were_given(documents: list[dict[str, Any]]) -> None:
    conditions = [task["triggerPolicy"]["condition"] for task in all_tasks(documents[0]) if "triggerPolicy" in task]
    assert conditions == ["inputs.parameter_values['pipelinechannel--images'] != ''"]


def test_the_local_runner_can_run_all_of_it() -> None:
    leaves = {task.name: task for task in ir.load(compiled.find("segmenter")).root.leaves()}
    commands = {name: task.body.command for name, task in leaves.items() if isinstance(task.body, Container)}
    assert commands["train"] == ("python3", "-m", "maskline.train", "run", "{{$}}")
    assert leaves["train"].after == {"render-seal"}
    assert "for-loop-1" in leaves["render-seal"].after


def test_stamping_changes_the_clusters_names_and_nothing_else(text: str) -> None:
    digest = "sha256:" + "0a" * 32
    settings = {
        "registry": "registry.example.org/team",
        "tag": "2.0",
        "digest.train": digest,
        "secret": "other-s3",
        "node-pool": "pool=gpu",
    }
    stamped = compiled.stamp(text, settings)
    back = stamped.replace("registry.example.org/team/", "maskline/").replace("other-s3", "maskline-s3")
    back = back.replace(f"train@{digest}", "train:0.1.0").replace(":2.0\n", ":0.1.0\n")
    pool = "          nodeSelector:\n            labels:\n              pool: gpu\n"
    assert back.count(pool) == 1
    assert back.replace(pool, "") == text
    assert compiled.stamp(text, {}) == text


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("image", "x", "no such setting; there are registry, tag"),
        ("digest.trian", "x", "no such setting"),
        ("digest.train", "sha256:12", "64 hexadecimal digits"),
        ("tag", "latest", "names no version"),
        ("tag", "a b", "an image tag"),
        ("registry", "", "a registry"),
        ("node-pool", "gpu", "<label>=<value>"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, named: str, text: str) -> None:
    with pytest.raises(InvalidInput, match=rf"--set {name}={value}: .*{named}"):
        compiled.stamp(text, {name: value})


def test_the_overrides_example_in_the_form_is_json() -> None:
    description = ir.load(compiled.find("segmenter")).parameters["overrides"].description
    assert "train" in json.loads(description[description.index("{") : description.rindex("}") + 1])


def all_tasks(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in [spec["root"], *spec["components"].values()]:
        yield from component.get("dag", {}).get("tasks", {}).values()


def leaf_components(spec: dict[str, Any]) -> set[str]:
    return {name for name, component in spec["components"].items() if "executorLabel" in component}
