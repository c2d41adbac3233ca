"""What a path inside a store may look like, the same in every store."""

from maskline.contract.errors import InvalidInput


def checked(path: str) -> str:
    """Return `path` as it is.  Raises InvalidInput unless it is plain names joined by single slashes.

    Servers differ in what they make of `a//b`, `a/` and `a/../b` (some list them under another name), so none is used.
    """
    names = path.split("/")
    if any(name in ("", ".", "..") for name in names):
        raise InvalidInput(f"'{path}' is no path inside a store: it must be plain names joined by single slashes")
    return path
