"""Stamping: a cluster's names and sizes go into a copy, and nothing else changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.protobuf import json_format  # type: ignore[import-untyped]
from kfp.kubernetes.kubernetes_executor_config_pb2 import KubernetesExecutorConfig
from kfp.pipeline_spec.pipeline_spec_pb2 import PipelineDeploymentConfig, PipelineSpec

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag import compiled, ir
from maskline.pipelines.dag.stamping import stamp

DIGEST = "sha256:" + "0a" * 32
Executor = Callable[[str, dict[str, str], str], tuple[dict[str, Any], dict[str, Any]]]


def text(name: str = "train-and-evaluate") -> str:
    return compiled.find(name).read_text("utf-8")


@pytest.fixture
def executor() -> Executor:
    """Stamp a pipeline; give one executor's container and its settings for Kubernetes."""

    def executor_of(label: str, settings: dict[str, str], name: str = "retrain") -> Any:
        spec, platform = yaml.safe_load_all(stamp(text(name), settings))
        found = spec["deploymentSpec"]["executors"][label]["container"]
        return found, platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"][label]

    return executor_of


@pytest.mark.parametrize("name", compiled.names())
def test_without_settings_nothing_changes(name: str) -> None:
    assert stamp(text(name), {}) == text(name)


def test_names_are_stamped_and_nothing_else_changes() -> None:
    settings = {
        "registry": "registry.example.org/team",
        "tag": "2.0",
        "digest.train": DIGEST,
        "secret": "other-s3",
        "webhook-secret": "other-webhook",
        "node-pool": "pool=gpu",
        "pull-policy": "Always",
    }
    stamped = stamp(text("retrain"), settings)
    back = stamped.replace("registry.example.org/team/", "maskline/").replace(f"train@{DIGEST}", "train:0.1.0")
    back = back.replace(":2.0\n", ":0.1.0\n").replace("Policy: Always", "Policy: IfNotPresent")
    for name in ("s3", "webhook"):
        assert f"other-{name}" in back
        back = back.replace(f"other-{name}", f"maskline-{name}")
    pool = "          nodeSelector:\n            labels:\n              pool: gpu\n"
    assert back.count(pool) == 1
    assert back.replace(pool, "") == text("retrain")


EVERYTHING = {
    "registry": "registry.example.org/team",
    "tag": "2.0",
    "digest.train": DIGEST,
    "secret": "other-s3",
    "webhook-secret": "other-webhook",
    "node-pool": "pool=gpu",
    "pull-policy": "Always",
    "pull-secret": "the-registry",
    "gpu-type": "amd.com/gpu",
    "gpu.predict": "1",
    "cpu.train": "2500m",
    "memory.train": "6.5Gi",
}


@pytest.mark.parametrize("settings", [{}, EVERYTHING], ids=["plain", "stamped"])
@pytest.mark.parametrize("name", compiled.names())
def test_kubeflows_own_messages_know_every_field(name: str, settings: dict[str, str]) -> None:
    spec, platform = yaml.safe_load_all(stamp(text(name), settings))
    json_format.ParseDict(spec, PipelineSpec())  # which raises for a field that there is not
    executors = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert executors.keys() == spec["deploymentSpec"]["executors"].keys()
    for label, given in executors.items():
        json_format.ParseDict(spec["deploymentSpec"]["executors"][label], PipelineDeploymentConfig.ExecutorSpec())
        json_format.ParseDict(given, KubernetesExecutorConfig())


