"""How good a network is while it is trained: what it finds in a held-back split, compared with the labels."""

from typing import Any

from maskline.contract.kind.training import Learner, Network
from maskline.train.place import Place
from maskline.train.spool import Spool
from maskline.train.stopping import Stop

RECORDS_AT_ONCE = 4


def validate(learner: Learner, network: Network, spool: Spool, place: Place, stop: Stop) -> dict[str, float | None]:
    """Score the network on every record of the spool, shared out over the processes.

    Returns the learner's scores on the first process, nothing on the others. A process that is asked to stop leaves out
    what it has not seen by then.
    """
    mine = range(place.rank, len(spool), place.size)
    results: list[dict[str, Any]] = []
    for start in range(0, len(mine), RECORDS_AT_ONCE):
        if stop.asked:
            break
        samples = [spool[number] for number in mine[start : start + RECORDS_AT_ONCE]]
        results += learner.results(network, samples)
    results = place.gather(results)
    return learner.scores(list(spool), results) if place.first else {}
