"""Sealed artifacts: a prefix in the store whose manifest is written last, once, and lists every file.

Order of a write: bytes, receipt, manifest.  Without a manifest nobody may read the prefix; with one nothing in
it changes.  `docs/contract.md` shows an example of each kind.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import Field

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config, canonical_json, read_document
from maskline.contract.errors import AlreadyExists, Corrupt, InvalidInput, NotFound, NotSealed
from maskline.contract.identity import digest
from maskline.contract.published import uri_of, words
from maskline.contract.store import Store, open_store
from maskline.contract.store.conditions import require_conditions

Kind = Literal["dataset", "checkpoint", "thresholds", "predictions", "report"]
FOLDERS: dict[Kind, str] = {
    "dataset": "datasets",
    "checkpoint": "checkpoints",
    "thresholds": "thresholds",
    "predictions": "predictions",
    "report": "reports",
}
MANIFEST = "manifest.json"
RECEIPT_SUFFIX = ".json"
KEY_DIGITS = 12
FIRST_RECORD = "coco/1"
"""The kind of record that there was before others."""


class FileEntry(Config):
    """One file of an artifact."""

    key: str = Field(description="where its bytes are, relative to the artifact's prefix")
    size: int = Field(ge=0, description="bytes")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Receipt(Config):
    """What one unit of fanned-out work left in the store."""

    files: dict[str, FileEntry] = Field(description="file name in the artifact -> entry")
    figures: dict[str, Any]


class Manifest(Config):
    """What an artifact is, what it was made from, and every file it holds."""

    schema_version: Literal["maskline/manifest/1"] = "maskline/manifest/1"
    kind: Kind
    record: str = Field(
        pattern=r"^([a-z]+/[0-9]+)?$",
        description="the kind of record it is about; empty in old checkpoints and reports: they are about pictures",
    )
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="the preset, for people")
    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    stage: str
    categories: CategoryTable
    config: dict[str, Any]
    inputs: dict[str, str] = Field(description="role -> URI of an artifact, or sha256:... of anything else")
    files: dict[str, FileEntry] = Field(description="file name -> entry")
    figures: dict[str, Any] = Field(description="numbers that people and later stages ask for")

    @property
    def of(self) -> str:
        """The kind of record that it is about.  What was sealed before manifests told is about pictures."""
        return self.record or FIRST_RECORD

    @property
    def prefix(self) -> str:
        """The artifact's folder in the store, e.g. `datasets/demo-0123456789ab`."""
        return place(self.kind, self.name, self.id)


class Artifact:
    """A sealed artifact, open for reading."""

    def __init__(self, store: Store, manifest: Manifest) -> None:
        self.store = store
        self.manifest = manifest

    @property
    def uri(self) -> str:
        """What stages hand to each other."""
        return f"{self.store.uri}/{self.manifest.prefix}"

    def read(self, name: str) -> bytes:
        """Return the bytes of the file `name`.

        Raises NotFound if the manifest lists no such file, Corrupt if its size or sha256 is not what the manifest says.
        """
        entry = self.manifest.files.get(name)
        if entry is None:
            raise NotFound(f"{self.uri} holds no file '{name}'")
        return read_entry(self.store, self.manifest.prefix, entry)


def place(kind: Kind, name: str, id: str) -> str:  # noqa: A002 - the contract's word
    """Return the prefix of an artifact in its store."""
    return f"{FOLDERS[kind]}/{name}-{id}"


def find_sealed(store: Store, kind: Kind, name: str, id: str) -> Artifact | None:  # noqa: A002
    """Return the artifact if it is sealed, else None."""
    try:
        return Artifact(store, _read_manifest(store, place(kind, name, id)))
    except NotFound:
        return None


def adopt(store: Store, kind: Kind, name: str, id: str) -> Artifact | None:  # noqa: A002
    """Return the artifact if it is sealed, and clear the work that a killed or slower maker of it left."""
    artifact = find_sealed(store, kind, name, id)
    if artifact:
        clear_work(store, id)
    return artifact


def located(name: str) -> str:
    """Return the URI of an artifact that is named by its URI, or by a word under which an installed package offers it.

    Raises InvalidInput for a word that no package offers.
    """
    if "/" in name:
        return name
    known = words()
    if name in known:
        return uri_of(name)
    raise InvalidInput(
        f"'{name}' is no artifact: it must be a URI, or a word under which an installed package offers one (there are: "
        f"{', '.join(known) or 'none'})"
    )


def open_sealed(uri: str, kind: Kind) -> Artifact:
    """Open the artifact at `uri`, which may be a word: see `located`.

    Raises NotFound if nothing is there, NotSealed if its manifest is missing, InvalidInput if it is of another kind or
    not an artifact's URI.
    """
    root, prefix = _split(located(uri))
    store = open_store(root)
    try:
        manifest = _read_manifest(store, prefix)
    except NotFound:
        if store.list(prefix):
            raise NotSealed(f"{uri} has no {MANIFEST}: it was never finished") from None
        raise NotFound(f"{uri} does not exist: a {kind} was expected there") from None
    if manifest.kind != kind:
        raise InvalidInput(f"{uri} is of kind {manifest.kind}, but a {kind} was expected")
    return Artifact(store, manifest)


