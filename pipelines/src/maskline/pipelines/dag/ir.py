"""Reads a compiled Kubeflow pipeline.

Every mapping of the file is read through `fields`, which names the first key that is neither read here nor known to be
of no concern on one machine. So nothing in a pipeline is ever passed over in silence.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag.condition import parse
from maskline.pipelines.dag.fields import fields
from maskline.pipelines.dag.graph import (
    TYPES,
    Constant,
    Container,
    Dag,
    FinalStatus,
    FromInput,
    FromTask,
    Loop,
    Parameter,
    Pipeline,
    Retry,
    Source,
    Task,
)
from maskline.pipelines.dag.pod import Pod
from maskline.pipelines.dag.run import PLACEHOLDERS
from maskline.pipelines.errors import UnsupportedFeature


def load(path: Path) -> Pipeline:
    """Read a compiled pipeline.

    Raises InvalidInput if the file is not one, UnsupportedFeature if it holds what only a cluster can run.
    """
    try:
        documents = [document for document in yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader) if document]
    except OSError as error:
        raise InvalidInput(f"pipeline {path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise InvalidInput(f"pipeline {path} is not YAML: {error}") from None
    if not documents or not isinstance(documents[0], dict) or "pipelineInfo" not in documents[0]:
        raise InvalidInput(f"pipeline {path} is not a compiled Kubeflow pipeline: it has no pipelineInfo")
    try:
        return _Reader(documents[0], documents[1:]).pipeline()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InvalidInput(f"pipeline {path} is not a compiled Kubeflow pipeline: {error!r}") from error


_AT_EXIT = "ALL_UPSTREAM_TASKS_COMPLETED"


class _Reader:
    """Follows the file's references from the root; one object per file."""

    def __init__(self, spec: dict[str, Any], platforms: list[dict[str, Any]]) -> None:
        allowed = "components deploymentSpec pipelineInfo root schemaVersion sdkVersion"
        self._spec = fields(spec, "the pipeline", allowed)
        self._components: dict[str, Any] = spec.get("components", {})
        self._executors: dict[str, Any] = spec.get("deploymentSpec", {}).get("executors", {})
        self._kubernetes: dict[str, Any] = {}
        for document in platforms:
            kubernetes = fields(fields(document, "the platform", "platforms")["platforms"], "platforms", "kubernetes")
            deployment = fields(kubernetes["kubernetes"], "platforms.kubernetes", "deploymentSpec")["deploymentSpec"]
            self._kubernetes |= fields(deployment, "platforms.kubernetes.deploymentSpec", "executors")["executors"]

    def pipeline(self) -> Pipeline:
        info = fields(self._spec["pipelineInfo"], "pipelineInfo", "name displayName description")
        root = fields(self._spec["root"], "root", "dag inputDefinitions outputDefinitions")
        parameters = _parameters(root.get("inputDefinitions", {}), "root")
        if root.get("outputDefinitions", {}).get("parameters"):
            raise UnsupportedFeature("root: outputs of a whole pipeline cannot be run locally")
        named = {p.name: p for p in parameters}
        return Pipeline(info["name"], info.get("description", ""), named, *self._with_exits(root["dag"]["tasks"], root))

    def _with_exits(self, tasks: dict[str, Any], root: dict[str, Any]) -> tuple[Dag, tuple[Task, ...]]:
        """Return the root, and the tasks that run when it has ended, however it did: those of an exit handler."""
        last = {name for name, task in tasks.items() if task.get("triggerPolicy", {}).get("strategy") == _AT_EXIT}
        if not last:
            return self._dag(root, "root"), ()
        handled = tasks.keys() - last
        if len(handled) > 1:
            raise UnsupportedFeature(f"root: tasks beside an exit handler cannot be run locally: {sorted(handled)}")
        exits = []
        for name in sorted(last):
            plain = {key: value for key, value in tasks[name].items() if key != "triggerPolicy"}
            task = self._task(name, plain, f"root.{name}")
            takes_outputs = any(isinstance(value, FromTask) for value in task.values.values())
            if isinstance(task.body, Dag) or takes_outputs or task.after != handled:
                raise UnsupportedFeature(
                    f"root.{name}: only a container that waits for {sorted(handled)} can run at exit"
                )
            exits.append(task)
        return self._dag({"dag": {"tasks": {name: tasks[name] for name in handled}}}, "root"), tuple(exits)

    def _dag(self, component: Mapping[str, Any], where: str) -> Dag:
        dag = fields(component["dag"], f"{where}.dag", "tasks")
        tasks = {name: self._task(name, task, f"{where}.{name}") for name, task in dag["tasks"].items()}
        ordered: dict[str, Task] = {}
        while len(ordered) < len(tasks):
            ready = [task for name, task in tasks.items() if name not in ordered and task.after <= ordered.keys()]
            if not ready:
                raise InvalidInput(
                    f"{where}: tasks wait for each other or for unknown ones: {sorted(tasks.keys() - ordered)}"
                )
            ordered[ready[0].name] = ready[0]
        return Dag(tuple(ordered.values()))

    def _task(self, name: str, task: dict[str, Any], where: str) -> Task:
        scheduling = "dependentTasks iteratorPolicy parameterIterator retryPolicy triggerPolicy"
        fields(task, where, f"cachingOptions componentRef inputs taskInfo {scheduling}")
        if task.get("cachingOptions", {}).get("enableCache"):
            raise UnsupportedFeature(f"{where}: KFP's cache cannot be used locally; the store is the cache")
        inputs = fields(task.get("inputs", {}), f"{where}.inputs", "parameters").get("parameters", {})
        values = {key: _value(value, f"{where}.inputs.{key}") for key, value in inputs.items()}
        producers = {value.task for value in values.values() if isinstance(value, FromTask)}
        trigger = fields(task.get("triggerPolicy", {}), f"{where}.triggerPolicy", "condition")
        reference = task["componentRef"]["name"]
        component = self._components[reference]
        return Task(
            name=name,
            title=task.get("taskInfo", {}).get("name", name),
            body=self._body(component, reference),
            values=values,
            after=frozenset(task.get("dependentTasks", [])) | producers,
            condition=parse(trigger["condition"], where) if "condition" in trigger else None,
            loop=_loop(task, where),
            retry=_retry(task.get("retryPolicy", {}), where),
        )

    def _body(self, component: dict[str, Any], where: str) -> "Container | Dag":
        fields(component, where, "dag executorLabel inputDefinitions outputDefinitions")
        if "dag" in component:
            if "outputDefinitions" in component:
                raise UnsupportedFeature(
                    f"{where}: outputs of a loop or condition (Collected, OneOf) cannot be run locally"
                )
            return self._dag(component, where)
        inputs = fields(component.get("inputDefinitions", {}), f"{where}.inputDefinitions", "parameters")
        outputs = fields(component.get("outputDefinitions", {}), f"{where}.outputDefinitions", "parameters artifacts")
        label = component["executorLabel"]
        container = fields(self._executors[label], label, "container")["container"]
        fields(container, label, "args command env image resources")
        pod = Pod(label, container.get("resources", {}), self._kubernetes.get(label, {}))
        command = (*container.get("command", []), *container.get("args", []))
        return Container(
            label=label,
            image=container["image"],
            command=tuple(command),
            environment={entry["name"]: entry["value"] for entry in container.get("env", [])},
            secret_files=pod.secret_files(),
            scratch=pod.scratch(),
            limits=pod.limits(),
            inputs=_parameters(inputs, where),
            outputs=_parameters(outputs, where),
            artifacts={name: out["artifactType"] for name, out in outputs.get("artifacts", {}).items()},
        )


