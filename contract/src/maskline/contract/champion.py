"""The champion: a pointer to the best checkpoint of a category table, with everything that led to it.

Models of other classes cannot be compared, so every table of a domain has a champion of its own, in the folder that
its key names. `models/<domain>/<table>/champion.json` is made once, create-only, and replaced only by whoever saw its
latest version.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from maskline.contract.artifact import Kind, open_sealed
from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config, canonical_json, read_document
from maskline.contract.errors import (
    AccessDenied,
    AlreadyExists,
    Corrupt,
    InvalidInput,
    NotFound,
    NotSealed,
    StoreUnavailable,
)
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.contract.store.conditions import require_conditions

KEYWORD = "champion"
"""What a run's parameters say for the weights of the reigning champion."""
UNKNOWN = "unknown"
"""The table of a champion of whom no file is left that could tell it."""
GONE = (NotFound, NotSealed, Corrupt, InvalidInput)
"""How an artifact is met that is no use any more, tried again or not."""


class Measured(Config):
    """The headline figure of a report, under the name that its kind of record gives it."""

    measure: str = Field(description="what the figure is called, e.g. mask AP")

    @model_validator(mode="before")
    @classmethod
    def _of_pictures(cls, values: Any) -> Any:
        """Read what was written when there were pictures only: `mask_ap`."""
        if not isinstance(values, Mapping) or "mask_ap" not in values:
            return values
        told = {name: value for name, value in values.items() if name != "mask_ap" and value != "maskline/champion/1"}
        return told | {"measure": "mask AP", "figure": values["mask_ap"]}


class Reign(Measured):
    """One champion: since when, and by which report."""

    time: str = Field(description="when it was promoted, ISO 8601, UTC")
    checkpoint: str
    report: str = Field(description="the report that made it champion")
    dataset: str = Field(description="what that report is on")
    figure: float
    reason: str
    run: str = Field(
        default="", description="the run that promoted it; empty where that is not known, or it was a hand"
    )
    retired: str = Field(default="", description="when it was retired by hand, ISO 8601, UTC; empty where it was not")


class Champion(Measured):
    """The pointer as it is stored.  All but the history is empty while nobody reigns."""

    schema_version: Literal["maskline/champion/2"] = "maskline/champion/2"
    checkpoint: str
    report: str
    dataset: str
    figure: float | None
    history: tuple[Reign, ...] = Field(min_length=1, description="oldest first; the last one reigns unless retired")


class Throne(NamedTuple):
    """The pointer of one category table."""

    domain: str
    table: str
    champion: Champion

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.domain}/{self.table}"


def crown(reign: Reign, before: Champion | None) -> Champion:
    """Return the pointer after a promotion."""
    return Champion(
        checkpoint=reign.checkpoint,
        report=reign.report,
        dataset=reign.dataset,
        measure=reign.measure,
        figure=reign.figure,
        history=(*(before.history if before else ()), reign),
    )


def champion_path(domain: str, table: str) -> str:
    """Return where the pointer of a domain's category table is in the store.  table: the table's key."""
    return f"models/{domain}/{table}/champion.json"


def read_champion(store: Store, domain: str, table: str) -> tuple[Champion, str] | None:
    """Return the pointer and its version, or None before the first promotion.  Raises Corrupt."""
    path = champion_path(domain, table)
    found = _read(store, path)
    if found:
        return found
    unmoved = _move_former(store, domain)
    if unmoved and unmoved[0] == table:
        return unmoved[1:]
    return _read(store, path)


def write_champion(store: Store, domain: str, table: str, champion: Champion, version: str | None) -> None:
    """Write the pointer.

    version: what it replaces; None creates it.  Raises AlreadyExists or Changed for whoever comes late.
    """
    require_conditions(store)
    path, data = champion_path(domain, table), canonical_json(champion.model_dump(mode="json"))
    if version is None:
        store.create(path, data)
    else:
        store.replace(path, data, version)


def reigning(store: Store, domain: str, table: str) -> str:
    """Return the URI of the checkpoint that reigns, or "" where none does.  Raises Corrupt."""
    found = read_champion(store, domain, table)
    return found[0].checkpoint if found else ""


