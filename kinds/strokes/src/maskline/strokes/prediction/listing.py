"""Sketches that somebody brought: a folder or a bucket's prefix, listed sketch by sketch."""

from collections.abc import Iterator, Sequence

from maskline.contract.errors import Changed, InvalidInput
from maskline.contract.identity import digest
from maskline.contract.kind.prediction import Listed, Unreadable
from maskline.contract.store import Store
from maskline.strokes.formats.file import File
from maskline.strokes.formats.finding import SUFFIXES, find
from maskline.strokes.formats.reading import read
from maskline.strokes.sketch import Sketch


def list_sketches(uri: str) -> list[Listed]:
    """List and digest every file below `uri`, by name, sketch by sketch.

    What holds no sketch is in the list, with the reason.  Raises InvalidInput when there is no file.
    """
    others: list[str] = []
    listed = [one for file in find(uri, others) for one in _listed(file, uri)]
    rule = f"it must end in {', '.join(SUFFIXES)}"
    listed += [Listed(id=0, file_name=_below(path, uri), sha256="", fault=rule) for path in others]
    if not listed:
        raise InvalidInput(f"images = '{uri}': there is no file")
    ordered = sorted(listed, key=lambda one: (one.file_name, one.page))
    return [one.model_copy(update={"id": number}) for number, one in enumerate(ordered, 1)]


def read_listed(listed: Sequence[Listed], place: Store) -> Iterator[tuple[Listed, Sketch] | Unreadable]:
    """Yield listed sketches in their order, each file read once.  Raises Changed if one is not what was listed."""
    uri, name = place.uri, ""
    sketches: Sequence[Sketch] = ()
    for one in listed:
        if one.fault:
            yield Unreadable(one.file_name, one.fault)
            continue
        if one.file_name != name:
            (file,) = find(f"{uri}/{one.file_name}", [])
            if digest(file.data) != one.sha256:
                raise Changed(f"{uri}/{one.file_name} was changed since the sketches were listed")
            name, sketches = one.file_name, read(file).sketches
        yield one, sketches[one.page]


def _listed(file: File, uri: str) -> Iterator[Listed]:
    """Yield the sketches in a file, not numbered yet; one with a fault if there is none."""
    found, name, sha256 = read(file), _below(file.path, uri), digest(file.data)
    if found.problems or not found.sketches:
        fault = found.problems[0] if found.problems else "it holds no sketch"
        yield Listed(id=0, file_name=name, sha256=sha256, fault=fault)
        return
    remark = "; ".join(found.remarks)
    for page in range(len(found.sketches)):
        yield Listed(id=0, file_name=name, page=page, remark="" if page else remark, sha256=sha256)


def _below(path: str, uri: str) -> str:
    return path.removeprefix(uri.rstrip("/") + "/")
