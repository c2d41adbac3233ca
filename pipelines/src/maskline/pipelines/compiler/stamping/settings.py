"""The settings that stamping takes: which there are, and what their values must be.

registry, tag        of all images
digest.<stage>       sha256:... of a stage's image, instead of its tag
pull-secret          name of the secret that opens the registry
pull-policy          Always, IfNotPresent or Never
secret               name of the store's secret
webhook-secret       name of the webhook's secret
node-pool            <label>=<value> of the nodes that have GPUs: where every task that asks for one must run
gpu-type             what the cluster calls a GPU, if not nvidia.com/gpu; its nodes' taint is called so too
gpu.<step>           how many GPUs a step asks for: gpu.train=0 trains on CPUs, gpu.predict=1 predicts on a GPU
cpu.<step>           request and limit of a step, e.g. cpu.train=2, or one and the other, e.g. cpu.train=500m:2
memory.<step>        the same, e.g. memory.train=6Gi or memory.train=2Gi:6Gi
default.<parameter>  what the form of a run begins with, e.g. default.seed=1
label.<key>          a label of the tasks' pods, e.g. label.kueue.x-k8s.io/queue-name=team-a
annotation.<key>     an annotation of the tasks' pods
"""

import re
from collections.abc import Mapping

from maskline.contract.errors import InvalidInput
from maskline.pipelines.compiler.stamping.parts import Parts, parts_of
from maskline.pipelines.dag import compiled
from maskline.pipelines.dag.parameters import typed
from maskline.pipelines.dag.quantity import number
from maskline.pipelines.dag.secret import STORE, WEBHOOK

_SECRET = (r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", "the name of a Kubernetes secret")
# Kubeflow names a volume after the secret in it, so the rules of volumes hold: a DNS label, and no other volume's name.
_MOUNTED = (
    r"(?!(?:scratch|shared-memory|kfp-launcher|[a-z]+-scratch)$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    "the name of a Kubernetes secret of 1 to 63 small letters, digits and -, and not one of a pod's other volumes",
)
_ABOVE_0 = r"(?=[\d.]*[1-9])\d+(\.\d+)?"
_CORES, _BYTES = rf"{_ABOVE_0}m?", rf"{_ABOVE_0}(k|[KMGT]i|[MGT])?"
_WORD = r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_DNS = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_KEY = re.compile(rf"((?=[^/]{{1,253}}/){_DNS}(\.{_DNS})*/)?{_WORD}")
_OTHERS = re.compile(r"app\.kubernetes\.io/part-of|(pipelines\.kubeflow\.org|workflows\.argoproj\.io|pipeline)/.*")
RULES = {
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
    "cpu.<step>": (rf"{_CORES}(:{_CORES})?", "a quantity above 0, e.g. 500m or 2, or request:limit, e.g. 500m:2"),
    "memory.<step>": (rf"{_BYTES}(:{_BYTES})?", "a quantity above 0, e.g. 6Gi, or request:limit, e.g. 2Gi:6Gi"),
    "default.<parameter>": (r"(?s).*", "a value of the parameter's type"),
    "label.<key>": (rf"({_WORD})?", "at most 63 letters, digits, ., - and _, beginning and ending with the first two"),
    "annotation.<key>": (r"(?s)((?!\{\{).)*", "a text without {{, which Argo would take for a placeholder"),
}
"""Each setting: the form of its value, and the rule in words."""


def check(settings: Mapping[str, str], *texts: str) -> None:
    """Raise InvalidInput for a setting that no pipeline has, committed or in `texts`, or a malformed value."""
    parts = parts_of(*(compiled.find(name).read_text("utf-8") for name in compiled.names()), *texts)
    for setting, value in settings.items():
        try:
            _check(setting, value, parts)
        except InvalidInput as error:
            raise InvalidInput(f"--set {setting}={value}: {error}") from None
    store, webhook = settings.get("secret", STORE.name), settings.get("webhook-secret", WEBHOOK.name)
    if store == webhook:
        raise InvalidInput(f"--set secret={store}: it must be another secret than webhook-secret")


def share(size: str) -> tuple[str, str]:
    """Return request and limit of a size: `request:limit`, or one quantity that is both."""
    request, colon, limit = size.partition(":")
    return request, limit if colon else request


def _check(setting: str, value: str, parts: Parts) -> None:
    kind, _, part = setting.partition(".")
    name = next((name for name in RULES if name.partition(".")[0] == kind and ("." in name) == bool(part)), "")
    placeholder = name.partition(".")[2]
    if not name or part not in parts.names.get(placeholder, [part]):
        there = "; ".join(f"{names[1:-1]}s: {', '.join(found)}" for names, found in parts.names.items())
        raise InvalidInput(f"no such setting; there are {', '.join(RULES)} ({there})")
    form, rule = RULES[name]
    if placeholder == "<key>":
        _check_key(kind, part)
    if not re.fullmatch(form, value):
        raise InvalidInput(f"it must be {rule}")
    if kind in {"cpu", "memory"}:
        _check_share(*share(value))
    for parameter in parts.parameters:
        if placeholder == "<parameter>" and parameter.name == part:
            typed(parameter, value)


def _check_key(kind: str, key: str) -> None:
    if not _KEY.fullmatch(key):
        raise InvalidInput(
            f"'{key}' is no key of Kubernetes: 1 to 63 letters, digits, ., - and _, after a domain and / if you like"
        )
    if _OTHERS.fullmatch(key):
        raise InvalidInput(f"the {kind} '{key}' is not yours to set: Kubeflow, Argo and Maskline know their pods by it")


def _check_share(request: str, limit: str) -> None:
    if number(request) > number(limit):
        raise InvalidInput(f"a request of {request} is more than the limit of {limit}")
