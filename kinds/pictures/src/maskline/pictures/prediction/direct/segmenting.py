"""Pictures in, overlays and one COCO document out.  Importing it loads torch."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from maskline.contract.artifact import Artifact
from maskline.contract.coco.overlay import overlay
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import DOCUMENT, Segmented, Unreadable
from maskline.contract.picture import Decoded, decode_page, encode_png
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.direct.document import Document
from maskline.pictures.prediction.direct.legend import with_legend
from maskline.pictures.prediction.direct.places import Place
from maskline.pictures.prediction.finder import finder
from maskline.pictures.prediction.remarks import remarks_on


def segment_files(
    places: Sequence[Place], checkpoint: Artifact, config: PicturePrediction, output: Path
) -> Iterator[Segmented | Unreadable]:
    """Segment the pictures one after another, write each one's overlay, and tell of each as it is done.

    After the last one `output`/DOCUMENT is written, unless none could be read: a COCO document of all pictures in their
    order, the instances of each best first.  The same pictures, checkpoint and machine give the same bytes.
    """
    find, categories, document = finder(checkpoint, config), checkpoint.manifest.categories, Document()
    remarks: list[dict[str, str]] = []
    for place in places:
        started = time.monotonic()
        try:
            read = _read(place, config)
        except InvalidInput as fault:
            yield Unreadable(place.name, str(fault))
            continue
        picture = read.pixels
        (found,) = find([picture])
        counts = Counter[int](instance["category_id"] for instance in found.instances)
        painted = overlay(picture, found.instances, categories)
        _write(place.overlay, encode_png(with_legend(painted, counts, categories)))
        document.add(place.name, (picture.shape[0], picture.shape[1]), found.instances)
        told = remarks_on(read.remark, config.max_detections, found)
        remarks += [{"file_name": place.name, "remark": remark} for remark in told]
        yield Segmented(place.name, counts, time.monotonic() - started, told)
    if len(document):
        _write(output / DOCUMENT, document.to_bytes(checkpoint, config, remarks))


def _read(place: Place, config: PicturePrediction) -> Decoded:
    try:
        data = place.path.read_bytes()
    except OSError as fault:
        raise InvalidInput(f"the file cannot be read: {fault.strerror}") from None
    found = decode_page(data, place.page, config.max_pixels, config.percentiles)
    return Decoded(found.pixels, "; ".join(filter(None, (place.remark, found.remark))))


def _write(path: Path, data: bytes) -> None:
    """Write beside the place, then rename: whoever looks sees the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