def thrones(store: Store, domain: str = "") -> list[Throne]:
    """Return every pointer of a domain, or of all of them, whether somebody reigns or not.  Raises Corrupt."""
    below = f"models/{domain}" if domain else "models"
    former = [path.split("/")[1] for path in store.list(below) if _is_pointer(path, depth=2)]
    places = {(named, unmoved[0]) for named in former if (unmoved := _move_former(store, named))}
    places |= {(path.split("/")[1], path.split("/")[2]) for path in store.list(below) if _is_pointer(path, depth=3)}
    found = ((*place, read_champion(store, *place)) for place in sorted(places))
    return [Throne(named, table, pointer[0]) for named, table, pointer in found if pointer]


def only_champion(store: Store, domain: str = "") -> str:
    """Return the URI of the one checkpoint that reigns in a domain, or in the whole store.

    Raises NotFound where none does, InvalidInput naming them where several do.
    """
    found = [throne for throne in thrones(store, domain) if throne.champion.checkpoint]
    if not found:
        of = f" of domain '{domain}'" if domain else ""
        raise NotFound(f"{store.uri} holds no champion{of} yet: train one, or name a checkpoint")
    if len(found) > 1:
        there = ", ".join(f"{throne.name}: {throne.champion.checkpoint}" for throne in found)
        raise InvalidInput(f"{store.uri} holds {len(found)} champions, one for each category table: name one ({there})")
    return found[0].champion.checkpoint


def lost(checkpoint: str) -> str:
    """Say why nobody can use a champion any more, its files being gone or damaged; "" where they are whole.

    Reads them all.
    """
    try:
        artifact = open_sealed(checkpoint, "checkpoint")
        for name in artifact.manifest.files:
            artifact.read(name)
    except GONE as fault:
        return str(fault)
    return ""


def champion_over(table: CategoryTable, store: Store) -> str:
    """Return the URI of the checkpoint that reigns over a category table.  Raises NotFound where none does."""
    champion = reigning(store, table.domain, table.key)
    if not champion:
        raise NotFound(f"{store.uri} holds no champion of {table.domain}/{table.key} yet: name a checkpoint")
    return champion


def named_weights(starting_weights: str, domain: str, table: str, store: Store) -> str:
    """Return what training starts from: where the champion is asked for, its URI.

    It is "" before there is a champion, and where its files are lost, which is told.
    """
    if starting_weights != KEYWORD:
        return starting_weights
    checkpoint = reigning(store, domain, table)
    if checkpoint and (why := lost(checkpoint)):
        event("champion.lost", checkpoint=checkpoint, reason=why)
        return ""
    return checkpoint


def _is_pointer(path: str, depth: int) -> bool:
    return path.endswith("/champion.json") and path.count("/") == depth


def _read(store: Store, path: str) -> tuple[Champion, str] | None:
    try:
        data, version = store.read_versioned(path)
    except NotFound:
        return None
    return read_document(Champion, data, f"{store.uri}/{path}"), version


def _move_former(store: Store, domain: str) -> tuple[str, Champion, str] | None:
    """Move the one pointer that a domain had before, models/<domain>/champion.json, to the table that it is of.

    Of many who do it at once the first one's copy stays, and so does what has become of it since; killed in between,
    the next one ends it.  Returns None, or the table, the pointer and its version where nothing may be written.
    """
    former = f"models/{domain}/champion.json"
    found = _read(store, former)
    if found is None:
        return None
    table = _table_of(found[0])
    try:
        write_champion(store, domain, table, found[0], None)
    except AlreadyExists:
        there = _read(store, champion_path(domain, table))
        if there and not set(found[0].history) <= set(there[0].history):
            event("champion.passed_over", former=former, checkpoint=found[0].checkpoint, reigns=there[0].checkpoint)
    except (AccessDenied, StoreUnavailable) as fault:
        event("champion.not_moved", former=former, reason=fault)
        return (table, *found)
    with suppress(AccessDenied):
        store.delete(former)
    return None


def _table_of(champion: Champion) -> str:
    """Return the table of a pointer that does not say it: what is left of its reigns does."""
    for uri, kind in _known_by(champion):
        with suppress(*GONE):
            return open_sealed(uri, kind).manifest.categories.key
    return UNKNOWN


def _known_by(champion: Champion) -> Iterator[tuple[str, Kind]]:
    for reign in reversed(champion.history):
        yield reign.checkpoint, "checkpoint"
        yield reign.report, "report"
        yield reign.dataset, "dataset"
