"""The TrainJob of docs/trainjob: by Kubeflow Trainer's own models, and by the stage that it calls."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubeflow_trainer_api.models import TrainerV1alpha1TrainJob
from pydantic import ValidationError

from maskline.pipelines.dag import compiled

ROOT = Path(__file__).parents[2]


@pytest.fixture
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docs/trainjob/trainjob.yaml").read_text("utf-8"))
    return found


@pytest.fixture
def pod(manifest: dict[str, Any]) -> dict[str, Any]:
    (patch,) = manifest["spec"]["runtimePatches"]
    (job,) = patch["trainingRuntimeSpec"]["template"]["spec"]["replicatedJobs"]
    assert job["name"] == "node"  # as the runtime torch-distributed calls job and container
    found: dict[str, Any] = job["template"]["spec"]["template"]["spec"]
    return found


@pytest.fixture
def train() -> tuple[dict[str, Any], dict[str, Any]]:
    """What the pipeline declares of its step train: the component, and the pod's settings."""
    spec, platform = yaml.safe_load_all(compiled.find("train-and-evaluate").read_text("utf-8"))
    settings = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]["exec-train"]
    return spec["components"]["comp-train"], settings


def test_trainers_models_know_every_field(manifest: dict[str, Any]) -> None:
    parsed = TrainerV1alpha1TrainJob.from_dict(manifest)
    assert parsed is not None
    assert parsed.to_dict() == manifest  # a field that they do not know would be left out


def test_trainers_models_would_find_a_wrong_type(manifest: dict[str, Any]) -> None:
    manifest["spec"]["trainer"]["numNodes"] = "two"
    with pytest.raises(ValidationError, match="numNodes"):
        TrainerV1alpha1TrainJob.from_dict(manifest)


def test_the_stage_is_called_as_the_pipeline_calls_it(
    manifest: dict[str, Any], train: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    component, _ = train
    trainer = manifest["spec"]["trainer"]
    assert trainer["image"] == f"maskline/train:{version('maskline-train')}"
    assert trainer["command"] == ["torchrun", "-m", "maskline.train", "run"]
    (argument,) = trainer["args"]
    call = json.loads(argument)
    assert call["inputs"]["parameterValues"].keys() == component["inputDefinitions"]["parameters"].keys()
    for kind in ("parameters", "artifacts"):
        assert call["outputs"][kind].keys() == component["outputDefinitions"][kind].keys()
    overrides = json.loads(call["inputs"]["parameterValues"]["overrides"])
    assert overrides["train"]["batch_images"] % (trainer["numNodes"] * trainer["numProcPerNode"]) == 0


def test_the_pod_mounts_what_the_pipelines_pod_cannot_do_without(
    manifest: dict[str, Any], pod: dict[str, Any], train: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    _, settings = train
    (container,) = pod["containers"]
    assert container["name"] == "node"
    secrets = {volume["name"]: volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume}
    mounted = {
        mount["mountPath"]: secrets[mount["name"]] for mount in container["volumeMounts"] if mount["name"] in secrets
    }
    needed = [mount for mount in settings["secretAsVolume"] if not mount.get("optional")]
    assert mounted == {mount["mountPath"]: mount["secretName"] for mount in needed}
    assert {variable["value"] for variable in manifest["spec"]["trainer"]["env"]} == set(mounted)
    scratch = {volume["name"]: volume["emptyDir"] for volume in pod["volumes"] if "emptyDir" in volume}
    sizes = {
        mount["mountPath"]: scratch[mount["name"]]["sizeLimit"]
        for mount in container["volumeMounts"]
        if mount["name"] in scratch
    }
    assert sizes == {mount["mountPath"]: mount["sizeLimit"] for mount in settings["emptyDirMounts"]}


def test_the_container_is_as_confined_as_the_charts(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "runAsNonRoot": True,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert pod["securityContext"]["runAsUser"] == 10001
