"""CryoSiam's configurations are read as they are; what they get wrong is named."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.errors import InvalidInput
from maskline.volumes.cryosiam.config import SECTIONS, read_config, remarks
from maskline.volumes.cryosiam.elsewhere import ELSEWHERE

Configure = Callable[..., Path]


def test_every_key_lands_where_it_acts(configure: Configure) -> None:
    config, idle = read_config(configure())

    network = config.parameters.network
    assert (network.threshold_foreground, network.boundary_bias, network.distance_type) == (0.445, 0.8, 2)
    assert (network.min_center_distance, network.max_center_distance, network.postprocessing) == (1, 4, False)
    assert (config.parameters.data.patch_size, config.test_files, config.file_extension) == ((16, 16, 16), None, ".mrc")
    assert idle == []


def test_all_unknown_keys_are_named_at_once(configure: Configure) -> None:
    path = configure(parameters__network__treshold_foreground=0.4, save_raw=True, parameters__nodez=1)

    with pytest.raises(InvalidInput) as told:
        read_config(path)

    for name in ("parameters.network.treshold_foreground", "save_raw", "parameters.nodez"):
        assert name in str(told.value)


def test_keys_of_training_and_evaluation_are_known_and_told_to_do_nothing(configure: Configure) -> None:
    path = configure(log_dir="x", parameters__transforms={"zoom": [0.6, 1]}, hyper_parameters__lr=0.001)

    config, idle = read_config(path)

    assert sorted(idle) == ["hyper_parameters.lr", "log_dir", "parameters.transforms"]
    assert f"no effect here: {', '.join(idle)}" in list(remarks(config, idle))


def test_both_defaults_of_distance_type_are_told_where_it_is_not_set(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("data_folder: a\nprediction_folder: b\n")

    told = list(remarks(*read_config(path)))

    assert told == ["distance_type is not set: 0 is taken, as CryoSiam's code does; its documentation says 1"]


def test_the_page_tells_of_every_key() -> None:
    told = (Path(__file__).parents[3] / "docs/volumes-cryosiam.md").read_text("utf-8")
    keys = {
        key for section, model in SECTIONS.items() for key in model.model_fields if f"{section}.{key}" not in SECTIONS
    } - {"parameters", "hyper_parameters"}

    assert len(keys) > 25
    assert [key for key in sorted(keys) if not re.search(rf"[`.]{key}`", told)] == []
    assert [key for key in sorted(ELSEWHERE) if "." not in key and f"`{key}`" not in told] == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"parameters__data__patch_size": [64, 64, 32]}, r"patch_size is \[64, 64, 32\]: three equal numbers"),
        ({"parameters__data__patch_size": [8, 8, 8]}, "16 to 512"),
        ({"parameters__data__min": 1}, r"max is 1\.0: it must be above min, 1\.0"),
        ({"parameters__network__spatial_dims": 2}, r"parameters\.network\.spatial_dims = 2: Input should be 3"),
        ({"parameters__network__in_channels": 2}, r"parameters\.network\.in_channels = 2: Input should be 1"),
        ({"parameters__network__distance_type": 3}, r"distance_type = 3: Input should be 0, 1 or 2"),
        ({"parameters__network__threshold_foreground": 1.5}, r"threshold_foreground = 1\.5"),
        ({"parameters__network__min_center_distance": 9}, r"max_center_distance 4\.0 is below min_center_distance 9"),
        ({"parameters__gpu_devices": "all"}, r"parameters\.gpu_devices"),
        ({"parameters": 3}, r"parameters = 3"),
        ({"test_files": "TS_01.mrc"}, r"test_files = 'TS_01\.mrc'"),
        ({"semantic_predictions": "x"}, "semantic_predictions needs semantic_foreground_labels"),
        ({"filtering_mask_expand_voxels": -1}, "filtering_mask_expand_voxels = -1"),
        ({"data_folder": None}, "data_folder = None"),
    ],
)
def test_a_wrong_value_is_one_error_that_names_it(configure: Configure, changed: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule):
        read_config(configure(**changed))


@pytest.mark.parametrize(
    ("content", "rule"), [("a: [", "is no YAML: "), ("- a\n", "holds no keys"), ("", "holds no keys")]
)
def test_what_is_no_configuration_is_told(tmp_path: Path, content: str, rule: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(content)

    with pytest.raises(InvalidInput, match=rule):
        read_config(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.yaml cannot be read: No such file"):
        read_config(tmp_path / "gone.yaml")