def _parameters(definitions: Mapping[str, Any], where: str) -> tuple[Parameter, ...]:
    allowed = "defaultValue description isOptional parameterType"
    found = []
    for name, given in definitions.get("parameters", {}).items():
        fields(given, f"{where}.{name}", allowed)
        kind = given["parameterType"]
        if kind not in TYPES:
            raise UnsupportedFeature(f"{where}.{name}: a parameter of type {kind} cannot be run locally")
        default = given.get("defaultValue")
        if kind == "NUMBER_INTEGER" and default is not None:
            default = int(default)  # the file has 20000.0
        found.append(Parameter(name, kind, default, not given.get("isOptional", False), given.get("description", "")))
    return tuple(found)


def _value(source: dict[str, Any], where: str) -> Source:
    fields(source, where, "componentInputParameter runtimeValue taskFinalStatus taskOutputParameter")
    if "taskFinalStatus" in source:
        return FinalStatus(source["taskFinalStatus"]["producerTask"])
    if "componentInputParameter" in source:
        return FromInput(source["componentInputParameter"])
    if "taskOutputParameter" in source:
        return FromTask(
            source["taskOutputParameter"]["producerTask"], source["taskOutputParameter"]["outputParameterKey"]
        )
    constant = fields(source["runtimeValue"], where, "constant")["constant"]
    if isinstance(constant, str) and "{{$" in constant and constant not in PLACEHOLDERS:
        raise UnsupportedFeature(f"{where}: a text put together from parameters ({constant!r}) cannot be run locally")
    return Constant(constant)


def _loop(task: Mapping[str, Any], where: str) -> Loop | None:
    if "parameterIterator" not in task:
        return None
    iterator = fields(task["parameterIterator"], f"{where}.parameterIterator", "itemInput items")
    items = fields(iterator["items"], f"{where}.parameterIterator.items", "inputParameter")
    policy = fields(task.get("iteratorPolicy", {}), f"{where}.iteratorPolicy", "parallelismLimit")
    return Loop(items["inputParameter"], iterator["itemInput"], int(policy.get("parallelismLimit", 0)))


def _retry(policy: dict[str, Any], where: str) -> Retry:
    fields(policy, f"{where}.retryPolicy", "backoffDuration backoffFactor backoffMaxDuration maxRetryCount")
    return Retry(
        count=int(policy.get("maxRetryCount", 0)),
        first_s=_seconds(policy.get("backoffDuration", "0s"), where),
        factor=float(policy.get("backoffFactor", 2.0)),
    )


def _seconds(text: str, where: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)s", text)
    if not match:
        raise UnsupportedFeature(f"{where}: the duration '{text}' cannot be run locally; only seconds ('5s') can")
    return float(match[1])
