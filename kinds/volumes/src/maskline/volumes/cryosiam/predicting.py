"""CryoSiam's `instance_predict`: from tomograms to labels and their regions.  Importing it loads torch."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from maskline.contract.errors import Corrupt, InvalidInput, NotFound
from maskline.contract.kind.command import OpenModel
from maskline.volumes.cryosiam.config import CryoSiam, read_config, remarks
from maskline.volumes.cryosiam.files import INSTANCES, MAPS, REGIONS, Tomogram, require_there, tomograms
from maskline.volumes.cryosiam.model import device_remarks, model_of
from maskline.volumes.cryosiam.values import CutOff, Resized, Single
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.partial import whole_or_none
from maskline.volumes.formats.writing import write_volumes
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.instances.semantics import Labelled
from maskline.volumes.prediction.direct.mapping import Mapped, Model, forget
from maskline.volumes.prediction.direct.regions import regions_of
from maskline.volumes.voxels import InMemory, Voxels

NAMES = ("foreground", "distances", "boundaries")
"""The maps, as CryoSiam calls them."""
CUT_OFF = 0.01
"""Share of the voxels from which on it is told that they are cut off."""


def predict(config_file: Path, filename: str, open_model: OpenModel) -> Iterator[str]:
    """Yield what was found in each tomogram, and what is odd, a line each.

    A tomogram whose maps are in prediction_folder already is not predicted again, and if all are there, no model is
    needed.  Stopped, the same call goes on with the next window: all are kept until the last tomogram is done.
    Raises InvalidInput for a configuration that cannot be followed, before anything is written, and in the end if
    tomograms could not be read.
    """
    config, idle = read_config(config_file)
    every = tomograms(config, filename)
    folders = [folder for folder in (config.mask_folder, config.semantic_predictions) if folder]
    require_there(one.beside(folder, MAPS) for folder in folders for one in every)
    missing = [one for one in every if not one.beside(config.prediction_folder, MAPS).exists()]
    model = model_of(config, config_file, open_model) if missing else None
    told = [*remarks(config, idle), *(device_remarks(config) if model else ())]
    yield from (f"remark       {config_file}: {remark}" for remark in told)
    done = list[Tomogram]()
    for one in every:
        try:
            yield from _predicted(one, config, model)
            done.append(one)
        except (Corrupt, InvalidInput, NotFound) as fault:
            yield f"unreadable   {one.path.name}: {fault}"
    for one in done:
        forget(one.name, config.prediction_folder)
    if len(done) < len(every):
        raise InvalidInput(f"of {len(every)} tomograms {len(every) - len(done)} could not be read")


def _predicted(one: Tomogram, config: CryoSiam, model: Model | None) -> Iterator[str]:
    started, opened = time.monotonic(), open_volume(one.path)
    yield from (f"remark       {remark}" for remark in opened.remarks)
    raw = one.beside(config.prediction_folder, MAPS)
    if model is None or raw.exists():
        yield f"remark       {one.path.name}: its maps are there already, in {raw}: they are not predicted again"
        count = _found(_stored(raw, opened), one, opened, config)
    else:
        values, mask = _values(opened, config), _mask(one, opened, config)
        if isinstance(values, CutOff) and (share := values.share()) >= CUT_OFF:
            yield f"remark       {one.path.name}: parameters.data.min and max cut off {share:.0%} of its voxels"
        with Mapped(one.name, values, mask, model).maps(config.prediction_folder) as maps:
            if config.save_raw_predictions:
                named = zip(NAMES, maps, strict=False)
                write_volumes(raw, {name: _like(opened, Single(each)) for name, each in named})
            count = _found(maps, one, opened, config)
    yield f"{one.path.name}  {count} instances  {time.monotonic() - started:.1f} s"


def _found(maps: Sequence[Voxels], one: Tomogram, opened: Opened, config: CryoSiam) -> int:
    """Write the instances that are in some maps, the labels last, and return how many there are."""
    foreground, distances, boundaries = maps[: len(NAMES)]
    if config.semantic_predictions:
        semantic = _of_shape(one.beside(config.semantic_predictions, MAPS), "labels", opened)
        foreground = Labelled(semantic, config.semantic_foreground_labels or ())
    labels = segment(Maps(foreground, distances, boundaries), config.parameters.network)
    regions = regions_of(labels)
    with whole_or_none(one.beside(config.prediction_folder, REGIONS)) as partial:
        partial.write_text(regions.to_csv(), "utf-8", newline="")
    target = one.beside(config.prediction_folder, INSTANCES)
    write_volumes(target, {"instances": _like(opened, InMemory(labels.view(np.uint32)))})
    return len(regions.labels)


def _values(opened: Opened, config: CryoSiam) -> Voxels:
    data = config.parameters.data
    return opened.voxels if data.min is None and data.max is None else CutOff(opened.voxels, data.min, data.max)


def _mask(one: Tomogram, opened: Opened, config: CryoSiam) -> Voxels | None:
    if not config.mask_folder:
        return None
    mask = open_volume(one.beside(config.mask_folder, MAPS), "labels").voxels
    return mask if mask.shape == opened.voxels.shape else Resized(mask, opened.voxels.shape)


def _stored(raw: Path, opened: Opened) -> list[Voxels]:
    """Return maps that an earlier call, or CryoSiam, left."""
    return [_of_shape(raw, name, opened) for name in NAMES]


def _of_shape(path: Path, dataset: str, opened: Opened) -> Voxels:
    """Open a dataset.  Raises InvalidInput if its shape is not the tomogram's."""
    voxels = open_volume(path, dataset).voxels
    if voxels.shape != opened.voxels.shape:
        told = f"has {voxels.shape} voxels along z, y, x, and the tomogram {opened.voxels.shape}"
        raise InvalidInput(f"{path}, dataset {dataset}, {told}")
    return voxels


def _like(opened: Opened, voxels: Voxels) -> Opened:
    """Return voxels that lie where those of a file do."""
    return Opened(voxels, opened.voxel_size_a, opened.origin_a)
