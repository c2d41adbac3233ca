"""The list of what somebody brought: known by content, and kept for the workers."""

from pydantic import TypeAdapter

from maskline.contract.config import canonical_json
from maskline.contract.identity import digest
from maskline.contract.kind.prediction import Listed
from maskline.contract.store import Store

LISTING = TypeAdapter(list[Listed])


def content(listed: list[Listed]) -> str:
    """Return what stands for the records in an identity: names and bytes count, not where they are."""
    return "sha256:" + digest(canonical_json([[record.file_name, record.sha256] for record in listed]))


def keep_listing(store: Store, id: str, listed: list[Listed]) -> None:  # noqa: A002 - the contract's word
    """Leave the list where the workers find it; it dies with the other unsealed work."""
    store.write(_place(id), LISTING.dump_json(listed))


def read_listing(store: Store, id: str) -> list[Listed]:  # noqa: A002
    """Return the list that the plan left.  Raises NotFound."""
    return LISTING.validate_json(store.read(_place(id)))


def _place(id: str) -> str:  # noqa: A002
    return f"work/{id}/pictures.json"
