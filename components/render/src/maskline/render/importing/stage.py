"""Import as one call: find, check all of it, write shard by shard, seal.

The documents are held in memory, the pictures of one shard at a time. What is wrong is told of at once, and then
nothing is written. Killed and called again, an import goes on after the last shard that it finished.
"""

from collections.abc import Sequence

from maskline.contract.artifact import Artifact, Manifest, adopt
from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import digest, stage_id
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.render.importing import pictures
from maskline.render.importing.config import ImportConfig
from maskline.render.importing.documents import Document, open_documents
from maskline.render.importing.inventory import Entry, content, take_stock
from maskline.render.importing.labels import convert
from maskline.render.importing.mapping import Categories, settle
from maskline.render.importing.sealing import LISTED, seal
from maskline.render.importing.shards import shards_of, work

STAGE = "import"
MODULES = ("maskline.render", "maskline.contract")
LIBRARIES = ("faster-coco-eval", "numpy", "pillow")


def run(config: ImportConfig, store: Store) -> Artifact:
    """Import a dataset, or find it.

    Raises InvalidInput with one line for each thing that is wrong, NotFound, Changed.
    """
    documents = open_documents(config.sources, config.images, config.split)
    categories = settle(config, documents)
    problems: list[str] = []
    entries = take_stock(documents, problems)
    inputs = {"documents": _content(documents), "pictures": content(entries)}
    meaning = {"name": config.name, "categories": categories.table.model_dump(mode="json"), "mapping": categories.names}
    key = stage_id(STAGE, MODULES, LIBRARIES, meaning, inputs)
    if not problems and (sealed := adopt(store, "dataset", config.name, key)):
        event("import.sealed_already", uri=sealed.uri)
        return sealed
    remarks = _check(entries, categories, problems)
    shards = shards_of(entries)
    for shard in shards:
        work(shard, categories, store, config.name, key)
    return seal(_manifest(config, key, categories, inputs), shards, remarks, store)


def _check(entries: Sequence[Entry], categories: Categories, problems: list[str]) -> list[str]:
    """Check every picture and annotation, and return remarks.  Raises InvalidInput with all that is wrong."""
    remarks = _same_pictures(entries)
    for entry in entries:
        problems += pictures.check(entry, remarks)
        if pictures.has_size(entry.image):
            convert(entry, categories, problems, remarks)
    if problems:
        things = f"{len(problems)} things are" if len(problems) > 1 else "one thing is"
        raise InvalidInput("\n  ".join([f"{things} wrong, so nothing was imported:", *_listed(problems)]))
    return remarks


def _listed(lines: Sequence[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = len(lines) - LISTED
    return [*lines[:LISTED], f"and {more} more"] if more > 0 else list(lines)


def _same_pictures(entries: Sequence[Entry]) -> list[str]:
    first: dict[tuple[str, int], Entry] = {}
    remarks = []
    for entry in entries:
        if entry.sha256 and (other := first.setdefault((entry.sha256, entry.page), entry)) is not entry:
            splits = "" if other.document.split == entry.document.split else f", in split {other.document.split}"
            remarks.append(f"{entry.where}: it is the same picture as {other.image['file_name']}{splits}")
    return remarks


def _content(documents: Sequence[Document]) -> str:
    return f"sha256:{digest(canonical_json([[document.split, document.sha256] for document in documents]))}"


def _manifest(config: ImportConfig, key: str, categories: Categories, inputs: dict[str, str]) -> Manifest:
    return Manifest(
        kind="dataset",
        record="coco/1",
        name=config.name,
        id=key,
        stage=STAGE,
        categories=categories.table,
        config={"mapping": categories.names},
        inputs=inputs,
        files={},
        figures={},
    )
