"""The four-class cell challenge: a folder for each picture, with `image.tif` and label pictures `class1.tif`, ...

In each, every number but 0 is one instance of that class. Pictures of test_release have no labels.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.contract.picture.pages import pages
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats.documents.collection import Collection, Instance
from maskline.pictures.exchange.formats.documents.document import Document
from maskline.pictures.exchange.formats.documents.source import Source
from maskline.pictures.exchange.formats.label_arrays import Values, label_pages, masks_of

CLASS = re.compile(r"class([1-9]\d{0,3})\.(?:tiff?|png)", re.IGNORECASE)
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
    labels: dict[str, dict[int, str]] = defaultdict(dict)
    for path in source.paths:
        if known := CLASS.fullmatch(_name(path)):
            labels[_folder(path)][int(known[1])] = path
    pictures = {_folder(path): path for path in source.shown if PurePosixPath(path).stem.lower() == IMAGE}
    loose = [path for path in source.shown if _folder(path) not in labels]
    if not labels:
        raise InvalidInput(
            f"{source.name}: its {len(loose)} pictures have no labels, so they are no dataset: {PREDICT}"
        )
    if loose:
        remarks.append(f"{source.name}: {len(loose)} pictures have no labels and are left out ({loose[0]}): {PREDICT}")
    collection = Collection()
    for folder, own in sorted(labels.items()):
        split = source.split_of(folder, config.split)
        if folder not in pictures:
            problems.append(f"{source.where(folder)}: there is no image.tif beside its label pictures")
            continue
        if (count := len(pages(io.BytesIO(source.pictures.read(pictures[folder]))).numbers)) > 1:
            problems.append(f"{source.where(pictures[folder])}: it has {count} pages: a picture is one")
        values = {number: _values(source, path, problems) for number, path in sorted(own.items())}
        sizes = {each.shape for each in values.values() if each.size}
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


def _values(source: Source, path: str, problems: list[str]) -> Values:
    """Return a label picture, (H, W); nothing, and a problem, of a file that is none."""
    try:
        values, *others = label_pages(source.read(path))
    except InvalidInput as fault:
        problems.append(f"{source.where(path)}: {fault}")
        return np.empty((0, 0))
    if others:
        problems.append(f"{source.where(path)}: it has {len(others) + 1} pages: a class has one label picture")
    return values


def _instances(
    source: Source, own: Mapping[int, str], values: Mapping[int, Values], problems: list[str]
) -> Iterator[Instance]:
    for number, path in sorted(own.items()):
        try:
            masks = masks_of(values[number])
        except InvalidInput as fault:
            problems.append(f"{source.where(path)}: {fault}")
        else:
            yield from ({"category": f"class{number}", "segmentation": mask} for mask in masks.values())


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
