"""What every maker of a dataset writes: a shard's pair of files, and the pictures that show what is in the dataset."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from maskline.contract.artifact import FileEntry, read_entry, write_file
from maskline.contract.categories import CategoryTable
from maskline.contract.page.samples import samples_page
from maskline.contract.picture import encode_png
from maskline.contract.preview.preview import Preview
from maskline.contract.preview.sheet import SAMPLES, contact_sheet
from maskline.contract.shard import PAGE, Sample, pack, unpack
from maskline.contract.store import Store

PREVIEW = "preview.png"


def write_pair(
    store: Store, prefix: str, shard: str, samples: Sequence[Sample], categories: CategoryTable
) -> dict[str, FileEntry]:
    """Write the document and the tar of `shard`; return their names and entries."""
    document, archive = pack(samples, categories)
    return {
        f"{shard}.json": write_file(store, prefix, f"{shard}.json", document),
        f"{shard}.tar": write_file(store, prefix, f"{shard}.tar", archive),
    }


def write_preview(
    store: Store, prefix: str, shown: Preview, splits: Mapping[str, Mapping[str, Any]]
) -> dict[str, FileEntry]:
    """Write what people look at, a contact sheet and a page.

    shown: the first samples.  splits: name -> figures of the dataset's splits.  Returns names and entries of the files.
    """
    return {
        PREVIEW: write_file(store, prefix, PREVIEW, encode_png(contact_sheet(shown))),
        PAGE: write_file(store, prefix, PAGE, page_of(prefix, shown, splits).encode()),
    }


def first_samples(store: Store, prefix: str, shard: str, written: Mapping[str, FileEntry]) -> list[Sample]:
    """Return the samples that a preview shows, of a shard whose files are `written`.  Raises NotFound, Corrupt."""
    document, archive = (read_entry(store, prefix, written[f"{shard}.{suffix}"]) for suffix in ("json", "tar"))
    return list(islice(unpack(document, archive), SAMPLES))


def page_of(prefix: str, shown: Preview, splits: Mapping[str, Mapping[str, Any]], drawn_of: int = 0) -> str:
    """Return the page of a dataset.  drawn_of: how many samples there will be, where it is not complete yet."""
    counts = ", ".join(f"{figures['samples']:,} samples in split {name}" for name, figures in splits.items())
    lead = f"{counts}." if not drawn_of else f"The first of {drawn_of:,} samples, drawn before all others: {counts}."
    instances = {name: figures["instances"] for name, figures in splits.items()}
    return samples_page(prefix.rpartition("/")[2], lead, shown, instances)