def write_file(store: Store, prefix: str, name: str, data: bytes) -> FileEntry:
    """Write one file of an artifact that is being made.

    Its key is `<name>/<sha256, shortened><suffix>`.  Other bytes, of another processor for one, have another key, so
    a maker that ends after another has sealed takes nothing from under the manifest.
    Raises InvalidInput for a server on which nothing can be sealed: see `require_conditions`.
    """
    require_conditions(store)
    sha256, suffix = digest(data), PurePosixPath(name).suffix
    key = f"{name.removesuffix(suffix)}/{sha256[:KEY_DIGITS]}{suffix}"
    store.write(f"{prefix}/{key}", data)
    return FileEntry(key=key, size=len(data), sha256=sha256)


def read_entry(store: Store, prefix: str, entry: FileEntry) -> bytes:
    """Return the bytes of a file of the artifact at `prefix`, sealed or not.

    Raises NotFound, and Corrupt if its size or sha256 is not what the entry says.
    """
    data, where = store.read(f"{prefix}/{entry.key}"), f"{store.uri}/{prefix}/{entry.key}"
    if len(data) != entry.size:
        raise Corrupt(f"{where} has {len(data)} bytes, its manifest says {entry.size}")
    if digest(data) != entry.sha256:
        raise Corrupt(f"{where} has sha256 {digest(data)}, its manifest says {entry.sha256}")
    return data


def write_receipt(store: Store, id: str, unit: str, receipt: Receipt) -> None:  # noqa: A002
    """Record that `unit` of the work towards artifact `id` is done; a retried pod skips it."""
    store.write(_receipt(id, unit), canonical_json(receipt.model_dump(mode="json")))


def read_receipt(store: Store, id: str, unit: str) -> Receipt | None:  # noqa: A002
    """Return the receipt of `unit`, or None if that work is not done."""
    try:
        return Receipt.model_validate_json(store.read(_receipt(id, unit)))
    except NotFound:
        return None


def units_done(store: Store, id: str) -> frozenset[str]:  # noqa: A002
    """Return the units of the work towards artifact `id` that have a receipt; one question, however many there are."""
    folder = f"{_work(id)}/receipts"
    return frozenset(path.removeprefix(f"{folder}/").removesuffix(RECEIPT_SUFFIX) for path in store.list(folder))


def read_receipts(store: Store, id: str, units: Sequence[str]) -> dict[str, Receipt]:  # noqa: A002
    """Return the receipts of all `units`.

    Raises NotFound at the first that is missing: its work was never finished, or the artifact has been sealed since.
    """
    receipts = {}
    for unit in units:
        receipt = read_receipt(store, id, unit)
        if receipt is None:
            raise NotFound(f"{unit} of artifact {id} has no receipt: that work was never finished")
        receipts[unit] = receipt
    return receipts


def seal(store: Store, manifest: Manifest) -> Artifact:
    """Write the manifest, create-only, and clear the work folder.

    Whoever comes second adopts the manifest that is there.
    """
    require_conditions(store)
    path = f"{manifest.prefix}/{MANIFEST}"
    try:
        store.create(path, canonical_json(manifest.model_dump(mode="json")))
    except AlreadyExists:
        manifest = _read_manifest(store, manifest.prefix)
    clear_work(store, manifest.id)
    return Artifact(store, manifest)


def clear_work(store: Store, id: str) -> None:  # noqa: A002
    """Delete the receipts and resume state of a sealed artifact."""
    for path in store.list(_work(id)):
        store.delete(path)


def _receipt(id: str, unit: str) -> str:  # noqa: A002
    return f"{_work(id)}/receipts/{unit}{RECEIPT_SUFFIX}"


def _work(id: str) -> str:  # noqa: A002
    return f"work/{id}"


def _read_manifest(store: Store, prefix: str) -> Manifest:
    path = f"{prefix}/{MANIFEST}"
    return read_document(Manifest, store.read(path), f"{store.uri}/{path}")


def _split(uri: str) -> tuple[str, str]:
    """Split `<store>/<folder>/<name>-<id>` into the store's URI and the prefix."""
    parts = uri.rstrip("/").rsplit("/", 2)
    if len(parts) < 3 or parts[1] not in FOLDERS.values() or not parts[0]:
        folders = ", ".join(FOLDERS.values())
        raise InvalidInput(f"'{uri}' is no artifact: it must end in <folder>/<name>-<id>, folder one of {folders}")
    return parts[0], f"{parts[1]}/{parts[2]}"
