"""Labelled pictures as an import asks for them: found, checked as a whole, then sample by sample.

The documents are held in memory, pictures one at a time.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import digest
from maskline.contract.kind.exchange import Stock, require_nothing_wrong
from maskline.contract.kind.mapping import Categories, settle
from maskline.contract.shard import Sample
from maskline.pictures.correction.config import MaskRules
from maskline.pictures.correction.corrected import corrected
from maskline.pictures.correction.faults import Faults, told
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats.documents.document import Document, declared, used
from maskline.pictures.exchange.formats.finding import open_documents
from maskline.pictures.exchange.importing import pictures
from maskline.pictures.exchange.importing.inventory import Entry, content, take_stock
from maskline.pictures.exchange.importing.labels import convert
from maskline.pictures.exchange.importing.shares import empty_share, parted, whole

LOOKED_FOR = MaskRules(holes="fill", fragment_share=1, sliver_px=3, double_iou=0.5)
"""What is told of masks, and left as it is: any hole, any second part, lines of less than 3 px, doubles."""


class PictureStock(Stock):
    """The pictures of some COCO documents."""

    def __init__(self, config: PictureImport) -> None:
        """Find the documents and their pictures.  Raises InvalidInput, NotFound."""
        self._problems: list[str] = []
        self._remarks: list[str] = []
        self._percentiles = config.percentiles
        documents = parted(open_documents(whole(config), self._problems, self._remarks), config.split)
        if not documents:
            require_nothing_wrong(self._problems)
        self._remarks += empty_share(documents, config.split)
        self._mapped = _settled(config, documents, self._problems)
        self._entries = take_stock(documents, self._problems)
        self._of_split = _by_split(self._entries)
        self.categories = self._mapped.table
        self.inputs = {"documents": _content(documents), "pictures": content(self._entries)}
        self.meaning = {"mapping": self._mapped.names}
        if config.percentiles:
            self.meaning["percentiles"] = list(config.percentiles)
        self.splits = {split: len(entries) for split, entries in self._of_split.items()}

    def check(self) -> list[str]:
        """Check every picture and annotation."""
        problems, remarks, faults = list(self._problems), [*self._remarks, *_same_pictures(self._entries)], Faults()
        categories = self.categories.categories
        taken = Counter((entry.document.files, entry.path) for entry in self._entries)
        looked_for = dict.fromkeys((category.id for category in categories), LOOKED_FOR)
        for entry in self._entries:
            problems += pictures.check(entry, self._percentiles, taken[entry.document.files, entry.path], remarks)
            if pictures.has_size(entry.image):
                faults += corrected(convert(entry, self._mapped, problems, remarks), looked_for)[1]
        require_nothing_wrong(problems)
        return remarks + _broken(faults, {category.id: category.name for category in categories})

    def samples(self, split: str, first: int, stop: int) -> Iterator[Sample]:
        """Yield pictures as PNG files, with their labels."""
        for entry in self._of_split[split][first:stop]:
            stem = entry.file_name.rpartition(".")[0]
            labels = convert(entry, self._mapped, [], [])
            yield Sample(stem, {"png": pictures.png(entry, self._percentiles)}, pictures.record(entry), labels)


def _settled(config: PictureImport, documents: Sequence[Document], problems: Sequence[str]) -> Categories:
    """Return the categories; what is wrong with them is told with what has been wrong before."""
    try:
        return settle(config, declared(documents), used(documents))
    except InvalidInput as fault:
        require_nothing_wrong([*problems, str(fault)] if problems else ())
        raise


def _broken(faults: Faults, names: Mapping[int, str]) -> list[str]:
    """Say how many masks of a class look broken.  What most of them have is how the class looks."""
    odd = Faults({of: count for of, count in faults.items() if of[1] == "masks" or 2 * count <= faults[of[0], "masks"]})
    return [f"class {phrase}" for phrase in told(odd, names)]


def _by_split(entries: Sequence[Entry]) -> Mapping[str, Sequence[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.document.split, []).append(entry)
    return found


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
