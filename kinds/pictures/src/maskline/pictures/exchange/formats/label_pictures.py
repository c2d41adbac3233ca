"""Label pictures: beside each picture one of the same size, in which each number but 0 is one instance.

Which label picture is whose, tells the first of these that fits: a folder `masks` or `labels` where the pictures have
`images`; `<name>_masks` or `<name>_labels` beside `<name>` or `<name>_img`; a folder for each picture, with a file
`instances_ids`, `instances`, `masks` or `labels` and the picture, `phase`, `image` or `raw` or the only other one.
"""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from maskline.contract.coco.rle import RLE
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.mapping import usual
from maskline.contract.picture.pages import page_name, pages
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats.documents.collection import Collection
from maskline.pictures.exchange.formats.documents.document import Document
from maskline.pictures.exchange.formats.documents.source import PICTURES, Source
from maskline.pictures.exchange.formats.label_arrays import label_pages, masks_of

FOLDERS = ("masks", "mask", "labels", "label")
PICTURE_FOLDERS = ("images", "image")
ENDS = ("_masks", "_mask", "_labels", "_label", "_instances_ids")
PICTURE_ENDS = ("", "_img", "_image")
NAMES = ("instances_ids", "instances", *FOLDERS)
PICTURE_NAMES = ("phase", "image", "raw")
"""Of several pictures in one folder the first of these counts."""


@dataclass(frozen=True)
class Pair:
    """A label picture and the picture it is of; empty: there is none.  group: what must not cross splits, if told."""

    labels: str
    picture: str
    group: str = ""


def found(source: Source) -> bool:
    """Say whether there is a label picture with its picture."""
    return any(pair.picture for pair in pairs(source))


def read(source: Source, config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
    """Return the pictures that have a label picture."""
    name, collection, matched = usual(config, config.category, "label pictures"), Collection(), list(pairs(source))
    most, alike, first = 0, Counter(map(_stem, source.shown)), dict[str, str]()
    for pair in matched:
        if not pair.picture:
            problems.append(f"{source.where(pair.labels)}: it labels a picture that is not there")
            continue
        if alike[_stem(pair.picture)] > 1:
            problems.append(f"{source.where(pair.labels)}: more than one picture is called {_stem(pair.picture)}")
        if (other := first.setdefault(pair.picture, pair.labels)) != pair.labels:
            problems.append(f"{source.where(pair.labels)}: {other} labels {pair.picture}, too: one of them must go")
            continue
        split = source.split_of(PurePosixPath(pair.labels).parent.as_posix(), config.split)
        try:
            for image, masks in _pages(source, pair, config):
                collection.add(split, image, ({"category": name, "segmentation": mask} for mask in masks))
                most = max(most, len(masks))
        except InvalidInput as fault:
            problems.append(f"{source.where(pair.labels)}: {fault}")
    if not matched:
        raise InvalidInput(f"{source.name} holds no label pictures: {', '.join(FOLDERS)} beside {PICTURE_FOLDERS[0]}/")
    taken = {path for pair in matched for path in (pair.labels, pair.picture)}
    left = [path for path in source.shown if path not in taken]
    if left:
        remarks.append(f"{source.name}: {len(left)} pictures have no label picture and are left out: {left[0]}, ...")
    if len(collection) > 1 and most == 1:
        remarks.append(
            f"{source.name}: no label picture has a second number: all that is labelled in it is one instance"
        )
    return collection.documents(source, (name,))


def pairs(source: Source) -> Iterator[Pair]:
    """Yield every label picture, by name, with its picture."""
    stems: dict[str, list[str]] = {}
    for path in source.shown:
        stems.setdefault(_stem(path), []).append(path)
    elsewhere = source.pictures is not source.files
    for path in sorted(path for path in source.paths if path.lower().endswith(PICTURES)):
        pair = _elsewhere(path, stems) if elsewhere else _pair(path, stems, source)
        if pair:
            yield pair


def _pair(path: str, stems: dict[str, list[str]], source: Source) -> Pair | None:
    """Return the pair if a file is a label picture."""
    folders, name = PurePosixPath(path).parts[:-1], PurePosixPath(path).stem
    places = [place for place, folder in enumerate(folders) if folder.lower() in FOLDERS]
    if places:
        return Pair(path, _first(stems, _in_images(folders, places[-1], name)))
    parent = "/".join(folders)
    if end := next((end for end in ENDS if name.lower().endswith(end) and len(name) > len(end)), ""):
        return Pair(path, _first(stems, (f"{parent}/{name[: -len(end)]}{more}" for more in PICTURE_ENDS)))
    if name.lower() not in NAMES:
        return None
    beside = [other for other in source.shown if other != path and other.rpartition("/")[0] == parent]
    named = {PurePosixPath(other).stem.lower(): other for other in reversed(beside)}
    own = next((named[name] for name in PICTURE_NAMES if name in named), beside[0] if len(beside) == 1 else "")
    return Pair(path, own, parent or source.name.rpartition("/")[2])


def _in_images(folders: Sequence[str], place: int, name: str) -> Iterator[str]:
    """Yield where the picture of a label picture may be, whose folder at `place` says that it is one."""
    plain = next((name[: -len(end)] for end in ENDS if name.lower().endswith(end)), name)
    for folder in PICTURE_FOLDERS:
        for stem in dict.fromkeys((name, plain)):
            yield "/".join((*folders[:place], folder, *folders[place + 1 :], stem))


def _elsewhere(path: str, stems: dict[str, list[str]]) -> Pair:
    """Pair a file of a folder of label pictures with one of the same name in a folder of pictures."""
    stem = _stem(path)
    plain = next((stem[: -len(end)] for end in ENDS if stem.lower().endswith(end)), stem)
    return Pair(path, _first(stems, (stem, plain)))


def _first(stems: dict[str, list[str]], wanted: Iterator[str] | Sequence[str]) -> str:
    return next((stems[stem.lstrip("/")][0] for stem in wanted if stem.lstrip("/") in stems), "")


def _stem(path: str) -> str:
    return PurePosixPath(path).with_suffix("").as_posix()


def _pages(source: Source, pair: Pair, config: PictureImport) -> Iterator[tuple[dict[str, Any], list[RLE]]]:
    """Yield each page's record and masks.  Raises InvalidInput for labels that are none, and pages not asked for."""
    labels = label_pages(source.read(pair.labels))
    shown = len(pages(io.BytesIO(source.pictures.read(pair.picture))).numbers)
    if len(labels) != shown:
        raise InvalidInput(f"it has {len(labels)} pages, and its picture {pair.picture} {shown}")
    if shown > 1 and config.pages == "one":
        raise InvalidInput(f"it has {shown} pages, as a stack: --set pages=each takes them one by one")
    group = pair.group or (pair.picture if shown > 1 else "")
    for page, values in enumerate(labels):
        height, width = values.shape
        image = {"file_name": page_name(pair.picture, page), "width": width, "height": height}
        yield image | ({"group": group} if group else {}), list(masks_of(values).values())
