"""From a configuration and tomograms to CryoSiam's files."""

import csv
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.measure import regionprops_table

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.errors import InvalidInput
from maskline.volumes.bricks.statistics import statistics_of
from maskline.volumes.cryosiam.predicting import predict
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.instances.config import CryoSiamInstances
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.networks.weights import load_network
from maskline.volumes.prediction.windows import maps_of, windows_of
from maskline.volumes.voxels import InMemory, Voxels

Configure = Callable[..., Path]
COMPUTE = "maskline.volumes.prediction.pieces.maps_of"
OPTIONS = CryoSiamInstances(
    threshold_foreground=0.445,
    boundary_bias=0.8,
    min_center_distance=1,
    max_center_distance=4,
    distance_type=2,
    postprocessing=False,
)


def run(config: Path, filename: str = "") -> list[str]:
    return list(predict(config, filename, lambda name: open_sealed(name, "checkpoint")))


def never(name: str) -> Artifact:
    raise AssertionError(f"{name} is opened")


def read(path: Path, name: str) -> NDArray[Any]:
    with h5py.File(path) as file:
        values: NDArray[Any] = file[name][()]
    return values


def maps_by_hand(voxels: Voxels, checkpoint: Artifact, mask: Voxels | None = None) -> list[InMemory]:
    whole = np.zeros((3, *voxels.shape), np.float16)
    network = load_network(checkpoint)
    for box, maps in maps_of(voxels, windows_of(voxels.shape, 16), network, statistics_of(voxels), mask):
        whole[:, *box.slices] = maps
    return [InMemory(each) for each in whole]


def test_labels_are_those_of_the_plain_steps_and_nothing_else_is_left(
    configure: Configure, checkpoint: Artifact, tmp_path: Path
) -> None:
    lines = run(configure())

    foreground, distances, boundaries = maps_by_hand(open_volume(tmp_path / "denoised/TS_01.mrc").voxels, checkpoint)
    expected = segment(Maps(foreground, distances, boundaries), OPTIONS)
    found = open_volume(tmp_path / "instance/TS_01_instance_preds.h5", "instances")
    assert expected.max() > 3
    assert (read(tmp_path / "instance/TS_01_instance_preds.h5", "instances") == expected).all()
    assert found.voxel_size_a == pytest.approx((10, 10, 10))
    assert sorted(path.name for path in (tmp_path / "instance").iterdir()) == [
        f"TS_0{number}_instance_{file}" for number in (1, 2) for file in ("preds.h5", "regions.csv")
    ]
    assert f"TS_01.mrc  {expected.max()} instances" in "\n".join(lines)


