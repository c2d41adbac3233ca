"""What one run costs."""

from dataclasses import dataclass

from cluster.controller import Cluster, simulate
from cluster.pods import expand, longest_chain
from cluster.scenarios import Scenario
from cluster.workflow_size import WorkflowSize, size

OFTEN_S = 1.0
"""The DEFAULT_REQUEUE_TIME that is shown beside Argo's own."""


@dataclass(frozen=True)
class Cost:
    """Pods, seconds, and the size of Argo's object."""

    pods: int
    chain: list[str]
    """The most pods that follow one another."""
    work: float
    """Seconds that the containers work, added up."""
    seconds: float
    """Seconds from the start of the run to its end."""
    seconds_looked_at_often: float
    """The same with a look every OFTEN_S seconds."""
    workflow: WorkflowSize


def cost(scenario: Scenario, side: str) -> Cost:
    """Work out what a run of one side costs."""
    pipeline = scenario.pipelines[side]
    pods = expand(pipeline, scenario.work[side])
    seconds, _ = simulate(pods, Cluster(cores=scenario.cores))
    often, _ = simulate(pods, Cluster(OFTEN_S, scenario.cores))
    work = sum(pod.work_s for pod in pods)
    return Cost(len(pods), longest_chain(pods), work, seconds, often, size(pipeline, pods))
