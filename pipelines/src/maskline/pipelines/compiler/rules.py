"""The rules that every compiled pipeline obeys, so that a cluster holds no surprises.

Each rule looks at one thing of a task, as the compiled file has it, and says what is wrong with it, if anything. The
files are checked as they are, not the code that wrote them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from maskline.contract.errors import MasklineError
from maskline.contract.stage.entry import RETRIES_VARIABLE, STEP_VARIABLE
from maskline.pipelines.dag import ir
from maskline.pipelines.dag.quantity import number
from maskline.pipelines.dag.run import PLACEHOLDERS, RUN
from maskline.pipelines.dag.secret import STORE

_USER = "10001"
_SCRATCH = "/tmp"  # noqa: S108 - in the pod
_AT_EXIT = "ALL_UPSTREAM_TASKS_COMPLETED"


@dataclass(frozen=True)
class Fault:
    """A rule that is broken: by which task, with which value."""

    task: str
    value: Any
    rule: str

    def __str__(self) -> str:
        return f"{self.task}: {self.value!r}: {self.rule}"


@dataclass(frozen=True)
class Step:
    """A task that runs a container, as the file has it."""

    name: str
    task: Mapping[str, Any]
    container: Mapping[str, Any]
    settings: Mapping[str, Any]
    """Those for Kubernetes."""

    @property
    def resources(self) -> Mapping[str, Any]:
        """What the container may use."""
        found: Mapping[str, Any] = self.container.get("resources", {})
        return found

    def mounts(self, path: str) -> list[Any]:
        """Return the empty folders that are mounted at `path`."""
        return [mount for mount in self.settings.get("emptyDirMounts", []) if mount["mountPath"] == path]


Finding = tuple[Any, str]
"""A value, and the rule that it breaks."""
Rule = Callable[[Step], Iterator[Finding]]


def broken(path: Path) -> list[Fault]:
    """Return every rule that a compiled pipeline breaks, task by task."""
    spec, *platforms = yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader)
    settings: dict[str, Any] = {}
    for platform in platforms:
        settings |= platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    steps = list(steps_of(spec, settings))
    faults = [Fault(step.name, value, rule) for step in steps for check in RULES for value, rule in check(step)]
    faults += [
        Fault(f"form field {name}", field, "it must have a description")
        for name, field in spec["root"].get("inputDefinitions", {}).get("parameters", {}).items()
        if not field.get("description")
    ]
    try:
        ir.load(path)
    except MasklineError as error:
        faults.append(Fault("pipeline", str(error), "the local runner must be able to run all of it"))
    return faults


def steps_of(spec: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[Step]:
    """Yield every task of a pipeline that runs a container.  settings: executor -> those for Kubernetes."""
    executors = spec["deploymentSpec"]["executors"]
    for component in [spec["root"], *spec["components"].values()]:
        for name, task in component.get("dag", {}).get("tasks", {}).items():
            label = spec["components"][task["componentRef"]["name"]].get("executorLabel")
            if label:
                yield Step(name, task, executors[label]["container"], settings.get(label, {}))


def image_names_a_version(step: Step) -> Iterator[Finding]:
    """Refuse a tag that moves: tomorrow it would run something else."""
    image = step.container["image"]
    tag = re.search(r"(?::([^:/@]+)|@sha256:[0-9a-f]{64})$", image)
    if not tag or tag[1] == "latest":
        yield image, "an image must have a digest, or a tag that is not 'latest'"


def nothing_is_cached(step: Step) -> Iterator[Finding]:
    """Refuse Kubeflow's cache, which hands out results whose objects may be gone: the store is the cache."""
    caching = step.task.get("cachingOptions")
    if caching is None or caching.get("enableCache"):
        yield caching, "Kubeflow's cache must be off"


def failures_are_retried_with_pauses(step: Step) -> Iterator[Finding]:
    """Refuse a task that is tried once: a store away for a moment, or a preempted node, should not end a run."""
    policy = step.task.get("retryPolicy", {})
    if policy.get("maxRetryCount", 0) < 1 or policy.get("backoffFactor", 0) <= 1 or "backoffDuration" not in policy:
        yield policy, "a task must be tried again, after pauses that grow"


