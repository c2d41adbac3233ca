"""Stamping: a cluster's own names and sizes are put into a copy of a compiled pipeline, and nothing else changes.

So what runs on the cluster is what was tested. It needs no kfp. A setting for a stage or step that a pipeline does not
have leaves it as it is, so one set of settings serves all pipelines.

registry, tag      of all images
digest.<stage>     sha256:... of a stage's image, instead of its tag
pull-secret        name of the secret that opens the registry
pull-policy        Always, IfNotPresent or Never
secret             name of the store's secret
webhook-secret     name of the webhook's secret
node-pool          <label>=<value> of the nodes that have GPUs: where every task that asks for one must run
gpu-type           what the cluster calls a GPU, if not nvidia.com/gpu; its nodes' taint is called so too
gpu.<step>         how many GPUs a step asks for: gpu.train=0 trains on CPUs, gpu.predict=1 predicts on a GPU
cpu.<step>         request and limit of a step, e.g. cpu.train=2
memory.<step>      request and limit of a step, e.g. memory.train=6Gi
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag import compiled
from maskline.pipelines.dag.quantity import number
from maskline.pipelines.secret import STORE, WEBHOOK

_IMAGE = re.compile(r"(?P<registry>.+)/(?P<stage>[a-z]+):(?P<tag>[^:/@]+)")
_LABEL = re.compile(r"exec-(?P<step>.+?)(-\d+)?")
_GPU = "nvidia.com/gpu"
_SECRET = (r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", "the name of a Kubernetes secret")
# Kubeflow names a volume after the secret in it, so the rules of volumes hold: a DNS label, and no other volume's name.
_MOUNTED = (
    r"(?!(?:scratch|shared-memory|kfp-launcher|[a-z]+-scratch)$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    "the name of a Kubernetes secret of 1 to 63 small letters, digits and -, and not one of a pod's other volumes",
)
_QUANTITY = (r"\d+(\.\d+)?(m|[kMGT]i?)?", "a quantity above 0, e.g. 500m, 2 or 6Gi")
_RULES = {
    "registry": (r"[a-z0-9][a-z0-9.:/_-]*", "a registry, with a path if it has one, e.g. registry.example.org/team"),
    "tag": (r"(?!latest$)[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", "an image tag, and not 'latest', which names no version"),
    "digest.<stage>": (r"sha256:[0-9a-f]{64}", "sha256: and 64 hexadecimal digits"),
    "pull-secret": _SECRET,
    "pull-policy": (r"Always|IfNotPresent|Never", "Always, IfNotPresent or Never"),
    "secret": _MOUNTED,
    "webhook-secret": _MOUNTED,
    "node-pool": (r"[A-Za-z0-9./_-]+=[A-Za-z0-9._-]*", "<label>=<value>"),
    "gpu-type": (r"[a-z0-9.-]+/[A-Za-z0-9._-]+", "a resource, e.g. nvidia.com/gpu"),
    "gpu.<step>": (r"\d|[1-5]\d|6[0-4]", "a whole number from 0 to 64"),
    "cpu.<step>": _QUANTITY,
    "memory.<step>": _QUANTITY,
}
"""Each setting: the form of its value, and the rule in words."""


def stamp(text: str, settings: Mapping[str, str]) -> str:
    """Return a compiled pipeline with a cluster's names and sizes in it.

    Raises InvalidInput for a setting that there is not, or a malformed value.
    """
    check(settings, text)
    head, _, body = text.partition("components:")
    documents = list(yaml.safe_load_all("components:" + body))
    executors = documents[0]["deploymentSpec"]["executors"]
    platform = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    for label, executor in executors.items():
        step = _step(label)
        _stamp_image(executor["container"], platform[label], settings)
        _stamp_secrets(platform[label], settings)
        _stamp_sizes(executor["container"]["resources"], step, settings)
        _stamp_gpu(executor["container"]["resources"], platform[label], step, settings)
    return head + "---\n".join(yaml.safe_dump(document, sort_keys=True) for document in documents)


def check(settings: Mapping[str, str], *texts: str) -> None:
    """Raise InvalidInput for a setting that no pipeline has, committed or in `texts`, or a malformed value."""
    known = [compiled.find(name).read_text("utf-8") for name in compiled.names()]
    stages, steps = _parts([*known, *texts])
    for setting, value in settings.items():
        kind, _, part = setting.partition(".")
        name = next((name for name in _RULES if name.partition(".")[0] == kind and ("." in name) == bool(part)), "")
        parts = stages if name.endswith("<stage>") else steps
        if not name or (part and part not in parts):
            there = ", ".join(_RULES)
            raise InvalidInput(
                f"--set {setting}={value}: no such setting; there are {there} "
                f"(stages: {', '.join(sorted(stages))}; steps: {', '.join(sorted(steps))})"
            )
        form, rule = _RULES[name]
        if not re.fullmatch(form, value) or (rule == _QUANTITY[1] and not number(value)):
            raise InvalidInput(f"--set {setting}={value}: it must be {rule}")
    store, webhook = settings.get("secret", STORE.name), settings.get("webhook-secret", WEBHOOK.name)
    if store == webhook:
        raise InvalidInput(f"--set secret={store}: it must be another secret than webhook-secret")


def _parts(texts: list[str]) -> tuple[set[str], set[str]]:
    """Return the stages and the steps of compiled pipelines."""
    stages, steps = set[str](), set[str]()
    for text in texts:
        spec = next(yaml.load_all(text, yaml.CSafeLoader))
        for label, executor in spec["deploymentSpec"]["executors"].items():
            stages.add(_image(executor["container"])["stage"])
            steps.add(_step(label))
    return stages, steps


def _step(label: str) -> str:
    """Return the step that an executor runs; a step that stands twice in a pipeline has two executors."""
    match = _LABEL.fullmatch(label)
    return match["step"] if match else label


def _image(container: Mapping[str, Any]) -> re.Match[str]:
    match = _IMAGE.fullmatch(container["image"])
    if not match:
        raise InvalidInput(f"image {container['image']}: it must be <registry>/<stage>:<tag>")
    return match


def _stamp_image(container: dict[str, Any], platform: dict[str, Any], settings: Mapping[str, str]) -> None:
    image = _image(container)
    digest = settings.get(f"digest.{image['stage']}")
    version = f"@{digest}" if digest else f":{settings.get('tag', image['tag'])}"
    container["image"] = f"{settings.get('registry', image['registry'])}/{image['stage']}{version}"
    if "pull-secret" in settings:
        platform["imagePullSecret"] = [_named(settings["pull-secret"])]
    if "pull-policy" in settings:
        platform["imagePullPolicy"] = settings["pull-policy"]


def _stamp_secrets(platform: dict[str, Any], settings: Mapping[str, str]) -> None:
    renamed = {STORE.name: settings.get("secret"), WEBHOOK.name: settings.get("webhook-secret")}
    for mount in platform.get("secretAsVolume", []):
        name = renamed.get(mount["secretName"])
        if name:
            mount.update(_named(name))


def _named(secret: str) -> dict[str, Any]:
    """Return a secret's name in both places where kfp writes it."""
    return {"secretName": secret, "secretNameParameter": {"runtimeValue": {"constant": secret}}}


