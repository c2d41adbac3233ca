"""What a run of the workflow decided: `models/<domain>/runs/<run>.json`, written once, by the run's promotion.

A retried pod finds its own run's record and decides nothing twice. The records also say what recent runs need.
"""

from typing import Literal

from pydantic import Field

from maskline.contract.config import Config, canonical_json, read_document
from maskline.contract.errors import AlreadyExists, NotFound
from maskline.contract.store import Store

RUN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""The form of a run's id."""


class Record(Config):
    """One run's decision."""

    schema_version: Literal["maskline/run/1"] = "maskline/run/1"
    run: str = Field(pattern=RUN, description="the run's id on the cluster or here")
    time: str = Field(description="when it was decided, ISO 8601, UTC")
    decision: Literal["promoted", "kept", "unchanged"]
    reason: str
    report: str = Field(description="the challenger's report")
    champion_report: str = Field(description="the champion's report on the same pictures; empty without a champion")
    checkpoint: str = Field(description="the challenger")
    champion: str = Field(description="who reigned afterwards; empty where nobody did")


def record_path(domain: str, run: str) -> str:
    """Return where a run's record is in the store."""
    return f"models/{domain}/runs/{run}.json"


def read_record(store: Store, domain: str, run: str) -> Record | None:
    """Return a run's record, or None if it has decided nothing.  Raises Corrupt."""
    path = record_path(domain, run)
    try:
        data = store.read(path)
    except NotFound:
        return None
    return read_document(Record, data, f"{store.uri}/{path}")


def write_record(store: Store, domain: str, record: Record) -> Record:
    """Write a record, create-only, and return what is there now: of two decisions of one run the first holds."""
    try:
        store.create(record_path(domain, record.run), canonical_json(record.model_dump(mode="json")))
    except AlreadyExists:
        return read_record(store, domain, record.run) or record
    return record


def records(store: Store, domain: str) -> list[Record]:
    """Return the records of a domain, oldest first."""
    runs = [path.rsplit("/", 1)[-1].removesuffix(".json") for path in store.list(f"models/{domain}/runs")]
    found = [record for run in runs if (record := read_record(store, domain, run))]
    return sorted(found, key=lambda record: (record.time, record.run))
