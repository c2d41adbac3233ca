"""CryoSiam's `instance_filter`: instances that touch semantic labels are kept."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.volumes.cryosiam.config import CryoSiam, read_config
from maskline.volumes.cryosiam.files import INSTANCES, MAPS, Tomogram, require_there, tomograms
from maskline.volumes.formats.checked import Labels
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.writing import write_volumes
from maskline.volumes.instances.semantics import touching
from maskline.volumes.voxels import InMemory, whole

HDF5 = ".h5"


def keep_touching(config_file: Path, filename: str) -> Iterator[str]:
    """Yield how many instances of each tomogram were kept; those kept keep their numbers.

    Raises InvalidInput for a configuration that does not say what must be touched, and for what is not there.
    """
    config, _ = read_config(config_file)
    if not config.filtering_mask_folder or not config.filtering_mask_labels:
        missing = "filtering_mask_labels" if config.filtering_mask_folder else "filtering_mask_folder"
        raise InvalidInput(f"{config_file}: {missing} is missing: it says what instances must touch")
    folder = config.filtering_mask_folder
    every = tomograms(config, filename)
    ending = config.filtering_mask_extension
    masks = [one.beside(folder, MAPS if ending == HDF5 else ending) for one in every]
    require_there([*(one.beside(config.prediction_folder, INSTANCES) for one in every), *masks])
    for one, mask in zip(every, masks, strict=True):
        yield _filtered(one, mask, config, config.filtering_mask_labels)


def _filtered(one: Tomogram, mask: Path, config: CryoSiam, labels: tuple[int, ...]) -> str:
    path = one.beside(config.prediction_folder, INSTANCES)
    opened = open_volume(path, "instances")
    ids = Labels(opened.voxels, str(path))
    instances = ids.read(whole(ids.shape)).astype(np.int32)
    semantic = open_volume(mask, "labels" if mask.name.endswith(MAPS) else "")
    try:
        kept = touching(instances, semantic.voxels, labels, config.filtering_mask_expand_voxels)
    except InvalidInput as fault:
        raise InvalidInput(f"{path} and {mask}: {fault}") from None
    folder = config.prediction_folder.with_name(f"{config.prediction_folder.name}_filtered")
    target = one.beside(folder, INSTANCES)
    write_volumes(target, {"instances": Opened(InMemory(kept.view(np.uint32)), opened.voxel_size_a, opened.origin_a)})
    before, after = (len(np.setdiff1d(every, 0)) for every in (instances, kept))
    return f"{target}: {after} of {before} instances"