def failures_are_told_and_tried_again_where_they_happen(step: Step) -> Iterator[Finding]:
    """Refuse a step that Kubeflow alone would try again, for it does not, or whose failure nobody could be told of."""
    told = {entry["name"]: entry["value"] for entry in step.container.get("env", [])}
    if told.get(STEP_VARIABLE) != step.task["taskInfo"]["name"]:
        yield told.get(STEP_VARIABLE), f"{STEP_VARIABLE} must be the step's title"
    retries = step.task.get("retryPolicy", {}).get("maxRetryCount")
    if retries and told.get(RETRIES_VARIABLE) != str(retries):
        yield told.get(RETRIES_VARIABLE), f"{RETRIES_VARIABLE} must be the task's own number of retries"
    run = step.task.get("inputs", {}).get("parameters", {}).get("run", {}).get("runtimeValue", {}).get("constant")
    if run != RUN:
        yield run, f"a task must be told its run, {RUN}"


def retries_have_the_time_they_need(step: Step) -> Iterator[Finding]:
    """Refuse a window that closes before the last retry may end: Kubeflow tries nothing again after it."""
    policy = step.task.get("retryPolicy", {"backoffMaxDuration": "0s", "maxRetryCount": -1})
    window = int(policy.get("backoffMaxDuration", "3600s").removesuffix("s"))
    needed = (policy.get("maxRetryCount", 0) + 1) * int(step.settings.get("activeDeadlineSeconds", "0"))
    if window < needed:
        yield f"{window}s", f"the time for retries must hold each of them at its longest, {needed}s in all"


def time_is_limited(step: Step) -> Iterator[Finding]:
    """Refuse a task without an end: one that hangs would hold its node, and its run, for ever."""
    seconds = step.settings.get("activeDeadlineSeconds", "0")
    if int(seconds) <= 0:
        yield seconds, "a task must have a time limit"


def resources_are_bounded(step: Step) -> Iterator[Finding]:
    """Refuse a task without limits: it can starve a node, and a quota would refuse it."""
    for resource in ("Cpu", "Memory"):
        asked, most = (step.resources.get(f"resource{resource}{kind}", "") for kind in ("Request", "Limit"))
        if not (asked and most and number(asked) <= number(most)):
            yield f"{asked or 'none'}, {most or 'none'}", f"{resource.lower()} must have a request and a limit above it"


def nobody_is_root(step: Step) -> Iterator[Finding]:
    """Refuse what pod security 'restricted' refuses."""
    context = step.settings.get("securityContext", {})
    wanted = {"runAsUser": _USER, "runAsGroup": _USER, "runAsNonRoot": True}
    if context != wanted:
        yield context, f"a task must run as user and group {_USER}, and not as root"


def scratch_space_is_there_and_bounded(step: Step) -> Iterator[Finding]:
    """Refuse a task without a /tmp, for where the cluster makes the root read-only, or one that could fill a disk."""
    mounts = step.mounts(_SCRATCH)
    if len(mounts) != 1 or not mounts[0].get("sizeLimit"):
        yield mounts, f"{_SCRATCH} must be an empty folder of limited size"


def pulling_is_settled(step: Step) -> Iterator[Finding]:
    """Refuse to leave pulling to Kubernetes: its choice depends on the tag."""
    policy = step.settings.get("imagePullPolicy")
    if policy not in {"Always", "IfNotPresent", "Never"}:
        yield policy, "the image's pull policy must be said"


def the_store_is_told_by_files(step: Step) -> Iterator[Finding]:
    """Refuse a task that is not told its store by files, which follow when keys change."""
    mounts = [mount for mount in step.settings.get("secretAsVolume", []) if mount["mountPath"] == STORE.path]
    told = {entry["name"]: entry["value"] for entry in step.container.get("env", [])}.get(STORE.variable)
    if len(mounts) != 1 or mounts[0].get("optional") or told != STORE.path:
        yield told, f"the store's secret must be mounted at {STORE.path}, which {STORE.variable} must name"


