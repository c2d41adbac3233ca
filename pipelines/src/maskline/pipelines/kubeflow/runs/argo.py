"""What Argo says of a run: names of pods, why one waits, how many turns a loop has, whether somebody ended the run.

The workflow behind a run is in the answer of an older API, v1beta1, which Kubeflow 2.17 still serves; it is up to a
megabyte, so it is asked for when there is a question and not at every look. Without it pods cannot be read while they
live, waiting has no reason, and of a run that is wide nothing new is heard: Argo compresses the nodes of a workflow of
more than 1 MiB, and then Kubeflow goes on telling what it knew before.
"""

import base64
import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maskline.pipelines.kubeflow.runs.nodes import Node
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import ServerRefused, ServerUnavailable

_POD_NAMES = "workflows.argoproj.io/pod-name-format"
_STATES = {"Error": "FAILED", "Omitted": ""}
"""Argo's phases where Kubeflow has another word; the others are the same in capitals."""


@dataclass(frozen=True)
class Argo:
    """The workflow behind a run, as Argo had it last."""

    workflow: Mapping[str, Any] = field(default_factory=dict)
    by_id: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Its nodes."""
    compressed: bool = False
    """Whether its nodes are so many that Kubeflow does not read them."""

    @property
    def message(self) -> str:
        """What became of the whole, "" if there is nothing to say."""
        return _one_line(self.workflow.get("status", {}).get("message", ""))

    @property
    def terminated(self) -> bool:
        """Whether somebody ended the run: Kubeflow sets its time to 0 seconds."""
        return bool(self.workflow.get("spec", {}).get("activeDeadlineSeconds") == 0)

    def nodes(self) -> list[Node]:
        """Return the nodes that are tried again, as `nodes_of` works them out from Kubeflow's own answer."""
        found = []
        for node in self.by_id.values():
            attempts = sorted(self._attempts(node), key=lambda one: int(one["name"].rpartition("(")[2][:-1]))
            if attempts:
                found.append(
                    Node(
                        node["name"],
                        _STATES.get(node["phase"], str(node["phase"]).upper()),
                        _moment(node.get("startedAt")),
                        _moment(node.get("finishedAt")),
                        tuple(one["id"] for one in attempts),
                        waits=attempts[-1]["phase"] == "Pending",
                    )
                )
        return found

    def pod(self, node: str) -> str:
        """Return the name of the pod of a node, "" if it is not known.  node: its id."""
        found, metadata = self.by_id.get(node, {}), self.workflow.get("metadata", {})
        if metadata.get("annotations", {}).get(_POD_NAMES) == "v1":
            return node
        if not found.get("templateName"):
            return ""
        return f"{metadata.get('name', '')}-{found['templateName']}-{node.rpartition('-')[2]}"

    def why(self, node: str) -> str:
        """Return why a node is as it is, "" if there is nothing to say.  node: its id.

        Of a pod that no node has room for, what is missing; what Kubernetes thinks of evicting others is left out.
        """
        message = _one_line(self.by_id.get(node, {}).get("message", ""))
        return message.partition(". ")[0] if message.startswith("Unschedulable: ") else message

    def turns(self, driver: str) -> int:
        """Return how many turns a loop has, 0 if that is not known.  driver: the id of what counts them."""
        outputs = self.by_id.get(driver, {}).get("outputs", {}).get("parameters", [])
        counts = [value.get("value", "") for value in outputs if value.get("name") == "iteration-count"]
        return int(counts[0]) if counts and str(counts[0]).isdecimal() else 0

    def _attempts(self, node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        children = (self.by_id.get(child, {}) for child in node.get("children", ()))
        name = re.compile(re.escape(node["name"]) + r"\(\d+\)")
        return [child for child in children if name.fullmatch(child.get("name", ""))]


def read_argo(server: Server, run: str) -> Argo:
    """Ask a server for the workflow behind a run; it is empty where the server tells nothing of it."""
    try:
        answer = json.loads(server.text(f"show the workflow of run {run}", f"/apis/v1beta1/runs/{run}"))
        workflow = json.loads(answer["pipeline_runtime"]["workflow_manifest"])
        status = workflow.get("status", {})
        compressed = status.get("compressedNodes", "")
        nodes = json.loads(gzip.decompress(base64.b64decode(compressed))) if compressed else status.get("nodes")
        return Argo(workflow, nodes or {}, bool(compressed))
    except (AttributeError, KeyError, OSError, TypeError, ValueError, ServerRefused, ServerUnavailable):
        return Argo()


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
