"""Every rule complains of a file that breaks it, with task and value, and of no other."""
# ruff: noqa: S108 - paths in a pod

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from maskline.contract.errors import InvalidInput
from maskline.pipelines.compiler import compile as compiling
from maskline.pipelines.compiler.rules import RULES, broken, steps_of
from maskline.pipelines.compiler.stamping.stamp import stamp
from maskline.pipelines.dag import compiled

Spec = dict[str, Any]
Settings = dict[str, Any]
Break = Callable[[Spec, Settings], object]


def container(spec: Spec, label: str = "exec-train") -> dict[str, Any]:
    found: dict[str, Any] = spec["deploymentSpec"]["executors"][label]["container"]
    return found


def resources(spec: Spec, label: str = "exec-train") -> dict[str, Any]:
    found: dict[str, Any] = container(spec, label)["resources"]
    return found


def task(spec: Spec, name: str, inside: str = "comp-exit-handler-1") -> dict[str, Any]:
    dag = spec["root"] if inside == "root" else spec["components"][inside]
    found: dict[str, Any] = dag["dag"]["tasks"][name]
    return found


def parameters(spec: Spec, name: str, inside: str = "comp-exit-handler-1") -> dict[str, Any]:
    found: dict[str, Any] = task(spec, name, inside)["inputs"]["parameters"]
    return found


def image(name: str) -> Break:
    return lambda spec, _: container(spec).update(image=name)


def setting(name: str, value: Any, label: str = "exec-train") -> Break:
    return lambda _, settings: settings[label].update({name: value})


def without(name: str, label: str = "exec-train") -> Break:
    return lambda _, settings: settings[label].pop(name)


