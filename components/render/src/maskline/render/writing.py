"""What every maker of a dataset writes: a shard's pair of files, and the picture that shows what is in the dataset."""

from collections.abc import Sequence

from maskline.contract.artifact import FileEntry, write_file
from maskline.contract.categories import CategoryTable
from maskline.contract.picture import encode_png
from maskline.contract.preview.sheet import SAMPLES, contact_sheet
from maskline.contract.shard import Sample, pack, unpack
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


def write_preview(store: Store, prefix: str, shard: str, categories: CategoryTable) -> dict[str, FileEntry]:
    """Write a contact sheet of the first samples of `shard`, which is written already; return its name and entry."""
    samples = unpack(store.read(f"{prefix}/{shard}.json"), store.read(f"{prefix}/{shard}.tar"))
    shown = [sample for _, sample in zip(range(SAMPLES), samples, strict=False)]
    return {PREVIEW: write_file(store, prefix, PREVIEW, encode_png(contact_sheet(shown, categories)))}
