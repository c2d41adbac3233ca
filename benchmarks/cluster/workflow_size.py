"""How large Argo's workflow object grows: every pod leaves nodes in it, and past a size Argo stores it no more.

Past 1 MiB Argo compresses the nodes; if the whole object is still larger, the run ends as failed (Argo Workflows 4.0,
workflow/packer).  Kubeflow Pipelines 2.17, as it comes, stores nodes nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cluster.pipeline import Pipeline
from cluster.pods import Pod, Work, expand

LIMIT_BYTES = 1024 * 1024
NODE_BYTES = 4.2e6 / 981
COMPRESSED_NODE_BYTES = 301e3 / 981
"""Both recorded on 29 November 2026 with Kubeflow Pipelines 2.17.0 and Argo Workflows 4.0.8, in a run with a wide loop:
981 nodes were 4.2 MB of JSON, 301 kB compressed, which is taken to be what the object holds (base64 of gzip)."""
SPECIFICATION_PER_FILE = 68.0 / 26.8
"""What Kubeflow hands to Argo, by what was compiled, as JSON.  Recorded of `retrain` then: 68.0 kB from 26.8 kB."""


@dataclass(frozen=True)
class WorkflowSize:
    """How large the object is at the end of a run."""

    nodes: int
    plain_bytes: float
    """As JSON."""
    stored_bytes: float
    """As it is stored: plain where that fits, else with its nodes compressed."""

    @property
    def fits(self) -> bool:
        """Whether Argo can store it."""
        return self.stored_bytes <= LIMIT_BYTES


def estimate(pipeline: Pipeline, iterations: Mapping[str, int]) -> WorkflowSize:
    """Return the size for a run in which every condition holds.

    iterations: step in a loop -> how many iterations the loop around it has; 0 if it is not named.
    An iteration of one step leaves 12 nodes.  Sources: the constants above and the packer's rule; the count of nodes
    is that of the recorded runs exactly (98 with three iterations).  Raises ValueError for an unknown step.
    """
    return size(pipeline, expand(pipeline, Work(dict.fromkeys(pipeline.steps(), 0.0), iterations)))


def size(pipeline: Pipeline, pods: Iterable[Pod]) -> WorkflowSize:
    """Return the size for a run that started these pods."""
    nodes = sum(pod.nodes for pod in pods)
    specification = pipeline.json_bytes * SPECIFICATION_PER_FILE
    plain = specification + nodes * NODE_BYTES
    compressed = specification + nodes * COMPRESSED_NODE_BYTES
    return WorkflowSize(nodes, plain, plain if plain <= LIMIT_BYTES else compressed)