def no_variable_holds_a_secret(step: Step) -> Iterator[Finding]:
    """Refuse secrets in the environment: it shows in descriptions of pods, and every process inherits it."""
    if "secretAsEnv" in step.settings:
        yield step.settings["secretAsEnv"], "secrets must be files, not environment variables"


def training_has_a_gpu_and_shared_memory(step: Step) -> Iterator[Finding]:
    """Refuse training without a GPU, or on 64 MiB of /dev/shm, where PyTorch's data loading dies with a bus error."""
    if "maskline.train" not in step.container["command"]:
        return
    if not step.resources.get("accelerator", {}).get("resourceType"):
        yield step.resources, "training must ask for an accelerator"
    mounts = step.mounts("/dev/shm")  # noqa: S108 - in the pod
    if [mount.get("medium") for mount in mounts] != ["Memory"] or not mounts[0].get("sizeLimit"):
        yield mounts, "training must have /dev/shm in memory, of limited size"


def accelerators_are_tolerated(step: Step) -> Iterator[Finding]:
    """Refuse a task that no node with a GPU would take: they are tainted, so that nothing else lands there."""
    kind = step.resources.get("accelerator", {}).get("resourceType")
    tolerated = [toleration.get("key") for toleration in step.settings.get("tolerations", [])]
    if kind and kind not in tolerated:
        yield tolerated, f"a task that asks for {kind} must tolerate the nodes that have it"


def stages_parse_the_whole_input(step: Step) -> Iterator[Finding]:
    """Refuse other placeholders: that of an artifact without .path stays as it is, and values may hold quotes."""
    words = [*step.container.get("command", []), *step.container.get("args", [])]
    for word in words:
        if "{{" in word and word != "{{$}}":
            yield word, "the only placeholder of a command is '{{$}}', the whole input"
    for source in step.task.get("inputs", {}).get("parameters", {}).values():
        constant = source.get("runtimeValue", {}).get("constant")
        if isinstance(constant, str) and "{{" in constant and constant not in PLACEHOLDERS:
            yield constant, f"the placeholders of a value are {', '.join(sorted(PLACEHOLDERS))}"


def artifacts_are_not_handed_over(step: Step) -> Iterator[Finding]:
    """Refuse artifacts as inputs: Kubeflow copies every one, whole, into the pod before it starts."""
    artifacts = step.task.get("inputs", {}).get("artifacts", {})
    if artifacts:
        yield sorted(artifacts), "a task must take URIs, not artifacts"


def what_runs_at_exit_waits_for_nothing_else(step: Step) -> Iterator[Finding]:
    """Refuse a task at exit that waits for an output: a task that failed never writes it."""
    if step.task.get("triggerPolicy", {}).get("strategy") != _AT_EXIT:
        return
    handled = [
        source["taskFinalStatus"]["producerTask"]
        for source in step.task.get("inputs", {}).get("parameters", {}).values()
        if "taskFinalStatus" in source
    ]
    taken = [name for name, source in step.task["inputs"]["parameters"].items() if "taskOutputParameter" in source]
    if taken or step.task.get("dependentTasks", []) != handled:
        yield taken or step.task.get("dependentTasks", []), "a task at exit must wait for its handler and nothing else"


RULES: tuple[Rule, ...] = (
    image_names_a_version,
    nothing_is_cached,
    failures_are_retried_with_pauses,
    failures_are_told_and_tried_again_where_they_happen,
    retries_have_the_time_they_need,
    time_is_limited,
    resources_are_bounded,
    nobody_is_root,
    scratch_space_is_there_and_bounded,
    pulling_is_settled,
    the_store_is_told_by_files,
    no_variable_holds_a_secret,
    training_has_a_gpu_and_shared_memory,
    accelerators_are_tolerated,
    stages_parse_the_whole_input,
    artifacts_are_not_handed_over,
    what_runs_at_exit_waits_for_nothing_else,
)
