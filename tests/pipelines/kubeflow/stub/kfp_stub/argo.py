"""A run's Argo workflow: its nodes as they are there, and as Kubeflow's API tells of them."""

import base64
import gzip
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

_BEGIN = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_NEVER = "0001-01-01T00:00:00Z"
_PHASES = {"PENDING": "Pending", "RUNNING": "Running", "SUCCEEDED": "Succeeded", "FAILED": "Failed", "": "Omitted"}
_OVER = {"SUCCEEDED", "FAILED", ""}
_IMPLEMENTATION = "metadata-0-1-retry-system-container-impl"


@dataclass
class _Node:
    name: str
    kind: str  # Argo's: Retry, DAG, Pod, TaskGroup, Skipped
    state: str
    started: int  # seconds since the run began
    ended: int | None
    template: str = ""
    message: str = ""
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    task: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def display(self) -> str:
        """What people see: the last of the name, "exit-handler-1.onExit" being one word."""
        return self.name.rpartition(").")[2]


class Workflow:
    """A workflow that a test lets happen, step by step."""

    def __init__(self, name: str, root: str = "root") -> None:
        """Begin with the drivers and DAGs around all steps.  root: below which the steps are, "root/exit-handler-1"."""
        self.name = name
        self.deadline: int | None = None
        self.message = ""
        self.pods_are_gone = False
        self.lags = 0  # for how many looks the nodes are behind a run that is over
        self.now = 0
        self._nodes: dict[str, _Node] = {}
        self._read: list[dict[str, Any]] = []  # what Kubeflow knew before the nodes were too many to read
        inside = self._dag(name)
        for part in root.split("/"):
            self._pod(inside, f"{part}-driver", ["SUCCEEDED"], "system-dag-driver")
            inside = self._dag(f"{inside}.{part}")
        self._root = inside

    def step(
        self,
        task: str,
        *pods: str,
        turn: int | None = None,
        turns: int = 0,
        driver: str = "SUCCEEDED",
        message: str = "",
        log: str = "",
    ) -> str:
        """Let a step happen, 10 s for its driver and 30 s for its container; return its last pod's name.

        pods: what became of each attempt.  turn, turns: for a step in a loop, which one and how many there are.
        driver: what became of the pod that prepares it.
        """
        inside = self._root if turn is None else self._turn(turn, turns)
        pod = self._pod(inside, f"{task}-driver", [driver], "system-container-driver")
        if pods:
            self.now += 10
            pod = self._container(self._dag(f"{inside}.{task}", state=_of(pods[-1])), pods)
        pod.message, pod.log = message, log
        return self._pod_name(pod.name)

    def again(self, task: str, *pods: str, log: str = "") -> str:
        """Let a step that failed happen again, as Argo does with what surrounds a pod that was lost too often."""
        name = f"{self._root}.{task}"
        number = sum(node.kind == "DAG" and node.name.rpartition("(")[0] == name for node in self._nodes.values())
        self.now += 10
        self._nodes[name].state = _of(pods[-1])
        self._add(_Node(f"{name}({number})", "DAG", _of(pods[-1]), self.now, None))
        pod = self._container(f"{name}({number})", pods)
        pod.log = log
        return self._pod_name(pod.name)

    def try_again(self, task: str) -> None:
        """Tell that a step that has failed will be tried again."""
        node = self._nodes[f"{self._root}.{task}"]
        node.state, node.ended = "RUNNING", None

    def close_loop(self) -> None:
        """Tell that a loop has no more turns."""
        for name in (f"{self._root}.for-loop-1", f"{self._root}.for-loop-1(0)"):
            self._nodes[name].state, self._nodes[name].ended = "SUCCEEDED", self.now

    def leave_out(self, task: str) -> None:
        """Tell that a step's turn will not come, because another failed."""
        for name in (f"{task}-driver", task):
            self._add(_Node(f"{self._root}.{name}", "Skipped", "", self.now, self.now))

    def log_of(self, key: str, *, living: bool, gone: bool) -> str | None:
        """Return what a pod printed; None where there is no such log.

        key: the name of the pod, or, in the archive, the id of its node.
        living, gone: whether pods that are there are asked, and the archive of those that have ended.
        """
        for node in self._nodes.values():
            name, over = self._pod_name(node.name), node.state in _OVER
            there = living and key == name and not (over and self.pods_are_gone)
            if node.kind != "Pod" or (node.state == "PENDING" and not node.log):
                continue
            if there or (gone and over and key in {name, self.id(node.name)}):
                return node.log
        return None

    def end(self, state: str) -> None:
        """Bring to this end whatever goes on."""
        for node in self._nodes.values():
            if node.state not in _OVER:
                node.state, node.ended = state, self.now

    def compress(self, run: str) -> None:
        """Write the nodes as Argo does when they are too many; Kubeflow goes on telling what it knew."""
        self._read = self.details(run)

    def details(self, run: str) -> list[dict[str, Any]]:
        """Return the nodes as the API gives them: in no order that says anything, without their own ids."""
        if self._read:
            return self._read
        return sorted((self._detail(run, node) for node in self._nodes.values()), key=lambda one: str(one["task_id"]))

    def manifest(self) -> dict[str, Any]:
        """Return the workflow as Argo has it."""
        spec = {} if self.deadline is None else {"activeDeadlineSeconds": self.deadline}
        nodes = {self.id(node.name): self._argo(node) for node in self._nodes.values()}
        packed = base64.b64encode(gzip.compress(json.dumps(nodes).encode())).decode()
        return {
            "metadata": {"name": self.name, "annotations": {"workflows.argoproj.io/pod-name-format": "v2"}},
            "spec": spec,
            "status": {"message": self.message} | ({"compressedNodes": packed} if self._read else {"nodes": nodes}),
        }

    def id(self, name: str) -> str:
        """Return the id of the node of this name, as Argo's Workflow.NodeID makes it."""
        if name == self.name:
            return name
        state = 2166136261
        for byte in name.encode():
            state = ((state ^ byte) * 16777619) % 2**32
        return f"{self.name}-{state}"

    def _dag(self, name: str, *, state: str = "RUNNING") -> str:
        self._add(_Node(name, "Retry", state, self.now, None))
        self._add(_Node(f"{name}(0)", "DAG", state, self.now, None))
        return f"{name}(0)"

    def _container(self, around: str, pods: Sequence[str]) -> _Node:
        """Let a container run for 30 s; return its last pod."""
        begun = self.now
        pod = self._pod(around, "executor", pods, _IMPLEMENTATION)
        self.now += 30
        for name in (around.rpartition("(")[0], around, *self._named(f"{around}.executor")):
            node = self._nodes[name]
            node.started = min(node.started, begun)
            node.ended = self.now if node.state in _OVER else None
        return pod

    def _pod(self, inside: str, display: str, pods: Sequence[str], template: str) -> _Node:
        """Add a pod, as often as it was tried; return the last."""
        name = f"{inside}.{display}"
        ended = self.now + 10 if pods[-1] in _OVER else None
        self._add(_Node(name, "Retry", _of(pods[-1]), self.now, ended))
        for number, state in enumerate(pods, 1):
            last = _Node(f"{name}({number - 1})", "Pod", state, self.now, ended, template)
            last.ended = ended if number == len(pods) else self.now
            self._add(last)
        return last

    def _turn(self, turn: int, turns: int) -> str:
        loop = f"{self._root}.for-loop-1"
        if loop not in self._nodes:
            inside = self._dag(loop)
            self._pod(inside, "iteration-driver", ["SUCCEEDED"], "system-dag-driver").outputs = {
                "iteration-count": str(turns)
            }
            self._add(_Node(f"{inside}.iteration-iterations", "TaskGroup", "RUNNING", self.now, None))
        name = f"{loop}(0).iteration-iterations({turn}:{turn})"
        if name in self._nodes:
            return f"{name}(0).iteration-item(0)"
        around = self._dag(name)
        self._pod(around, "iteration-item-driver", ["SUCCEEDED"], "system-dag-driver")
        return self._dag(f"{around}.iteration-item")

    def _add(self, node: _Node) -> None:
        self._nodes[node.name] = node
        if parent := self._parent(node):
            self._nodes[parent].children.append(self.id(node.name))

    def _parent(self, node: _Node) -> str:
        """Return of which node another is a child: of what it is an attempt or turn of, or of what it came after."""
        if node.name.endswith(")"):
            return node.name[: node.name.rindex("(")]
        driver = f"{node.name}-driver(0)"
        return driver if driver in self._nodes else node.name.rpartition(").")[0] + ")" * (")." in node.name)

    def _named(self, beginning: str) -> list[str]:
        return [name for name in self._nodes if name.startswith(beginning)]

    def _pod_name(self, name: str) -> str:
        return f"{self.name}-{self._nodes[name].template}-{self.id(name).rpartition('-')[2]}"

    def _detail(self, run: str, node: _Node) -> dict[str, Any]:
        # Like protojson, it leaves out what is empty: the state of what was left out, no children.
        state = {"state": node.state} if node.state else {}
        children = {"child_tasks": [{"pod_name": child} for child in node.children]} if node.children else {}
        return {
            "run_id": run,
            "task_id": node.task,
            "display_name": node.display,
            "create_time": _time(0),
            "start_time": _time(node.started),
            "end_time": _NEVER if node.ended is None else _time(node.ended),
            **state,
            "state_history": [{"update_time": _time(node.started)} | state],
            **children,
        }

    def _argo(self, node: _Node) -> dict[str, Any]:
        outputs = [{"name": name, "value": value} for name, value in node.outputs.items()]
        return {
            "id": self.id(node.name),
            "name": node.name,
            "displayName": node.display,
            "type": node.kind,
            "phase": _PHASES[node.state],
            "templateName": node.template,
            "startedAt": _time(node.started),
            "finishedAt": None if node.ended is None else _time(node.ended),
            **({"message": node.message} if node.message else {}),
            **({"outputs": {"parameters": outputs}} if outputs else {}),
            **({"children": node.children} if node.children else {}),
        }


def _of(last: str) -> str:
    """Return the state of what is tried again, by that of its last attempt: Argo's "Retry" node never waits itself."""
    return "RUNNING" if last == "PENDING" else last


def _time(seconds: int) -> str:
    return (_BEGIN + timedelta(seconds=seconds)).strftime(_TIME)


def runtime(workflow: Workflow) -> dict[str, Any]:
    """Return what the older API adds to a run."""
    return {"pipeline_runtime": {"workflow_manifest": json.dumps(workflow.manifest())}}
