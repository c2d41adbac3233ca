"""Puts settings into a copy of a compiled pipeline."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from maskline.pipelines.compiler.stamping import parts
from maskline.pipelines.compiler.stamping.settings import check, share
from maskline.pipelines.dag.parameters import typed
from maskline.pipelines.dag.quantity import number
from maskline.pipelines.dag.secret import STORE, WEBHOOK

_GPU = "nvidia.com/gpu"


def stamp(text: str, settings: Mapping[str, str]) -> str:
    """Return a compiled pipeline with a cluster's names, sizes and defaults in it.

    Raises InvalidInput for a setting that there is not, or a malformed value.
    """
    check(settings, text)
    head, _, body = text.partition("components:")
    documents = list(yaml.safe_load_all("components:" + body))
    executors = documents[0]["deploymentSpec"]["executors"]
    platform = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    for label, executor in executors.items():
        step = parts.step(label)
        _stamp_image(executor["container"], platform[label], settings)
        _stamp_secrets(platform[label], settings)
        _stamp_sizes(executor["container"]["resources"], step, settings)
        _stamp_gpu(executor["container"]["resources"], platform[label], step, settings)
        _stamp_metadata(platform[label], settings)
    head = _stamp_defaults(head, documents[0], settings)
    return head + "---\n".join(yaml.safe_dump(document, sort_keys=True) for document in documents)


def _stamp_image(container: dict[str, Any], platform: dict[str, Any], settings: Mapping[str, str]) -> None:
    image = parts.image(container)
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
            for end, quantity in zip(("Request", "Limit"), share(size), strict=True):
                resources[f"resource{kind.title()}{end}"] = quantity
                resources[f"{kind}{end}"] = scale(quantity)  # the field of older back ends, memory in gigabytes


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


def _stamp_metadata(platform: dict[str, Any], settings: Mapping[str, str]) -> None:
    for setting, value in settings.items():
        kind, _, key = setting.partition(".")
        if kind in {"label", "annotation"}:
            platform.setdefault("podMetadata", {}).setdefault(f"{kind}s", {})[key] = value


def _stamp_defaults(head: str, spec: dict[str, Any], settings: Mapping[str, str]) -> str:
    """Write the defaults into `spec`; return the comment at its head with them in it."""
    for name, parameter in parts.parameters(spec).items():
        if f"default.{name}" in settings:
            value = typed(parameter, settings[f"default.{name}"])
            default = float(value) if parameter.type == "NUMBER_INTEGER" else value  # as kfp has it, 1200.0
            spec["root"]["inputDefinitions"]["parameters"][name] |= {"defaultValue": default, "isOptional": True}
            told = re.search(rf"(?m)^(#    {re.escape(name)}: \w+).*$", head)
            head = head.replace(told[0], f"{told[1]} [Default: {default!r}]") if told else head
    return head
