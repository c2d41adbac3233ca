"""CryoSiam's configuration of instances, as its YAML files hold it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import Field, model_validator

from maskline.contract.config import Config, parse
from maskline.contract.errors import InvalidInput
from maskline.volumes.cryosiam.elsewhere import ELSEWHERE
from maskline.volumes.instances.config import CryoSiamInstances
from maskline.volumes.instances.config import remarks as remarks_on_instances


class Data(Config):
    """`parameters.data`: what the network sees."""

    patch_size: tuple[int, int, int] = Field(default=(128, 128, 128), description="voxels of a window along z, y, x")
    min: float | None = Field(default=None, description="lower values are cut off")
    max: float | None = Field(default=None, description="higher values are cut off")
    mean: float | None = None
    std: float | None = None

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if len(set(self.patch_size)) > 1 or not 16 <= self.patch_size[0] <= 512:
            raise ValueError(f"patch_size is {list(self.patch_size)}: three equal numbers of voxels, 16 to 512")
        if self.min is not None and self.max is not None and self.max <= self.min:
            raise ValueError(f"max is {self.max}: it must be above min, {self.min}")
        return self


class Network(CryoSiamInstances):
    """`parameters.network`: the options of finding instances, and what the network must be."""

    in_channels: Literal[1] = 1
    spatial_dims: Literal[3] = 3


class Parameters(Config):
    """`parameters`."""

    gpu_devices: int | tuple[int, ...] | None = Field(
        default=None, description="how many GPUs, or which; 0 or none: the CPU"
    )
    data: Data = Data()
    network: Network = Network()


class HyperParameters(Config):
    """`hyper_parameters`."""

    batch_size: int | None = None


class CryoSiam(Config):
    """What `instance_predict` and `instance_filter` read."""

    data_folder: Path = Field(description="of tomograms")
    prediction_folder: Path = Field(description="of what is found in them")
    file_extension: str = Field(default=".mrc", min_length=1, description="what tomograms' names end in")
    test_files: tuple[str, ...] | None = Field(default=None, description="in data_folder; null: all")
    trained_model: str | None = Field(default=None, description="a checkpoint; null: the one that comes along")
    mask_folder: str | None = Field(default=None, description="of masks, <name>_preds.h5 with `labels`")
    save_raw_predictions: bool = Field(default=False, description="keep the maps, in <name>_preds.h5")
    semantic_predictions: str | None = Field(default=None, description="of semantic labels, <name>_preds.h5")
    semantic_foreground_labels: tuple[int, ...] | None = Field(default=None, description="those that are foreground")
    filtering_mask_folder: str | None = Field(default=None, description="of semantic labels that instances must touch")
    filtering_mask_labels: tuple[int, ...] | None = Field(default=None, description="which of them count")
    filtering_mask_expand_voxels: float = Field(default=0, ge=0, description="how far from a label still touches it")
    filtering_mask_extension: str = Field(default=".h5", description=".h5: <name>_preds.h5; else <name> and it")
    parameters: Parameters = Parameters()
    hyper_parameters: HyperParameters = HyperParameters()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.semantic_predictions and not self.semantic_foreground_labels:
            raise ValueError("semantic_predictions needs semantic_foreground_labels, which say what is foreground")
        return self


SECTIONS: Mapping[str, type[Config]] = {
    "": CryoSiam,
    "parameters": Parameters,
    "parameters.data": Data,
    "parameters.network": Network,
    "hyper_parameters": HyperParameters,
}


def read_config(path: Path) -> tuple[CryoSiam, list[str]]:
    """Read a configuration, and return it with the keys that CryoSiam reads elsewhere and that do nothing here.

    Raises InvalidInput for a file that is none, naming every key that CryoSiam does not know, or the first value that
    breaks its rule.
    """
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as fault:
        raise InvalidInput(f"{path} cannot be read: {fault.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as fault:
        raise InvalidInput(f"{path} is no YAML: {' '.join(str(fault).split())}") from None
    if not isinstance(content, dict):
        raise InvalidInput(f"{path} holds no keys: it must be a configuration of CryoSiam's")
    idle, unknown = list[str](), list[str]()
    kept = _kept(content, "", idle, unknown)
    if unknown:
        raise InvalidInput(f"{path}: unknown keys, {', '.join(unknown)}: CryoSiam has none of these for instances")
    return parse(CryoSiam, kept, str(path)), idle


def remarks(config: CryoSiam, idle: list[str]) -> Iterator[str]:
    """Yield what a person should know of a configuration for predicting, a line each."""
    yield from remarks_on_instances(config.parameters.network)
    data = config.parameters.data
    if told := [f"{name} {value:g}" for name in ("mean", "std") if (value := getattr(data, name)) is not None]:
        yield f"parameters.data: {' and '.join(told)} have no effect: networks here see a volume in its own deviations"
    if (config.hyper_parameters.batch_size or 1) > 1:
        yield "hyper_parameters.batch_size has no effect: windows are computed one by one, and no bit depends on it"
    if idle:
        yield f"no effect here: {', '.join(idle)}"


def _kept(values: Mapping[str, Any], section: str, idle: list[str], unknown: list[str]) -> dict[str, Any]:
    """Return the keys of a section that are read; the names of the others are added to one of the lists."""
    kept = {}
    for key, value in values.items():
        name = f"{section}.{key}" if section else str(key)
        if name in SECTIONS and isinstance(value, Mapping):
            kept[key] = _kept(value, name, idle, unknown)
        elif key in SECTIONS[section].model_fields:
            kept[key] = value
        else:
            (idle if name in ELSEWHERE else unknown).append(name)
    return kept
