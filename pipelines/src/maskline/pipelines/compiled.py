"""The committed compiled pipelines: where they are, and how a cluster's own names are stamped into a copy.

Stamping changes images' registry, tag or digest, the secret's name and the node pool, and nothing else, so what runs on
the cluster is what was tested. It needs no kfp.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from maskline.contract.errors import InvalidInput

_SETTINGS = "registry, tag, digest.<stage>, secret, node-pool"
_IMAGE = re.compile(r"(?P<registry>.+)/(?P<stage>[a-z]+):(?P<tag>[^:/@]+)")


def folder() -> Path:
    """Return the folder of the committed pipelines: in an installed package, or `pipelines/compiled` in a checkout."""
    here = Path(__file__).parent
    packaged = here / "compiled"
    return packaged if packaged.is_dir() else here.parents[2] / "compiled"


def names() -> list[str]:
    """Return the names of the committed pipelines."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def find(pipeline: str) -> Path:
    """Return the file of a committed pipeline, or the file that `pipeline` itself names.  Raises InvalidInput."""
    if pipeline in names():
        return folder() / f"{pipeline}.yaml"
    if pipeline.endswith((".yaml", ".yml")):
        return Path(pipeline)
    raise InvalidInput(f"no pipeline '{pipeline}'; there are: {', '.join(names())}, or a compiled .yaml file of yours")


def stamp(text: str, settings: Mapping[str, str]) -> str:
    """Return a compiled pipeline with a cluster's names in it.

    settings: registry and tag (of all images), digest.<stage> (sha256:... of one image, instead of its tag), secret
    (name of the store's secret), node-pool (<label>=<value> of the nodes that have GPUs).
    Raises InvalidInput for another setting or a malformed value.
    """
    head, _, body = text.partition("components:")
    documents = list(yaml.safe_load_all("components:" + body))
    executors = documents[0]["deploymentSpec"]["executors"]
    platform = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    _check(settings, {_image(executor)["stage"] for executor in executors.values()})
    for label, executor in executors.items():
        _stamp_image(executor, settings)
        _stamp_platform(platform[label], settings, gpu="accelerator" in executor["container"].get("resources", {}))
    return head + "---\n".join(yaml.safe_dump(document, sort_keys=True) for document in documents)


def _check(settings: Mapping[str, str], stages: set[str]) -> None:
    rules = {
        "registry": (
            r"[a-z0-9][a-z0-9.:/_-]*",
            "a registry, with a path if it has one, e.g. registry.example.org/team",
        ),
        "tag": (
            r"(?!latest$)[A-Za-z0-9_][A-Za-z0-9._-]{0,127}",
            "an image tag, and not 'latest', which names no version",
        ),
        "secret": (r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", "the name of a Kubernetes secret"),
        "node-pool": (r"[A-Za-z0-9./_-]+=[A-Za-z0-9._-]*", "<label>=<value>"),
        **{f"digest.{stage}": (r"sha256:[0-9a-f]{64}", "sha256: and 64 hexadecimal digits") for stage in stages},
    }
    for name, value in settings.items():
        if name not in rules:
            raise InvalidInput(
                f"--set {name}={value}: no such setting; there are {_SETTINGS} (stages: {', '.join(sorted(stages))})"
            )
        form, rule = rules[name]
        if not re.fullmatch(form, value):
            raise InvalidInput(f"--set {name}={value}: it must be {rule}")


def _image(executor: dict[str, Any]) -> re.Match[str]:
    match = _IMAGE.fullmatch(executor["container"]["image"])
    if not match:
        raise InvalidInput(f"image {executor['container']['image']}: it must be <registry>/<stage>:<tag>")
    return match


def _stamp_image(executor: dict[str, Any], settings: Mapping[str, str]) -> None:
    image = _image(executor)
    digest = settings.get(f"digest.{image['stage']}")
    version = f"@{digest}" if digest else f":{settings.get('tag', image['tag'])}"
    executor["container"]["image"] = f"{settings.get('registry', image['registry'])}/{image['stage']}{version}"


def _stamp_platform(executor: dict[str, Any], settings: Mapping[str, str], *, gpu: bool) -> None:
    if "secret" in settings:
        for secret in executor["secretAsVolume"]:
            secret["secretName"] = settings["secret"]
            secret["secretNameParameter"] = {"runtimeValue": {"constant": settings["secret"]}}
    if "node-pool" in settings and gpu:
        label, _, value = settings["node-pool"].partition("=")
        executor["nodeSelector"] = {"labels": {label: value}}
