"""The four-class cell challenge: a folder for each picture, with `image.tif` and label pictures `class1.tif`, ...

In each, every number but 0 is one instance of that class. Pictures of test_release have no labels.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from maskline.contract.errors import InvalidInput
from maskline.contract.picture.pages import pages
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats.documents.collection import Collection, Instance
from maskline.pictures.exchange.formats.documents.document import Document
from maskline.pictures.exchange.formats.documents.source import Source
from maskline.pictures.exchange.formats.label_arrays import Values, label_pages, masks_of

CLASS = re.compile(r"class([1-9]\d{0,3})\.(?:tiff?|png|jpe?g)", re.IGNORECASE)
IMAGE = "image"
IDS = "test_image_name_to_ids.json"
PREDICT = (
    "`maskline predict` finds instances in them, `maskline export ... --layout submission-json` makes them a submission"
)


def found(source: Source) -> bool:
    """Say whether there are label pictures of classes, or the list of pictures that have none."""
    return any(CLASS.fullmatch(_name(path)) or _name(path) == IDS for path in source.paths)


def read(source: Source, config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
    """Return the pictures, with classes called class1, class2 and so on.  Raises InvalidInput where none has labels."""
    labels, pictures = _sorted(source, problems)
    loose = [path for path in source.shown if _folder(path) not in labels]
    if not labels:
        raise InvalidInput(
            f"{source.name}: its {len(loose)} pictures have no labels, so they are no dataset: {PREDICT}"
        )
    if loose:
        remarks.append(f"{source.name}: {len(loose)} pictures have no labels and are left out ({loose[0]}): {PREDICT}")
    beside = [path for path in source.shown if _folder(path) in labels]
    if others := [path for path in beside if _stem(path) != IMAGE and not CLASS.fullmatch(_name(path))]:
        remarks.append(
            f"{source.name}: {len(others)} pictures are called neither {IMAGE} nor class1, class2, ... and are left "
            f"out ({others[0]})"
        )
    collection = Collection()
    for folder, own in sorted(labels.items()):
        split = source.split_of(folder, config.split)
        if folder not in pictures:
            problems.append(f"{source.where(folder)}: there is no image.tif beside its label pictures")
            continue
        if (count := len(pages(io.BytesIO(source.pictures.read(pictures[folder]))).numbers)) > 1:
            problems.append(f"{source.where(pictures[folder])}: it has {count} pages: a picture is one")
        values = {path: each for path in own.values() if (each := _values(source, path, problems)) is not None}
        sizes = {each.shape for each in values.values()}
        if len(sizes) == 1:
            height, width = sizes.pop()
            image = {"file_name": pictures[folder], "width": width, "height": height}
            group = folder or source.name.rpartition("/")[2]
            collection.add(split, image | {"group": group}, _instances(source, own, values, problems))
        elif sizes:
            told = ", ".join(f"{width} x {height}" for height, width in sorted(sizes))
            problems.append(f"{source.where(folder)}: its label pictures are of several sizes, {told} px")
    highest = max(number for own in labels.values() for number in own)
    return collection.documents(source, [f"class{number}" for number in range(1, highest + 1)])


def _sorted(source: Source, problems: list[str]) -> tuple[Mapping[str, Mapping[int, str]], Mapping[str, str]]:
    """Return the label pictures of each folder, by class, and the picture of each that has one."""
    labels: dict[str, dict[int, str]] = defaultdict(dict)
    pictures = dict[str, str]()
    twice = list[tuple[str, str]]()
    for path in source.paths:
        if known := CLASS.fullmatch(_name(path)):
            twice.append((path, labels[_folder(path)].setdefault(int(known[1]), path)))
    for path in source.shown:
        if _stem(path) == IMAGE:
            twice.append((path, pictures.setdefault(_folder(path), path)))
    problems += [
        f"{source.where(path)}: there is {_name(first)}, too: one of them must go"
        for path, first in twice
        if path != first
    ]
    return labels, pictures


def _values(source: Source, path: str, problems: list[str]) -> Values | None:
    """Return a label picture, (H, W); None, and a problem, of a file that is none."""
    try:
        values, *others = label_pages(source.read(path))
    except InvalidInput as fault:
        problems.append(f"{source.where(path)}: {fault}")
        return None
    if others:
        problems.append(f"{source.where(path)}: it has {len(others) + 1} pages: a class has one label picture")
    return values


def _instances(
    source: Source, own: Mapping[int, str], values: Mapping[str, Values], problems: list[str]
) -> Iterator[Instance]:
    for number, path in sorted(item for item in own.items() if item[1] in values):
        try:
            masks = masks_of(values[path])
        except InvalidInput as fault:
            problems.append(f"{source.where(path)}: {fault}")
        else:
            yield from ({"category": f"class{number}", "segmentation": mask} for mask in masks.values())


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _stem(path: str) -> str:
    return PurePosixPath(path).stem.lower()


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
