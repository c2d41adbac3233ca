"""Which volumes a file holds, by name."""

from pathlib import Path

from maskline.contract.errors import InvalidInput

SUFFIXES = (".h5", ".hdf5", ".hdf")


def datasets_of(path: Path) -> list[str]:
    """Return the names of an HDF5 file's datasets of three axes; of another file the empty name, for it holds one.

    Raises InvalidInput for a file that is no HDF5 although it is called so.
    """
    if path.suffix.lower() not in SUFFIXES:
        return [""]
    import h5py

    found = list[str]()

    def add(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and item.ndim == 3 and item.size and item.dtype.kind in "biuf":
            found.append(name)

    try:
        with h5py.File(path, "r") as file:
            file.visititems(add)
    except OSError as fault:
        raise InvalidInput(f"{path}: it cannot be read: {fault}") from None
    return sorted(found)
