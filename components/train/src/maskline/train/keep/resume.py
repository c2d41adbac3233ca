"""Resume state under `work/<id>/`: a new object, then the pointer to it, so that a kill leaves the older or the newer.

At most two objects are kept, so that a reader of the older pointer still finds what it points to.
"""

from maskline.contract.config import Config
from maskline.contract.errors import NotFound
from maskline.contract.identity import digest
from maskline.contract.log import event
from maskline.contract.store import Store


class Pointer(Config):
    """The newest whole state."""

    path: str
    sha256: str
    step: int


def save(store: Store, id: str, attempt: str, step: int, state: bytes) -> None:  # noqa: A002 - the contract's word
    """Keep the state after `step` steps.  attempt: keeps objects of two trainers on one id apart."""
    before = _pointer(store, id)
    path = f"{_folder(id)}/{attempt}-{step:08d}.pt"
    store.write(path, state)
    pointer = Pointer(path=path, sha256=digest(state), step=step)
    store.write(_pointer_path(id), pointer.model_dump_json().encode())
    keep = {path, _pointer_path(id), before.path if before else ""}
    for old in store.list(_folder(id)):
        if old not in keep:
            store.delete(old)


def fetch(store: Store, id: str) -> bytes | None:  # noqa: A002
    """Return the newest state, or None if there is none or it is damaged: that costs time only."""
    pointer = _pointer(store, id)
    if pointer is None:
        return None
    try:
        state = store.read(pointer.path)
    except NotFound:
        state = b""
    if digest(state) == pointer.sha256:
        return state
    event("train.resume_state_lost", path=pointer.path)
    return None


def kept_step(store: Store, id: str) -> int | None:  # noqa: A002
    """Return how many steps the newest state has seen, or None if there is none."""
    pointer = _pointer(store, id)
    return pointer.step if pointer else None


def _pointer(store: Store, id: str) -> Pointer | None:  # noqa: A002
    try:
        return Pointer.model_validate_json(store.read(_pointer_path(id)))
    except NotFound:
        return None


def _folder(id: str) -> str:  # noqa: A002
    return f"work/{id}/resume"


def _pointer_path(id: str) -> str:  # noqa: A002
    return f"{_folder(id)}/newest.json"
