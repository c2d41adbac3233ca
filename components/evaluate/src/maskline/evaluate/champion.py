"""The champion: a pointer to the best checkpoint of a domain, with everything that led to it.

`models/<domain>/champion.json` is made once, create-only, and replaced only by whoever saw its latest version.
"""

from typing import Literal

from pydantic import Field, ValidationError

from maskline.contract.config import Config, canonical_json
from maskline.contract.errors import Corrupt, NotFound
from maskline.contract.store import Store

SCHEMA: Literal["maskline/champion/1"] = "maskline/champion/1"


class Reign(Config):
    """One champion: since when, and by which report."""

    time: str = Field(description="when it was promoted, ISO 8601, UTC")
    checkpoint: str
    report: str = Field(description="the report that made it champion")
    dataset: str = Field(description="what that report is on")
    mask_ap: float
    reason: str


class Champion(Config):
    """The pointer as it is stored."""

    schema_version: Literal["maskline/champion/1"] = SCHEMA
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
    try:
        return Champion.model_validate_json(data), version
    except ValidationError as fault:
        found = fault.errors()[0]
        field = ".".join(str(part) for part in found["loc"]) or "the document"
        raise Corrupt(f"{store.uri}/{path} is no pointer of schema {SCHEMA}: {field}: {found['msg']}") from None


def write_champion(store: Store, domain: str, champion: Champion, version: str | None) -> None:
    """Write the pointer.

    version: what it replaces; None creates it.  Raises AlreadyExists or Changed for whoever comes late.
    """
    data = canonical_json(champion.model_dump(mode="json"))
    if version is None:
        store.create(champion_path(domain), data)
    else:
        store.replace(champion_path(domain), data, version)
