"""The nodes of a run, with the names that Kubeflow's API leaves out.

What the API gives as a run's tasks are the nodes of the Argo workflow that it became: of each what people see
("train", "train(0)"), state and times, and the ids of its children, but neither its own id nor where it is. Both can be
worked out. Argo names a node by its place: a template in `root(0)` is `root(0).train`, and its first attempt, as all
are tried again, `root(0).train(0)`; turn 3 of a loop is `iteration-iterations(3:3)`. A node's id is the workflow's name
and the 32-bit FNV-1a hash of the node's name. Seen so on Kubeflow Pipelines 2.17.0 with Argo Workflows 4.0.8; the rule
is Argo's `Workflow.NodeID`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_OFFSET, _PRIME = 0x811C9DC5, 0x01000193
_ATTEMPT = re.compile(r"\(\d+\)$")


@dataclass(frozen=True)
class Node:
    """A template at work: what Argo tries again, attempt after attempt."""

    name: str
    """Where it is: "retrain-7mlfm(0).root(0).train(0).executor"."""
    state: str
    """As the API says it: PENDING, RUNNING, SUCCEEDED, FAILED, SKIPPED; "" for one that was left out."""
    started: datetime | None
    ended: datetime | None
    attempts: tuple[str, ...]
    """Ids of its attempts' nodes, the first one first."""
    waits: bool
    """Whether the last attempt's pod is there and has not begun."""


def node_id(name: str) -> str:
    """Return the id of the node of this name."""
    workflow = name.partition(".")[0].partition("(")[0]
    return workflow if name == workflow else f"{workflow}-{_hashed(name)}"


def nodes_of(details: Iterable[Any]) -> list[Node]:
    """Return the nodes that are tried again among a run's `task_details`.  All others are theirs, or did not begin."""
    entries = [entry for entry in details if entry.display_name]
    children = {child.pod_name for entry in entries for child in entry.child_tasks or () if child.pod_name}
    names = _names({entry.display_name for entry in entries}, children)
    found = []
    for entry in entries:
        attempts = _attempts(entry, names)
        if attempts:
            name = names[attempts[0]].rpartition("(")[0]
            found.append(
                Node(
                    name, entry.state or "", moment(entry.start_time), moment(entry.end_time), attempts,
                    _waits(entry, len(attempts) - 1, entries),
                )
            )  # fmt: skip
    return found


def moment(time: datetime | None) -> datetime | None:
    """Return a time of the API's; None where it means "not yet": it writes the year 1 then, or 1970."""
    return time if time and time.year > 1970 else None


def _attempts(entry: Any, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return those children of a node that are its own attempts, in order; others are what Argo did next."""
    numbers = {}
    for child in entry.child_tasks or ():
        name, _, number = names.get(child.pod_name or "", "").removesuffix(")").rpartition("(")
        if number.isdecimal() and f".{name}".endswith(f".{entry.display_name}"):
            numbers[int(number)] = child.pod_name
    return tuple(numbers[number] for number in sorted(numbers))


def _waits(entry: Any, attempt: int, entries: Iterable[Any]) -> bool:
    """Tell whether the pod of an attempt waits.

    A pod has no children by which to know it. That of a first attempt started when its node did; parts of one step that
    start together cannot be told apart, and need not.
    """
    name = f"{entry.display_name}({attempt})"
    pods = [other for other in entries if other.display_name == name and other.start_time >= entry.start_time]
    if not attempt:
        pods = [pod for pod in pods if pod.start_time == entry.start_time]
    return entry.state == "RUNNING" and any(pod.state == "PENDING" for pod in pods)


def _names(seen: set[str], ids: set[str]) -> dict[str, str]:
    """Return the names of nodes by their ids, as far as `ids` goes.  seen: what people see of the nodes."""
    workflow = next(iter(ids), "").rpartition("-")[0]
    inside = {f".{name.partition('(')[0]}" for name in seen}
    numbered = {name[name.rindex("(") :] for name in seen if name.endswith(")")}
    found: dict[str, str] = {}
    front = [(workflow, _hashed(workflow))]
    while front:
        name, state = front.pop()
        for end in inside if _ATTEMPT.search(name) else inside | numbered:
            hashed = _hashed(end, state)
            found_id = f"{workflow}-{hashed}"
            if found_id in ids and found_id not in found:
                found[found_id] = name + end
                front.append((name + end, hashed))
    return found


def _hashed(text: str, state: int = _OFFSET) -> int:
    """Return the FNV-1a hash of a text, or go on from the state in which another left off.

    http://www.isthe.com/chongo/tech/comp/fnv/
    """
    for byte in text.encode():
        state = (state ^ byte) * _PRIME & 0xFFFFFFFF
    return state
