"""MRC files, packed or not."""

from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.mrc.header import BYTES, Header, read_header
from maskline.volumes.formats.mrc.unpacking import head_of, packer_of, unpack
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.raw import Raw, Source


def open_mrc(path: Path) -> Opened:
    """Open a volume.  Raises InvalidInput, and FolderUnavailable where a packed one finds no room unpacked."""
    packer = packer_of(path)
    source: Source = path
    if packer:
        header = read_header(head_of(path, packer, BYTES), str(path))
        source = unpacked = unpack(path, packer, header.end + 1)
        size = unpacked.size
    else:
        with path.open("rb") as file:
            header = read_header(file.read(BYTES), str(path))
        size = path.stat().st_size
    remarks = [*header.remarks, *_size(header, size, path, is_packed=bool(packer))]
    voxels = Raw(str(path), source, header.start, header.dtype, header.extent, header.axes)
    return Opened(voxels, header.voxel_size_a, header.origin_a, remarks)


def _size(header: Header, size: int, path: Path, *, is_packed: bool) -> list[str]:
    """Refuse a file that is too short, and remark one that is too long."""
    if size < header.end:
        raise InvalidInput(f"{path}: it has {size:,} bytes, its header tells {header.end:,}: it is truncated")
    if size == header.end:
        return []
    behind = "bytes" if is_packed else f"{size - header.end:,} bytes"
    return [f"{path}: {behind} behind its voxels are passed over"]
