"""The champion: a pointer to the best checkpoint of a domain, with everything that led to it.

`models/<domain>/champion.json` is made once, create-only, and replaced only by whoever saw its latest version.
"""

from typing import Literal

from pydantic import Field

from maskline.contract.artifact import open_sealed
from maskline.contract.config import Config, canonical_json, read_document
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.store import Store
from maskline.contract.store.conditions import require_conditions

KEYWORD = "champion"
"""What a run's parameters say for the weights of the reigning champion."""


class Reign(Config):
    """One champion: since when, and by which report."""

    time: str = Field(description="when it was promoted, ISO 8601, UTC")
    checkpoint: str
    report: str = Field(description="the report that made it champion")
    dataset: str = Field(description="what that report is on")
    mask_ap: float
    reason: str
    run: str = Field(
        default="", description="the run that promoted it; empty where that is not known, or it was a hand"
    )


class Champion(Config):
    """The pointer as it is stored."""

    schema_version: Literal["maskline/champion/1"] = "maskline/champion/1"
    checkpoint: str
    report: str
    dataset: str
    mask_ap: float
    history: tuple[Reign, ...] = Field(min_length=1, description="oldest first; the last one reigns")


def crown(reign: Reign, before: Champion | None) -> Champion:
    """Return the pointer after a promotion."""
    return Champion(
        checkpoint=reign.checkpoint,
        report=reign.report,
        dataset=reign.dataset,
        mask_ap=reign.mask_ap,
        history=(*(before.history if before else ()), reign),
    )


def champion_path(domain: str) -> str:
    """Return where a domain's pointer is in the store."""
    return f"models/{domain}/champion.json"


def read_champion(store: Store, domain: str) -> tuple[Champion, str] | None:
    """Return the pointer and its version, or None before the first promotion.  Raises Corrupt."""
    path = champion_path(domain)
    try:
        data, version = store.read_versioned(path)
    except NotFound:
        return None
    return read_document(Champion, data, f"{store.uri}/{path}"), version


def write_champion(store: Store, domain: str, champion: Champion, version: str | None) -> None:
    """Write the pointer.

    version: what it replaces; None creates it.  Raises AlreadyExists or Changed for whoever comes late.
    """
    require_conditions(store)
    data = canonical_json(champion.model_dump(mode="json"))
    if version is None:
        store.create(champion_path(domain), data)
    else:
        store.replace(champion_path(domain), data, version)


def former(champion: Champion, checkpoint: str = "") -> Reign:
    """Return the latest reign of `checkpoint`, or, without one, of the champion before the one that reigns.

    Raises InvalidInput if that never reigned, or reigns now.
    """
    others = [reign for reign in champion.history if reign.checkpoint != champion.checkpoint]
    found = [reign for reign in others if checkpoint in ("", reign.checkpoint)]
    if not found:
        there = ", ".join(sorted({reign.checkpoint for reign in others})) or "none"
        raise InvalidInput(f"{checkpoint or 'an earlier champion'}: no former champion (there are: {there})")
    return found[-1]


def roll_back(store: Store, domain: str, time: str, checkpoint: str = "") -> Champion:
    """Let a former champion reign again, the last one before today's or `checkpoint`; history only grows.

    time: ISO 8601.  Raises NotFound without a champion, or when the former one's files are gone; InvalidInput when
    there is no such former champion; Changed when a promotion came between.
    """
    found = read_champion(store, domain)
    if found is None:
        raise NotFound(f"{store.uri}/{champion_path(domain)} does not exist: {domain} has no champion yet")
    champion, version = found
    earlier = former(champion, checkpoint)
    open_sealed(earlier.checkpoint, "checkpoint")
    reason = f"rolled back by hand from {champion.checkpoint}"
    again = earlier.model_copy(update={"time": time, "reason": reason, "run": ""})
    restored = crown(again, champion)
    write_champion(store, domain, restored, version)
    return restored
