"""Stamping: a cluster's names and sizes go into a copy, and nothing else changes."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.protobuf import json_format  # type: ignore[import-untyped]
from kfp.kubernetes.kubernetes_executor_config_pb2 import KubernetesExecutorConfig
from kfp.pipeline_spec.pipeline_spec_pb2 import PipelineDeploymentConfig, PipelineSpec

from maskline.contract.errors import InvalidInput
from maskline.pipelines.compiler.stamping.stamp import stamp
from maskline.pipelines.dag import compiled, ir

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
    "memory.train": "2Gi:6.5Gi",
    "default.seed": "7",
    "default.overrides": '{"train": {"learning_rate": 1e-05}}',
    "label.kueue.x-k8s.io/queue-name": "team-a",
    "annotation.example.org/cost-centre": "a text: of any kind, \u00e9",
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


def test_sizes_are_those_of_one_step_and_no_other(executor: Executor, tmp_path: Path) -> None:
    settings = {"memory.evaluate": "6Gi", "cpu.evaluate": "500m"}
    assert executor("exec-evaluate", settings, "evaluate")[0]["resources"] == {
        "cpuLimit": 0.5,
        "cpuRequest": 0.5,
        "memoryLimit": 6.442450944,
        "memoryRequest": 6.442450944,
        "resourceCpuLimit": "500m",
        "resourceCpuRequest": "500m",
        "resourceMemoryLimit": "6Gi",
        "resourceMemoryRequest": "6Gi",
    }
    assert executor("exec-predict", settings, "evaluate") == executor("exec-predict", {}, "evaluate")
    (tmp_path / "stamped.yaml").write_text(stamp(text("evaluate"), settings))
    leaves = {task.name: task.body for task in ir.load(tmp_path / "stamped.yaml").leaves()}
    assert leaves["evaluate"].limits.memory == "6Gi"  # type: ignore[union-attr]


def test_a_step_that_stands_twice_is_stamped_twice() -> None:
    twice = text("retrain").replace("exec-contest", "exec-train-2")
    executors = next(yaml.safe_load_all(stamp(twice, {"cpu.train": "3"})))["deploymentSpec"]["executors"]
    sizes = {label: executor["container"]["resources"]["resourceCpuLimit"] for label, executor in executors.items()}
    assert {label for label, cores in sizes.items() if cores == "3"} == {"exec-train", "exec-train-2"}


def test_a_step_may_be_sure_of_less_than_it_may_use(executor: Executor) -> None:
    resources = executor("exec-train", {"cpu.train": "500m:2", "memory.train": "2G:6G"}, "retrain")[0]["resources"]
    accelerator = resources.pop("accelerator")
    assert accelerator["resourceCount"] == "1"
    assert resources == {
        "cpuLimit": 2.0,
        "cpuRequest": 0.5,
        "memoryLimit": 6.0,
        "memoryRequest": 2.0,
        "resourceCpuLimit": "2",
        "resourceCpuRequest": "500m",
        "resourceMemoryLimit": "6G",
        "resourceMemoryRequest": "2G",
    }


def test_the_form_begins_with_other_values_and_nothing_else_changes(tmp_path: Path) -> None:
    settings = {
        "default.seed": "7",
        "default.promote_margin": "1",
        "default.domain": "other",
        "default.overrides": '{"train": {"learning_rate": 1e-05}}',
    }
    stamped = stamp(text("retrain"), settings)
    (tmp_path / "stamped.yaml").write_text(stamped, "utf-8")
    (tmp_path / "plain.yaml").write_text(text("retrain"), "utf-8")
    new, old = (ir.load(tmp_path / f"{name}.yaml") for name in ("stamped", "plain"))
    defaults = {name: one.default for name, one in new.parameters.items() if one != old.parameters[name]}
    assert defaults == {
        "seed": 7,
        "promote_margin": 1.0,
        "domain": "other",
        "overrides": '{"train": {"learning_rate": 1e-05}}',
    }
    assert (new.root, new.at_exit) == (old.root, old.at_exit)


def test_the_comment_at_the_head_tells_the_new_defaults() -> None:
    head = stamp(text("retrain"), {"default.seed": "7", "default.domain": "other"}).partition("components:")[0]
    assert "\n#    seed: int [Default: 7.0]\n" in head
    assert "\n#    domain: str [Default: 'other']\n" in head
    plain = text("retrain").partition("components:")[0].splitlines()
    assert [line.split(":")[0] for line in head.splitlines()] == [line.split(":")[0] for line in plain]


def test_a_default_goes_into_the_pipelines_that_have_the_parameter_and_makes_it_optional() -> None:
    settings = {"default.checkpoint": "published"}
    form = next(yaml.safe_load_all(stamp(text("evaluate"), settings)))["root"]["inputDefinitions"]["parameters"]
    assert (form["checkpoint"]["defaultValue"], form["checkpoint"]["isOptional"]) == ("published", True)
    assert "isOptional" not in form["dataset"]
    assert stamp(text("retrain"), settings) == text("retrain")


def test_labels_and_annotations_are_given_to_the_pods_of_every_task() -> None:
    settings = {
        "label.kueue.x-k8s.io/queue-name": "team-a",
        "label.team": "",
        "annotation.sidecar.istio.io/inject": "false",
    }
    stamped = list(yaml.safe_load_all(stamp(text(), settings)))
    for given in stamped[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"].values():
        assert given["podMetadata"] == {
            "labels": {"app.kubernetes.io/part-of": "maskline", "kueue.x-k8s.io/queue-name": "team-a", "team": ""},
            "annotations": {"sidecar.istio.io/inject": "false"},
        }


def test_settings_for_what_a_pipeline_does_not_have_leave_it_as_it_is() -> None:
    settings = {"digest.train": DIGEST, "gpu.train": "0", "memory.render-work": "1Gi", "default.seed": "1"}
    assert stamp(text("predict"), settings) == text("predict")


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("image", "x", "no such setting; there are registry, tag"),
        ("digest", DIGEST, "no such setting"),
        ("registry.train", "x", "no such setting"),
        (
            "digest.trian",
            DIGEST,
            r"no such setting.*\(stages: evaluate, predict, render, train; steps: begin, .*; parameters: .*domain",
        ),
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
        ("memory.train", "500m", "a quantity above 0"),
        ("cpu.train", "0.0", "a quantity above 0"),
        ("cpu.train", "1:0", "a quantity above 0"),
        ("cpu.train", "1:2:3", "a quantity above 0"),
        ("cpu.train", "1:", "a quantity above 0"),
        ("cpu.train", "2500m:2", "a request of 2500m is more than the limit of 2"),
        ("memory.train", "1Gi:1G", "a request of 1Gi is more than the limit of 1G"),
        ("default.sede", "1", r"no such setting.*parameters: .*seed"),
        ("default.seed", "many", "parameter seed = 'many': it must be a whole number"),
        ("default.seed", "1.5", "a whole number"),
        ("default.promote_margin", "", "it must be a number"),
        ("default", "1", "no such setting"),
        ("label.", "x", "no such setting"),
        ("label.a b", "x", "'a b' is no key of Kubernetes"),
        ("label.Example.org/a", "x", "is no key of Kubernetes"),
        ("label.example..org/a", "x", "is no key of Kubernetes"),
        ("label.a/b/c", "x", "is no key of Kubernetes"),
        (f"label.{'a' * 64}", "x", "is no key of Kubernetes"),
        (f"annotation.{'a' * 254}/b", "x", "is no key of Kubernetes"),
        ("label.team", "a b", "at most 63 letters"),
        ("label.team", "a-", "at most 63 letters"),
        ("label.team", "a" * 64, "at most 63 letters"),
        ("label.app.kubernetes.io/part-of", "x", "'app.kubernetes.io/part-of' is not yours to set"),
        ("label.pipelines.kubeflow.org/v2_component", "false", "is not yours to set"),
        ("annotation.workflows.argoproj.io/node-name", "x", "is not yours to set"),
        ("annotation.team", "x {{y}}", "which Argo would take for a placeholder"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=rf"--set {re.escape(f'{name}={value}')}: .*{named}"):
        stamp(text(), {name: value})


@pytest.mark.parametrize("kind", ["label", "annotation"])
@pytest.mark.parametrize("key", ["team", "a.b_c-D", "example.org/a", f"{'a' * 63}.org/{'b' * 63}"])
def test_a_key_that_kubernetes_takes_is_taken(kind: str, key: str) -> None:
    assert stamp(text("predict"), {f"{kind}.{key}": "x"}) != text("predict")
