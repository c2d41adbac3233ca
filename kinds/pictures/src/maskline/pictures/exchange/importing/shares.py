"""A share of the pictures as a split of its own: `--split val=0.2`."""

from collections.abc import Sequence
from dataclasses import replace

from maskline.contract.kind.shares import SHARE, in_turn, rest_of, split_and_share
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats.documents.document import Coco, Document

ALL = "all"


def whole(config: PictureImport) -> PictureImport:
    """Return the config with one split for all, if a share is asked for: `parted` parts it."""
    return config.model_copy(update={"split": ALL}) if SHARE in config.split else config


def parted(documents: Sequence[Document], asked: str) -> list[Document]:
    """Return the documents, each in two if `asked` is a share, `name=share`.

    The same share of the groups of all documents goes into split `name`, chosen by what is in the groups' names: a
    picture's own `group`, else its file name.
    """
    if SHARE not in asked:
        return list(documents)
    name, share = split_and_share(asked)
    ordered = in_turn({_group(image) for document in documents for image in document.coco["images"]})
    chosen = set(ordered[: round(share * len(ordered))])
    halves = [
        replace(document, split=split, coco=_only(document.coco, chosen, inside=inside))
        for document in documents
        for split, inside in ((name, True), (rest_of(name), False))
    ]
    return [half for half in halves if half.coco["images"]]


def empty_share(documents: Sequence[Document], asked: str) -> list[str]:
    """Tell of a share that came to nothing, because there are few groups."""
    name = asked.partition(SHARE)[0]
    if SHARE not in asked or any(document.split == name for document in documents):
        return []
    count = len({_group(image) for document in documents for image in document.coco["images"]})
    return [
        f"split {name} is empty: the pictures are of {count} groups, which stay together, and {asked} is none of them"
    ]


def _only(coco: Coco, groups: set[str], *, inside: bool) -> Coco:
    """Return the part of a document whose groups are among `groups`, or the rest."""
    images = [image for image in coco["images"] if (_group(image) in groups) == inside]
    ids = {str(image.get("id")) for image in images}
    return coco | {
        "images": images,
        "annotations": [one for one in coco["annotations"] if str(one.get("image_id")) in ids],
    }


def _group(image: object) -> str:
    record = dict(image) if isinstance(image, dict) else {}
    return str(record.get("group") or record.get("file_name"))
