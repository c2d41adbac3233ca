"""What Argo says of a run: the names of pods, why one waits, how many turns a loop has, whether somebody ended the run.

The workflow behind a run is in the answer of an older API, v1beta1, which Kubeflow 2.17 still serves; it is megabytes
where the run is wide, so it is asked for when there is a question and not at every look. Whatever is told here is an
improvement only: without it pods cannot be read while they live, and waiting has no reason.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import ServerRefused, ServerUnavailable

_POD_NAMES = "workflows.argoproj.io/pod-name-format"


@dataclass(frozen=True)
class Argo:
    """The workflow behind a run, as Argo had it last."""

    workflow: Mapping[str, Any]

    @property
    def message(self) -> str:
        """What became of the whole, "" if there is nothing to say."""
        return _one_line(self._status.get("message", ""))

    @property
    def terminated(self) -> bool:
        """Whether somebody ended the run: Kubeflow sets its time to 0 seconds."""
        return bool(self.workflow.get("spec", {}).get("activeDeadlineSeconds") == 0)

    def pod(self, node: str) -> str:
        """Return the name of the pod of a node, "" if it is not known.  node: its id."""
        found, metadata = self._node(node), self.workflow.get("metadata", {})
        if metadata.get("annotations", {}).get(_POD_NAMES) == "v1":
            return node
        if not found.get("templateName"):
            return ""
        return f"{metadata.get('name', '')}-{found['templateName']}-{node.rpartition('-')[2]}"

    def why(self, node: str) -> str:
        """Return why a node is as it is, "" if there is nothing to say.  node: its id.

        Of a pod that no node has room for, what is missing; what Kubernetes thinks of evicting others is left out.
        """
        message = _one_line(self._node(node).get("message", ""))
        return message.partition(". ")[0] if message.startswith("Unschedulable: ") else message

    def turns(self, driver: str) -> int:
        """Return how many turns a loop has, 0 if that is not known.  driver: the id of what counts them."""
        outputs = self._node(driver).get("outputs", {}).get("parameters", [])
        counts = [value.get("value", "") for value in outputs if value.get("name") == "iteration-count"]
        return int(counts[0]) if counts and str(counts[0]).isdecimal() else 0

    @property
    def _status(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.workflow.get("status", {})
        return found

    def _node(self, node: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (self._status.get("nodes") or {}).get(node, {})
        return found


def read_argo(server: Server, run: str) -> Argo:
    """Ask a server for the workflow behind a run; it is empty where the server tells nothing of it."""
    try:
        answer = json.loads(server.text(f"show the workflow of run {run}", f"/apis/v1beta1/runs/{run}"))
        workflow = json.loads(answer["pipeline_runtime"]["workflow_manifest"])
    except (KeyError, TypeError, ValueError, ServerRefused, ServerUnavailable):
        workflow = {}
    return Argo(workflow if isinstance(workflow, dict) else {})


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
