"""Retention: which artifacts of former runs nobody needs any more, and how they go.

Needed is what the champion of each category table, the champion before it (a roll-back returns to it) and the last runs
of each domain were made from; of the weights that their trainings started from the checkpoint, but not what that was
made from in its turn, or every champion of a schedule would stay for ever; and the datasets that reports which stay are
on. Removed is only what the record of an older run leads to, so a dataset that was never used and predictions on
somebody's own pictures stay, and so does what no stage can make again, unless it is named. Thresholds go with their
checkpoint. Records stay too: they are the history.

A run that is at work has no record yet, and may count on finding what an older one made: prune between runs.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from maskline.contract.artifact import FOLDERS, MANIFEST, Artifact, open_sealed
from maskline.contract.champion import Champion, thrones
from maskline.contract.errors import InvalidInput, NotFound, NotSealed
from maskline.contract.runs.record import Record, records
from maskline.contract.store import Store
from maskline.contract.thresholds import let_go
from maskline.pipelines.store.listing import open_any, sealed

_MARKS = "work/prune"
_ANCESTOR = "starting_weights"


class Surplus(NamedTuple):
    """The sealed artifacts that no run needs any more, by URI."""

    going: list[Artifact]
    staying: list[Artifact]
    """No stage can make them again, and nobody names them."""


def surplus(store: Store, runs: int, named: Collection[str] = ()) -> Surplus:
    """Return what nobody needs when the last `runs` runs of each domain are kept.

    named: URIs of artifacts that shall go, too, whatever they are.
    Raises InvalidInput for one that is needed, or in another store; NotFound, NotSealed.
    """
    asked = {artifact.uri: artifact for artifact in map(open_any, named)}
    for artifact in asked.values():
        if artifact.store.uri != store.uri:
            raise InvalidInput(f"{artifact.uri} is not in {store.uri}: only what is there can be removed")
    kept, unneeded = _parted(store, runs, asked)
    for uri in asked.keys() & kept:
        raise InvalidInput(f"{uri} is needed by a champion, by one of the last {runs} runs, or by a report that stays")
    going = {uri: artifact for uri, artifact in unneeded.items() if can_be_made_again(artifact)} | asked
    return Surplus(
        going=[going[uri] for uri in sorted(going)], staying=[unneeded[uri] for uri in sorted(unneeded.keys() - going)]
    )


def can_be_made_again(artifact: Artifact) -> bool:
    """Say whether a stage makes it from what the store holds, or from a source that is told by its contents.

    Not so what was brought from elsewhere: an imported dataset, predictions of no checkpoint.
    """
    manifest = artifact.manifest
    return manifest.stage != "import" and (manifest.kind != "predictions" or "checkpoint" in manifest.inputs)


def _parted(store: Store, runs: int, named: Collection[str]) -> tuple[set[str], dict[str, Artifact]]:
    """Return the URIs that are needed, and the artifacts that only older runs led to."""
    needed, former = set[str](), set[str]()
    for domain in sorted({path.split("/")[1] for path in store.list("models")}):
        recorded = records(store, domain)
        older, last = recorded[: len(recorded) - runs], recorded[max(0, len(recorded) - runs) :]
        needed |= _of_runs(last)
        former |= _of_runs(older)
    for throne in thrones(store):
        needed |= _of_champion(throne.champion)
    kept = {*_made_from(store, needed)}
    unneeded = {uri: artifact for uri, artifact in _made_from(store, former).items() if uri not in kept}
    there = [*sealed(store)]
    gone = {*unneeded, *named}
    thresholds = (artifact for artifact in there if artifact.manifest.kind == "thresholds")
    unneeded |= {of.uri: of for of in thresholds if of.manifest.inputs["checkpoint"] in gone}
    reports = (artifact for artifact in there if artifact.manifest.kind == "report")
    staying = (report for report in reports if report.uri not in unneeded and report.uri not in named)
    kept |= {report.manifest.inputs.get("dataset", "") for report in staying}
    return kept, {uri: artifact for uri, artifact in unneeded.items() if uri not in kept}


def size(artifact: Artifact) -> int:
    """Return how many bytes an artifact's files have."""
    return sum(entry.size for entry in artifact.manifest.files.values())


def remove(store: Store, artifact: Artifact) -> None:
    """Remove an artifact: first its manifest, so that nobody begins to read it, then its files.

    A mark tells `finish` what a killed removal has left.
    """
    if artifact.manifest.kind in {"checkpoint", "thresholds"}:
        let_go(store, artifact)
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
    waiting, ancestors = set(uris), set[str]()
    while waiting:
        uri = waiting.pop()
        if uri not in found and (artifact := _here(store, uri)):
            found[uri] = artifact
            inputs = artifact.manifest.inputs
            ancestors |= {of for role, of in inputs.items() if role == _ANCESTOR}
            waiting |= {of for role, of in inputs.items() if role != _ANCESTOR}
    return found | {uri: artifact for uri in ancestors - found.keys() if (artifact := _here(store, uri))}


def _here(store: Store, uri: str) -> Artifact | None:
    """Return the sealed artifact if it is one of this store's, and still there."""
    folder = uri.removeprefix(f"{store.uri}/").split("/")[0]
    kind = next((kind for kind, name in FOLDERS.items() if name == folder), None)
    try:
        return open_sealed(uri, kind) if kind else None
    except (NotFound, NotSealed):
        return None
