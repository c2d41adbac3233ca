"""Pictures in, overlays and one COCO document out."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskline.contract.artifact import Artifact
from maskline.contract.coco.overlay import overlay
from maskline.contract.errors import InvalidInput
from maskline.contract.picture import Decoded, decode_page, encode_png
from maskline.predict.config import PredictConfig
from maskline.predict.direct.document import Document
from maskline.predict.direct.legend import with_legend
from maskline.predict.direct.places import Place
from maskline.predict.remarks import remarks_on
from maskline.predict.source import Unreadable
from maskline.predict.threads import wait_passively

DOCUMENT = "instances.json"


@dataclass(frozen=True, slots=True)
class Segmented:
    """One picture that is done.  instances: category id -> how many.  remarks: what a person should know of it."""

    place: Place
    instances: Counter[int]
    seconds: float
    remarks: tuple[str, ...] = ()


def segment_files(
    places: Sequence[Place], checkpoint: Artifact, config: PredictConfig, output: Path
) -> Iterator[Segmented | Unreadable]:
    """Segment the pictures one after another, write each one's overlay, and tell of each as it is done.

    After the last one `output`/DOCUMENT is written, unless none could be read: a COCO document of all pictures in their
    order, the instances of each best first.  The same pictures, checkpoint and machine give the same bytes.
    """
    wait_passively()
    from maskline.pictures.prediction.inference import find  # torch
    from maskline.predict.network import load

    segmenter, categories, document = load(checkpoint, config), checkpoint.manifest.categories, Document()
    remarks: list[dict[str, str]] = []
    for place in places:
        started = time.monotonic()
        try:
            read = _read(place, config.max_pixels)
        except InvalidInput as fault:
            yield Unreadable(place.name, str(fault))
            continue
        picture = read.pixels
        (found,) = find(segmenter, [picture], config.score_threshold, config.max_detections)
        counts = Counter[int](instance["category_id"] for instance in found.instances)
        painted = overlay(picture, found.instances, categories)
        _write(place.overlay, encode_png(with_legend(painted, counts, categories)))
        document.add(place.name, (picture.shape[0], picture.shape[1]), found.instances)
        told = remarks_on(place.name, read.remark, config.max_detections, limited=found.limited)
        remarks += told
        yield Segmented(place, counts, time.monotonic() - started, tuple(each["remark"] for each in told))
    if len(document):
        _write(output / DOCUMENT, document.to_bytes(checkpoint, config.score_threshold, remarks))


def _read(place: Place, max_pixels: int) -> Decoded:
    try:
        data = place.path.read_bytes()
    except OSError as fault:
        raise InvalidInput(f"the file cannot be read: {fault.strerror}") from None
    found = decode_page(data, place.page, max_pixels)
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
