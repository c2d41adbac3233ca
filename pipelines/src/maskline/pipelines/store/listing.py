"""What is sealed in a store, for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Column, Table

from maskline.contract.artifact import FOLDERS, MANIFEST, Artifact, Kind, Manifest, located, open_sealed
from maskline.contract.champion import thrones
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.evaluation import evaluation_of
from maskline.contract.store import Store

_SHOWN: Mapping[Kind, tuple[str, ...]] = {
    "checkpoint": ("steps", "loss"),
    "thresholds": ("before", "after", "gain"),
    "predictions": ("images", "instances", "unreadable"),
    "report": ("images",),
}
"""What the stages tell of their artifacts, whatever these are about; the headline of the kind of record follows."""


def sealed(store: Store) -> Iterator[Artifact]:
    """Yield every sealed artifact of a store, kind by kind, in the order of their names."""
    kinds: Mapping[Kind, str] = FOLDERS
    for kind, folder in kinds.items():
        for path in store.list(folder):
            if path.count("/") == 2 and path.endswith(f"/{MANIFEST}"):
                yield open_sealed(f"{store.uri}/{path.removesuffix(f'/{MANIFEST}')}", kind)


def overview(artifacts: Iterator[Artifact]) -> Table:
    """Return a table with a line per artifact."""
    table = Table("kind", "name", "id", "key figures", Column("URI", overflow="fold"), box=None, header_style="bold")
    for artifact in artifacts:
        manifest = artifact.manifest
        table.add_row(manifest.kind, manifest.name, manifest.id, _figures(manifest), artifact.uri)
    return table


def reigns(store: Store) -> Table:
    """Return a table with a line per reign of the champions of each domain's category tables, the latest first."""
    found = [(throne, reign) for throne in thrones(store) for reign in reversed(throne.champion.history)]
    measures = sorted({reign.measure for _, reign in found})
    table = Table(
        "domain", "categories", "since", *measures, Column("checkpoint", overflow="fold"), "reason",
        box=None, header_style="bold",
    )  # fmt: skip
    for throne, reign in found:
        until = f"; retired {reign.retired}" if reign.retired else ""
        figures = [f"{reign.figure:.3f}" if reign.measure == measure else "" for measure in measures]
        table.add_row(throne.domain, throne.table, reign.time, *figures, reign.checkpoint, f"{reign.reason}{until}")
    return table


def open_any(uri: str) -> Artifact:
    """Open an artifact of whatever kind.  Raises InvalidInput, NotFound or NotSealed."""
    uri = located(uri)
    folder = uri.rstrip("/").split("/")[-2:][0]
    return open_sealed(uri, next((kind for kind, name in FOLDERS.items() if name == folder), "dataset"))


def details(artifact: Artifact) -> dict[str, Any]:
    """Return everything the manifest says, with the URI."""
    return {"uri": artifact.uri, **artifact.manifest.model_dump(mode="json")}


def _figures(manifest: Manifest) -> str:
    """Return the figures that tell artifacts of one kind apart."""
    found = manifest.figures
    if manifest.kind == "dataset":
        return " ".join(f"{split}={of['samples']}" for split, of in found.get("splits", {}).items())
    names = (*_SHOWN[manifest.kind], *_headline(manifest))
    shown = ((name, found[name]) for name in names if found.get(name) is not None)
    return " ".join(
        f"{name}={len(value) if isinstance(value, list) else format(value, '.4g')}" for name, value in shown
    )


def _headline(manifest: Manifest) -> tuple[str, ...]:
    """Return the name of the figure that stands for all; nothing where that kind of record is not installed."""
    try:
        return (evaluation_of(manifest.of).headline,)
    except InvalidInput:
        return ()
