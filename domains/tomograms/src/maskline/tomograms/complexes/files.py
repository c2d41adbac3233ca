"""Files with complexes in them, as bytes."""

from maskline.contract.errors import InvalidInput
from maskline.contract.store import open_store, read_uri

MAPS = (".mrc", ".map")


def map_files(folder: str) -> dict[str, bytes]:
    """Return the maps that lie in a folder, path or URI, by name without its ending, sorted.  Raises InvalidInput."""
    store = open_store(folder)
    names = [name for name in store.list("") if name.lower().endswith(MAPS) and "/" not in name]
    if not names:
        raise InvalidInput(f"densities: {folder} holds no file {' or '.join(MAPS)}")
    return {name.rpartition(".")[0]: store.read(name) for name in names}


def structure(uri: str) -> str:
    """Return the text of a structure file.  Raises NotFound, InvalidInput."""
    try:
        return read_uri(uri).decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(f"structures: {uri} is no text, as PDB and mmCIF files are") from None
