"""How good a network is while it is trained: what it finds in a held-back split, compared with the labels."""

from typing import Any

from maskline.contract.kind.training import Learner, Network
from maskline.train.processes.group import ProcessGroup
from maskline.train.processes.stopping import Stop
from maskline.train.read.staged import StagedSplit

RECORDS_AT_ONCE = 4


def validate(
    learner: Learner, network: Network, split: StagedSplit, group: ProcessGroup, stop: Stop
) -> dict[str, float | None]:
    """Score the network on every record of a split, shared out over the processes.

    Returns the learner's scores on the first process, nothing on the others. A process that is asked to stop leaves out
    what it has not seen by then.
    """
    mine = range(group.rank, len(split), group.size)
    results: list[dict[str, Any]] = []
    for start in range(0, len(mine), RECORDS_AT_ONCE):
        if stop.asked:
            break
        samples = [split[number] for number in mine[start : start + RECORDS_AT_ONCE]]
        results += learner.results(network, samples)
    results = group.gather(results)
    return learner.scores(list(split), results) if group.first else {}