def _stamp_sizes(resources: dict[str, Any], step: str, settings: Mapping[str, str]) -> None:
    scales: dict[str, Callable[[str], float]] = {"cpu": number, "memory": lambda size: number(size) / 1e9}
    for kind, scale in scales.items():
        size = settings.get(f"{kind}.{step}")
        if size:
            for end in ("Request", "Limit"):
                resources[f"resource{kind.title()}{end}"] = size
                resources[f"{kind}{end}"] = scale(size)  # the field of older back ends, memory in gigabytes


def _stamp_gpu(resources: dict[str, Any], platform: dict[str, Any], step: str, settings: Mapping[str, str]) -> None:
    accelerator = resources.pop("accelerator", {})
    kind = settings.get("gpu-type", accelerator.get("resourceType", _GPU))
    count = settings.get(f"gpu.{step}", accelerator.get("resourceCount", "0"))
    tolerations = [found for found in platform.pop("tolerations", []) if found.get("key") != accelerator.get("type")]
    if int(count):
        resources["accelerator"] = {"count": count, "resourceCount": count, "resourceType": kind, "type": kind}
        tolerations.append({"effect": "NoSchedule", "key": kind, "operator": "Exists"})
        if "node-pool" in settings:
            label, _, value = settings["node-pool"].partition("=")
            platform["nodeSelector"] = {"labels": {label: value}}
    if tolerations:
        platform["tolerations"] = tolerations
