"""One pass of `maskline artifacts prune`: all that goes, why, and what stays though no run needs it."""

from collections.abc import Collection, Iterator
from datetime import datetime

from maskline.contract.store import Store
from maskline.pipelines.store import prune
from maskline.pipelines.store.leftovers import leftovers


def sweep(store: Store, runs: int, before: datetime, named: Collection[str], *, really: bool) -> Iterator[str]:
    """Yield a line for each thing, removing it if that is meant, and then how much it was.

    runs: the last ones of each domain, which keep what they need.  before: unfinished work that was last written before
    it is given up.  named: URIs of artifacts that go, too.  Raises InvalidInput for a named one that is needed.
    """
    surplus = prune.surplus(store, runs, named)
    if really:
        prune.finish(store)
    word, total = "removing" if really else "would remove", 0
    for artifact in surplus.staying:
        yield f"keeping {artifact.uri}  no run needs it, but no stage can make it again: name it to remove it"
    for artifact in surplus.going:
        size = prune.size(artifact)
        total += size
        yield f"{word} {artifact.uri}  {_megabytes(size)}, {_why(artifact.uri, runs, named)}"
        if really:
            prune.remove(store, artifact)
    gone = {artifact.manifest.prefix for artifact in surplus.going}
    for left in (left for left in leftovers(store, before) if left.folder not in gone):
        total += left.size
        yield f"{word} {len(left.paths)} files in {store.uri}/{left.folder}  {_megabytes(left.size)}, {left.why}"
        if really:
            for path in left.paths:
                store.delete(path)
    yield f"{_megabytes(total)} {'removed' if really else 'would be removed; --yes does it'}"


def _why(uri: str, runs: int, named: Collection[str]) -> str:
    return "named" if uri in named else f"only runs before the last {runs} led to it"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