BROKEN: list[tuple[str, Break, str, str, str]] = [
    # what is broken, how, and then: task, value, rule
    ("no tag", image("maskline/train"), "train", "maskline/train", "a digest, or a tag"),
    ("a registry's port is no tag", image("host:5000/train"), "train", "host:5000/train", "a digest, or a tag"),
    ("latest", image("maskline/train:latest"), "train", "maskline/train:latest", "not 'latest'"),
    (
        "cached",
        lambda spec, _: task(spec, "train").update(cachingOptions={"enableCache": True}),
        "train",
        "enableCache",
        "cache must be off",
    ),
    ("no caching options", lambda spec, _: task(spec, "train").pop("cachingOptions"), "train", "None", "must be off"),
    ("tried once", lambda spec, _: task(spec, "train").pop("retryPolicy"), "train", "{}", "must be tried again"),
    (
        "pauses that do not grow",
        lambda spec, _: task(spec, "train")["retryPolicy"].update(backoffFactor=1.0),
        "train",
        "backoffFactor",
        "pauses that grow",
    ),
    (
        "retries that run out of time",
        lambda spec, _: task(spec, "train")["retryPolicy"].update(backoffMaxDuration="172800s"),
        "train",
        "172800s",
        "the time for retries must hold each of them",
    ),
    ("no time limit", without("activeDeadlineSeconds"), "train", "'0'", "time limit"),
    ("a time limit of nothing", setting("activeDeadlineSeconds", "0"), "train", "'0'", "time limit"),
    (
        "no memory limit",
        lambda spec, _: resources(spec).pop("resourceMemoryLimit"),
        "train",
        "8Gi, none",
        "memory must have a request and a limit",
    ),
    (
        "a request above the limit",
        lambda spec, _: resources(spec).update(resourceCpuRequest="9"),
        "train",
        "9, 8",
        "cpu must have a request and a limit",
    ),
    ("anybody", without("securityContext"), "train", "{}", "user and group 10001"),
    (
        "root",
        setting("securityContext", {"runAsUser": "0", "runAsGroup": "10001", "runAsNonRoot": True}),
        "train",
        "'runAsUser': '0'",
        "user and group 10001",
    ),
    (
        "no /tmp",
        lambda _, settings: settings["exec-notify"].pop("emptyDirMounts"),
        "notify",
        "[]",
        "/tmp must be an empty folder of limited size",
    ),
    (
        "a /tmp without bounds",
        lambda _, settings: settings["exec-train"]["emptyDirMounts"][0].pop("sizeLimit"),
        "train",
        "scratch",
        "/tmp must be an empty folder of limited size",
    ),
    ("no pull policy", without("imagePullPolicy"), "train", "None", "pull policy"),
    ("no secret", without("secretAsVolume"), "train", "/etc/maskline/s3", "must be mounted at /etc/maskline/s3"),
    (
        "a secret elsewhere",
        lambda _, settings: settings["exec-train"]["secretAsVolume"][0].update(mountPath="/etc/s3"),
        "train",
        "/etc/maskline/s3",
        "must be mounted at /etc/maskline/s3",
    ),
    (
        "a secret that may be missing",
        lambda _, settings: settings["exec-train"]["secretAsVolume"][0].update(optional=True),
        "train",
        "/etc/maskline/s3",
        "must be mounted at /etc/maskline/s3",
    ),
    (
        "a secret that nobody is told of",
        lambda spec, _: container(spec)["env"].remove({"name": "MASKLINE_S3_FOLDER", "value": "/etc/maskline/s3"}),
        "train",
        "None",
        "MASKLINE_S3_FOLDER must name",
    ),
    (
        "a secret in the environment",
        setting(
            "secretAsEnv", [{"secretName": "maskline-s3", "keyToEnv": [{"secretKey": "accesskey", "envVar": "KEY"}]}]
        ),
        "train",
        "accesskey",
        "files, not environment variables",
    ),
    (
        "training without a GPU",
        lambda spec, _: resources(spec).pop("accelerator"),
        "train",
        "resourceCpuLimit",
        "must ask for an accelerator",
    ),
    (
        "/dev/shm on a disk",
        lambda _, settings: settings["exec-train"]["emptyDirMounts"][1].pop("medium"),
        "train",
        "shared-memory",
        "/dev/shm in memory",
    ),
    (
        "/dev/shm as it comes",
        lambda _, settings: settings["exec-train"]["emptyDirMounts"].pop(1),
        "train",
        "[]",
        "/dev/shm in memory",
    ),
    ("an untolerated node", without("tolerations"), "train", "[]", "must tolerate the nodes that have it"),
    (
        "another taint",
        setting("tolerations", [{"key": "spot", "operator": "Exists"}]),
        "train",
        "spot",
        "asks for nvidia.com/gpu must tolerate",
    ),
    (
        "an artifact's placeholder",
        lambda spec, _: container(spec)["args"].append("{{$.inputs.artifacts['x']}}"),
        "train",
        "inputs.artifacts['x']",
        "the only placeholder of a command",
    ),
    (
        "a placeholder that nobody fills",
        lambda spec, _: parameters(spec, "begin")["created"]["runtimeValue"].update(constant="{{$.pipeline_root}}"),
        "begin",
        "{{$.pipeline_root}}",
        "the placeholders of a value are",
    ),
    (
        "a step that does not know its name",
        lambda spec, _: container(spec)["env"].remove({"name": "MASKLINE_STEP", "value": "train"}),
        "train",
        "None",
        "MASKLINE_STEP must be the step's title",
    ),
    (
        "work that is tried once",
        lambda spec, _: container(spec)["env"].remove({"name": "MASKLINE_RETRIES", "value": "8"}),
        "train",
        "None",
        "MASKLINE_RETRIES must be the task's own number",
    ),
    (
        "a step that does not know its run",
        lambda spec, _: parameters(spec, "train")["run"]["runtimeValue"].update(constant="one"),
        "train",
        "one",
        "must be told its run",
    ),
    (
        "an artifact as an input",
        lambda spec, _: task(spec, "train")["inputs"].update(
            artifacts={"data": {"taskOutputArtifact": {"producerTask": "render", "outputArtifactKey": "dataset"}}}
        ),
        "train",
        "['data']",
        "URIs, not artifacts",
    ),
    (
        "an output that may never be written",
        lambda spec, _: parameters(spec, "notify", "root").update(
            domain={"taskOutputParameter": {"producerTask": "exit-handler-1", "outputParameterKey": "x"}}
        ),
        "notify",
        "['domain']",
        "must wait for its handler and nothing else",
    ),
    (
        "waiting for another task",
        lambda spec, _: task(spec, "notify", "root").update(dependentTasks=["begin", "exit-handler-1"]),
        "notify",
        "begin",
        "must wait for its handler and nothing else",
    ),
    (
        "a field that says nothing",
        lambda spec, _: spec["root"]["inputDefinitions"]["parameters"]["seed"].pop("description"),
        "form field seed",
        "defaultValue",
        "must have a description",
    ),
    (
        "what only a cluster can run",
        setting("pvcMount", [{"mountPath": "/data", "constant": "disk"}]),
        "pipeline",
        "exec-train: 'pvcMount' cannot be run locally",
        "the local runner must be able to run all of it",
    ),
]
ALSO_NOT_LOCAL = {
    "cached",
    "a placeholder that nobody fills",
    "a secret in the environment",
    "an artifact as an input",
    "an output that may never be written",
    "waiting for another task",
}
"""Broken in ways that the local runner cannot run either, and says so too."""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Break], Path]:
    """Write the retraining pipeline with something broken."""

    def write(breaking: Break) -> Path:
        spec, platform = yaml.safe_load_all(compiled.find("retrain").read_text("utf-8"))
        breaking(spec, platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"])
        path = tmp_path / "retrain.yaml"
        path.write_text(yaml.safe_dump_all([spec, platform]))
        return path

    return write


@pytest.mark.parametrize(("what", "breaking", "task", "value", "rule"), BROKEN, ids=[case[0] for case in BROKEN])
def test_a_broken_rule_is_told_with_task_and_value(
    what: str,
    breaking: Break,
    task: str,
    value: str,
    rule: str,
    written: Callable[[Break], Path],
) -> None:
    faults = broken(written(breaking))
    if what in ALSO_NOT_LOCAL:
        assert faults.pop().rule == "the local runner must be able to run all of it"
    (fault,) = faults
    assert fault.task == task
    assert value in repr(fault.value)
    assert rule in fault.rule
    assert str(fault) == f"{task}: {fault.value!r}: {fault.rule}"


def test_every_rule_has_been_broken(written: Callable[[Break], Path]) -> None:
    quiet = {rule.__name__ for rule in RULES}
    for _, breaking, *_ in BROKEN:
        spec, platform = yaml.safe_load_all(written(breaking).read_text("utf-8"))
        settings = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
        quiet -= {rule.__name__ for rule in RULES for step in steps_of(spec, settings) if list(rule(step))}
    assert quiet == set()


@pytest.mark.parametrize("name", compiled.names())
def test_the_committed_pipelines_break_none(name: str) -> None:
    assert broken(compiled.find(name)) == []


def test_a_stamped_pipeline_breaks_none_unless_it_trains_on_cpus(tmp_path: Path) -> None:
    text = compiled.find("retrain").read_text("utf-8")
    settings = {"digest.train": "sha256:" + "0a" * 32, "gpu.predict": "1", "memory.train": "6Gi", "gpu-type": "x.y/gpu"}
    (tmp_path / "a.yaml").write_text(stamp(text, settings))
    assert broken(tmp_path / "a.yaml") == []
    (tmp_path / "b.yaml").write_text(stamp(text, {"gpu.train": "0"}))
    (fault,) = broken(tmp_path / "b.yaml")
    assert fault.rule == "training must ask for an accelerator"


def test_checking_the_committed_files_names_file_task_value_and_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: Callable[[Break], Path]
) -> None:
    text = written(image("maskline/train:latest")).read_text()
    monkeypatch.setattr(compiling, "compiled_texts", lambda: {"retrain.yaml": text})
    with pytest.raises(InvalidInput) as fault:
        compiling.check(tmp_path)
    said = "an image must have a digest, or a tag that is not 'latest'"
    assert str(fault.value) == f"retrain.yaml: train: 'maskline/train:latest': {said}"