def test_the_registrys_secret_is_given_to_every_task() -> None:
    stamped = stamp(text(), {"pull-secret": "the-registry"})
    executors = list(yaml.safe_load_all(stamped))[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    for settings in executors.values():
        (secret,) = settings["imagePullSecret"]
        assert secret["secretName"] == secret["secretNameParameter"]["runtimeValue"]["constant"] == "the-registry"


def test_a_cluster_without_gpus_trains_on_cpus(executor: Executor) -> None:
    container, settings = executor("exec-train", {"gpu.train": "0", "node-pool": "pool=gpu"}, "retrain")
    assert "accelerator" not in container["resources"]
    assert "tolerations" not in settings
    assert "nodeSelector" not in settings
    assert settings["emptyDirMounts"][1]["mountPath"] == "/dev/shm"  # noqa: S108


def test_predicting_is_given_a_gpu_where_there_are_some(executor: Executor) -> None:
    plain, _ = executor("exec-predict", {}, "retrain")
    assert "accelerator" not in plain["resources"]
    container, settings = executor("exec-predict", {"gpu.predict": "1", "node-pool": "pool=gpu"}, "retrain")
    train, train_settings = executor("exec-train", {"node-pool": "pool=gpu"}, "retrain")
    assert container["resources"]["accelerator"] == train["resources"]["accelerator"]
    assert settings["tolerations"] == train_settings["tolerations"]
    assert settings["nodeSelector"] == train_settings["nodeSelector"] == {"labels": {"pool": "gpu"}}


def test_another_kind_of_gpu_is_asked_for_and_tolerated_in_place_of_the_first(executor: Executor) -> None:
    container, settings = executor("exec-train", {"gpu-type": "amd.com/gpu", "gpu.train": "4"}, "retrain")
    kind = {"count": "4", "resourceCount": "4", "resourceType": "amd.com/gpu", "type": "amd.com/gpu"}
    assert container["resources"]["accelerator"] == kind
    assert settings["tolerations"] == [{"effect": "NoSchedule", "key": "amd.com/gpu", "operator": "Exists"}]


def test_sizes_are_those_of_one_step_wherever_it_stands(executor: Executor, tmp_path: Path) -> None:
    settings = {"memory.evaluate": "6Gi", "cpu.evaluate": "500m"}
    for label in ("exec-evaluate", "exec-evaluate-2"):
        resources = executor(label, settings, "retrain")[0]["resources"]
        assert resources == {
            "cpuLimit": 0.5,
            "cpuRequest": 0.5,
            "memoryLimit": 6.442450944,
            "memoryRequest": 6.442450944,
            "resourceCpuLimit": "500m",
            "resourceCpuRequest": "500m",
            "resourceMemoryLimit": "6Gi",
            "resourceMemoryRequest": "6Gi",
        }
    assert executor("exec-train", settings, "retrain") == executor("exec-train", {}, "retrain")
    (tmp_path / "stamped.yaml").write_text(stamp(text(), settings))
    leaves = {task.name: task.body for task in ir.load(tmp_path / "stamped.yaml").leaves()}
    assert leaves["evaluate-2"].limits.memory == "6Gi"  # type: ignore[union-attr]


def test_settings_for_what_a_pipeline_does_not_have_leave_it_as_it_is() -> None:
    settings = {"digest.train": DIGEST, "gpu.train": "0", "memory.render-work": "1Gi", "webhook-secret": "other"}
    assert stamp(text("predict"), settings) == text("predict")


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("image", "x", "no such setting; there are registry, tag"),
        ("digest", DIGEST, "no such setting"),
        ("registry.train", "x", "no such setting"),
        ("digest.trian", DIGEST, r"no such setting.*\(stages: evaluate, predict, render, train; steps: begin, "),
        ("gpu.evaluation", "1", "no such setting"),
        ("digest.train", "sha256:12", "64 hexadecimal digits"),
        ("tag", "latest", "names no version"),
        ("tag", "a b", "an image tag"),
        ("registry", "", "a registry"),
        ("node-pool", "gpu", "<label>=<value>"),
        ("secret", "A_B", "the name of a Kubernetes secret"),
        ("webhook-secret", "", "the name of a Kubernetes secret"),
        ("secret", "team.s3", "the name of a Kubernetes secret of 1 to 63 small letters"),
        ("secret", "shared-memory", "not one of a pod's other volumes"),
        ("secret", "maskline-webhook", "another secret than webhook-secret"),
        ("pull-secret", "a b", "the name of a Kubernetes secret"),
        ("pull-policy", "Sometimes", "Always, IfNotPresent or Never"),
        ("gpu-type", "gpu", "a resource, e.g."),
        ("gpu.train", "-1", "a whole number from 0 to 64"),
        ("gpu.train", "65", "a whole number from 0 to 64"),
        ("cpu.train", "two", "a quantity above 0"),
        ("memory.train", "6GB", "a quantity above 0"),
        ("memory.train", "0", "a quantity above 0"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=rf"--set {name}={value}: .*{named}"):
        stamp(text(), {name: value})