def test_regions_are_what_scikit_images_table_says_written_as_cryosiam_does(
    configure: Configure, tmp_path: Path
) -> None:
    run(configure(), "TS_01.mrc")

    labels = read(tmp_path / "instance/TS_01_instance_preds.h5", "instances")
    table = regionprops_table(labels.astype(int), properties=["label", "area", "bbox", "centroid"])
    with (tmp_path / "plain.csv").open("w") as file:
        rows = csv.writer(file)
        rows.writerow(table)
        rows.writerows(zip(*table.values(), strict=True))
    assert (tmp_path / "instance/TS_01_instance_regions.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()


def test_filename_is_the_only_one_predicted(configure: Configure, tmp_path: Path) -> None:
    run(configure(), "TS_02.mrc")

    assert not list((tmp_path / "instance").glob("TS_01*"))
    assert list((tmp_path / "instance").glob("TS_02*"))


def test_maps_that_are_there_are_used_and_no_model_is_opened(configure: Configure, tmp_path: Path) -> None:
    run(configure(save_raw_predictions=True))
    first = read(tmp_path / "instance/TS_01_instance_preds.h5", "instances")
    (tmp_path / "instance/TS_01_instance_preds.h5").unlink()

    lines = list(predict(configure(trained_model="cryosiam_instance.ckpt"), "", never))

    assert (read(tmp_path / "instance/TS_01_instance_preds.h5", "instances") == first).all()
    assert any("TS_01.mrc: its maps are there already" in line for line in lines)
    with h5py.File(tmp_path / "instance/TS_01_preds.h5") as file:
        assert {name: file[name].dtype for name in file} == dict.fromkeys(
            ("boundaries", "distances", "foreground"), np.dtype("f4")
        )


class Killed(BaseException):
    """What no code catches."""


@pytest.mark.parametrize("after", [0, 1, 5])
def test_killed_it_goes_on_with_the_next_window_and_ends_with_the_same_bytes(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    run(configure(save_raw_predictions=True), "TS_01.mrc")
    names = [f"TS_01{ending}" for ending in ("_preds.h5", "_instance_preds.h5", "_instance_regions.csv")]
    straight = [(tmp_path / "instance" / name).read_bytes() for name in names]
    shutil.rmtree(tmp_path / "instance")
    computed: list[Any] = []

    def told(*asked: Any) -> Any:
        for found in maps_of(*asked):
            computed.append(found)
            yield found

    def stopped(*asked: Any) -> Any:
        yield from islice(told(*asked), after)
        raise Killed

    monkeypatch.setattr(COMPUTE, stopped)
    with pytest.raises(Killed):
        run(configure(save_raw_predictions=True), "TS_01.mrc")
    assert not [name for name in names if (tmp_path / "instance" / name).exists()]
    monkeypatch.setattr(COMPUTE, told)
    run(configure(save_raw_predictions=True), "TS_01.mrc")

    assert [(tmp_path / "instance" / name).read_bytes() for name in names] == straight
    assert len(computed) == len(windows_of((24, 20, 40), 16))


def test_killed_in_the_second_tomogram_it_computes_no_window_of_the_first_again(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = len(windows_of((24, 20, 40), 16))
    computed: list[Any] = []

    def stopped(*asked: Any) -> Any:
        for found in maps_of(*asked):
            if len(computed) == each + 3:
                raise Killed
            computed.append(found)
            yield found

    monkeypatch.setattr(COMPUTE, stopped)
    with pytest.raises(Killed):
        run(configure())
    assert (tmp_path / "instance/TS_01_instance_preds.h5").exists()
    asked_for: list[int] = []

    def told(voxels: Voxels, windows: Any, *others: Any) -> Any:
        left = list(windows)
        asked_for.append(len(left))
        return maps_of(voxels, left, *others)

    monkeypatch.setattr(COMPUTE, told)
    run(configure())

    assert asked_for == [0, each - 3]
    assert not list((tmp_path / "instance").glob(".*"))


def test_windows_of_other_values_do_not_count(configure: Configure, tmp_path: Path) -> None:
    run(configure(), "TS_02.mrc")
    of_second = read(tmp_path / "instance/TS_02_instance_preds.h5", "instances")
    (tmp_path / "instance/.TS_01.maps/0123/windows").mkdir(parents=True)
    shutil.copy(tmp_path / "denoised/TS_02.mrc", tmp_path / "denoised/TS_01.mrc")
    run(configure(), "TS_01.mrc")

    assert (read(tmp_path / "instance/TS_01_instance_preds.h5", "instances") == of_second).all()
    assert not (tmp_path / "instance/.TS_01.maps").exists()


def write(path: Path, **named: NDArray[Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "w") as file:
        for name, values in named.items():
            file[name] = values


def test_outside_a_mask_of_half_the_size_nothing_is_found(
    configure: Configure, checkpoint: Artifact, tmp_path: Path
) -> None:
    mask = np.zeros((12, 10, 20), np.int8)
    mask[:, :, :10] = 1
    write(tmp_path / "lamella/TS_01_preds.h5", labels=mask)

    run(configure(mask_folder=str(tmp_path / "lamella"), save_raw_predictions=True), "TS_01.mrc")

    large = mask.repeat(2, 0).repeat(2, 1).repeat(2, 2)
    voxels = open_volume(tmp_path / "denoised/TS_01.mrc").voxels
    by_hand = maps_by_hand(voxels, checkpoint, InMemory(large))
    for name, maps in zip(("foreground", "distances", "boundaries"), by_hand, strict=True):
        assert (read(tmp_path / "instance/TS_01_preds.h5", name) == maps.values).all()
    labels = read(tmp_path / "instance/TS_01_instance_preds.h5", "instances")
    assert labels[:, :, :18].any()
    assert not labels[:, :, 21:].any()  # what smoothing carries over the rim


def test_semantic_labels_are_the_foreground(configure: Configure, tmp_path: Path) -> None:
    semantic = np.zeros((24, 20, 40), np.uint8)
    semantic[4:12, 4:12, 4:12], semantic[4:12, 4:12, 24:32], semantic[14:20, 4:12, 4:12] = 2, 3, 1
    write(tmp_path / "semantic/TS_01_preds.h5", labels=semantic)
    own = {"semantic_predictions": str(tmp_path / "semantic"), "semantic_foreground_labels": [2, 3]}

    run(configure(**own), "TS_01.mrc")

    labels = read(tmp_path / "instance/TS_01_instance_preds.h5", "instances")
    assert labels.max() == 2
    assert ((labels > 0) <= (semantic >= 2)).all()


def test_values_beyond_min_and_max_are_cut_off_and_told(
    configure: Configure, checkpoint: Artifact, tmp_path: Path
) -> None:
    lines = run(configure(parameters__data__max=0.6, save_raw_predictions=True), "TS_01.mrc")

    values = open_volume(tmp_path / "denoised/TS_01.mrc").voxels
    read_all = values.read(windows_of(values.shape, 64)[0].seen)
    by_hand = maps_by_hand(InMemory(np.clip(read_all, 0, 0.6)), checkpoint)
    assert (read(tmp_path / "instance/TS_01_preds.h5", "foreground") == by_hand[0].values).all()
    share = f"{(read_all > 0.6).mean():.0%}"
    assert any(f"TS_01.mrc: parameters.data.min and max cut off {share} of its voxels" in line for line in lines)


def test_what_a_person_should_know_of_the_configuration_is_told_first(configure: Configure) -> None:
    lines = run(configure(log_dir="logs"), "TS_01.mrc")

    said = [line.partition("config.yaml: ")[2] for line in lines if "config.yaml" in line]
    assert said == [
        "boundary_bias 0.8 has no effect: postprocessing is off",
        "parameters.data: mean 0 and std 1 have no effect: networks here see a volume in its own deviations",
        "hyper_parameters.batch_size has no effect: windows are computed one by one, and no bit depends on it",
        "no effect here: log_dir",
    ]


def test_one_tomogram_that_cannot_be_read_keeps_no_other_from_being_predicted(
    configure: Configure, tmp_path: Path
) -> None:
    config = configure()
    (tmp_path / "denoised/TS_01.mrc").write_bytes(b"no volume")
    lines: list[str] = []
    with pytest.raises(InvalidInput, match="of 2 tomograms 1 could not be read"):
        lines.extend(predict(config, "", lambda name: open_sealed(name, "checkpoint")))

    assert any(line.startswith("unreadable   TS_01.mrc: ") for line in lines)
    assert (tmp_path / "instance/TS_02_instance_preds.h5").exists()


@pytest.mark.parametrize(
    ("changed", "filename", "rule"),
    [
        ({"trained_model": "cryosiam.ckpt"}, "", r"is a checkpoint of CryoSiam's, which is not run: train from it"),
        ({"trained_model": None}, "", r"no model of volumes comes along: name a checkpoint"),
        ({"trained_model": "huge"}, "", r"'huge' is no artifact"),
        ({"trained_model": "published"}, "", r"trained_model = 'published' is about coco/1, not volume/1"),
        ({}, "TS_09.mrc", r"not there: .*denoised/TS_09\.mrc"),
        ({"test_files": ["a.mrc", "TS_01.mrc", "b.mrc"]}, "", r"not there: .*a\.mrc, .*b\.mrc"),
        ({"test_files": []}, "", "there are no tomograms"),
        ({"file_extension": ".rec"}, "", r"has no files that end in \.rec"),
        ({"data_folder": "gone"}, "", "data_folder gone is no folder"),
        ({"mask_folder": "gone"}, "", r"not there: gone/TS_01_preds\.h5, gone/TS_02_preds\.h5"),
    ],
)
def test_what_cannot_be_followed_is_one_error_before_anything_is_written(
    configure: Configure, tmp_path: Path, changed: dict[str, Any], filename: str, rule: str
) -> None:
    with pytest.raises(InvalidInput, match=rule):
        run(configure(**changed), filename)

    assert not (tmp_path / "instance").exists()


def test_maps_of_another_shape_and_masks_among_maps_are_told(configure: Configure, tmp_path: Path) -> None:
    few = np.zeros((2, 3, 4), np.float32)
    write(tmp_path / "instance/TS_01_preds.h5", foreground=few, distances=few, boundaries=few)
    write(tmp_path / "instance/TS_02_preds.h5", labels=few)
    told: list[str] = []
    with pytest.raises(InvalidInput, match="of 2 tomograms 2 could not be read"):
        told.extend(predict(configure(), "", never))

    assert any(
        "dataset foreground, has (2, 3, 4) voxels along z, y, x, and the tomogram (24, 20, 40)" in x for x in told
    )
    assert any("TS_02_preds.h5: it has no volume 'foreground', it has labels" in line for line in told)
