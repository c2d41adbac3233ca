"""Retention: which artifacts of former runs nobody needs any more, and how they go.

Needed is what the champion of each category table, the champion before it (a roll-back returns to it) and the last runs
of each domain were made from; the champion that a training started from is not, since its weights live on in what
became of them. Removed is only what the record of an older run leads to, so a dataset that was never used and
predictions on somebody's own pictures stay. Records stay too: they are the history.

A run that is at work has no record yet, and may count on finding what an older one made: prune between runs.
"""

from collections.abc import Iterable

from maskline.contract.artifact import FOLDERS, MANIFEST, Artifact, open_sealed
from maskline.contract.champion import Champion, thrones
from maskline.contract.errors import NotFound, NotSealed
from maskline.contract.runs.record import Record, records
from maskline.contract.store import Store

_MARKS = "work/prune"
_ANCESTOR = "starting_weights"


def surplus(store: Store, runs: int) -> list[Artifact]:
    """Return the sealed artifacts that nobody needs when the last `runs` runs of each domain are kept, by URI."""
    needed, former = set[str](), set[str]()
    for domain in sorted({path.split("/")[1] for path in store.list("models")}):
        recorded = records(store, domain)
        older, last = recorded[: len(recorded) - runs], recorded[max(0, len(recorded) - runs) :]
        needed |= _of_runs(last)
        former |= _of_runs(older)
    for throne in thrones(store):
        needed |= _of_champion(throne.champion)
    kept = _made_from(store, needed)
    return [artifact for uri, artifact in sorted(_made_from(store, former).items()) if uri not in kept]


def size(artifact: Artifact) -> int:
    """Return how many bytes an artifact's files have."""
    return sum(entry.size for entry in artifact.manifest.files.values())


def remove(store: Store, artifact: Artifact) -> None:
    """Remove an artifact: first its manifest, so that nobody begins to read it, then its files.

    A mark tells `finish` what a killed removal has left.
    """
    store.write(f"{_MARKS}/{artifact.manifest.prefix}", b"")
    store.delete(f"{artifact.manifest.prefix}/{MANIFEST}")
    _clear(store, artifact.manifest.prefix)


def finish(store: Store) -> None:
    """Finish the removals that were killed; what has been sealed or begun again since then stays."""
    for mark in store.list(_MARKS):
        prefix = mark.removeprefix(f"{_MARKS}/")
        if store.list(f"work/{prefix.rsplit('-', 1)[-1]}") or store.exists(f"{prefix}/{MANIFEST}"):
            store.delete(mark)
        else:
            _clear(store, prefix)


def _clear(store: Store, prefix: str) -> None:
    for path in store.list(prefix):
        store.delete(path)
    store.delete(f"{_MARKS}/{prefix}")


def _of_champion(champion: Champion) -> set[str]:
    """Return what the champion and the one before it are known by."""
    before = [reign for reign in champion.history if reign.checkpoint != champion.checkpoint][-1:]
    reigns = [champion.history[-1], *before]
    return {uri for reign in reigns for uri in (reign.checkpoint, reign.report, reign.dataset)}


def _of_runs(runs: Iterable[Record]) -> set[str]:
    return {uri for run in runs for uri in (run.checkpoint, run.report, run.champion_report) if uri}


def _made_from(store: Store, uris: set[str]) -> dict[str, Artifact]:
    """Return the sealed artifacts of this store among `uris`, and those that they were made from, by URI."""
    found: dict[str, Artifact] = {}
    waiting = set(uris)
    while waiting:
        uri = waiting.pop()
        folder = uri.removeprefix(f"{store.uri}/").split("/")[0]
        kind = next((kind for kind, name in FOLDERS.items() if name == folder), None)
        if uri in found or kind is None:
            continue
        try:
            found[uri] = open_sealed(uri, kind)
        except (NotFound, NotSealed):  # removed earlier
            continue
        waiting |= {of for role, of in found[uri].manifest.inputs.items() if role != _ANCESTOR}
    return found
