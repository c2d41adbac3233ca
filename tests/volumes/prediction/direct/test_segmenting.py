"""From volumes of this machine to labels, centres, planes and one document."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Segmented, Unreadable
from maskline.contract.picture import decode
from maskline.volumes.bricks.statistics import statistics_of
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.particles.files import read_particles
from maskline.volumes.formats.writing import write_volume
from maskline.volumes.instances.config import Instances
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.networks.weights import load_network
from maskline.volumes.prediction.config import VolumePrediction
from maskline.volumes.prediction.direct import segmenting
from maskline.volumes.prediction.entry import prediction
from maskline.volumes.prediction.windows import maps_of, windows_of
from maskline.volumes.voxels import InMemory, whole

COMPUTE = "maskline.volumes.prediction.pieces.maps_of"
SHAPE = (24, 20, 40)
INSTANCES = Instances(threshold_foreground=0.445, max_center_distance=4, distance_type=2, postprocessing=False)
CONFIG = VolumePrediction(window_voxels=16, instances=INSTANCES, score_threshold=0)


@pytest.fixture
def values() -> NDArray[np.float32]:
    noise = ndimage.gaussian_filter(np.random.default_rng(0).random(SHAPE), 2)
    found: NDArray[np.float32] = (1000 * noise).astype(np.float32)
    return found


@pytest.fixture
def volume(tmp_path: Path, values: NDArray[np.float32]) -> Path:
    path = tmp_path / "TS_01_6.80Apx.mrc"
    write_volume(path, Opened(InMemory(values), (6.8, 6.8, 6.8), (1.0, 2.0, 3.0)))
    return path


def labels_by_hand(values: NDArray[np.float32], checkpoint: Artifact) -> NDArray[np.int32]:
    maps, voxels = np.zeros((3, *values.shape), np.float16), InMemory(values)
    for box, found in maps_of(voxels, windows_of(SHAPE, 16), load_network(checkpoint), statistics_of(voxels)):
        maps[:, *box.slices] = found
    foreground, distances, boundaries = map(InMemory, maps)
    return segment(Maps(foreground, distances, boundaries), INSTANCES)


def segmented(path: Path, checkpoint: Artifact, output: Path, **own: Any) -> list[Segmented | Unreadable]:
    config = CONFIG.model_copy(update=own)
    return list(prediction.segment(prediction.find([path], output).places, checkpoint, config, output))


def test_labels_centres_planes_and_a_document_are_left(
    checkpoint: Artifact, volume: Path, values: NDArray[np.float32], tmp_path: Path
) -> None:
    output = tmp_path / "masks"
    (told,) = segmented(volume, checkpoint, output)

    expected = labels_by_hand(values, checkpoint)
    count = int(expected.max())
    opened = open_volume(output / "TS_01_6.80Apx_instances.mrc")
    assert count > 3
    assert (opened.voxels.read(whole(SHAPE)) == expected).all()
    assert opened.voxel_size_a == pytest.approx((6.8, 6.8, 6.8))
    assert isinstance(told, Segmented)
    assert (told.name, dict(told.instances), list(told.remarks)) == (volume.name, {1: count}, [])
    particles = read_particles(output / "TS_01_6.80Apx_instances.star")
    middles = ndimage.center_of_mass(expected > 0, expected, range(1, count + 1))
    assert particles.centres == pytest.approx(np.array(middles))
    assert particles.voxel_size_a == pytest.approx(6.8)
    assert decode((output / "TS_01_6.80Apx.png").read_bytes()).ndim == 3
    document = json.loads((output / "instances.json").read_bytes())
    assert [one["area"] for one in document["annotations"]] == np.bincount(expected.ravel())[1:].tolist()
    assert [one["id"] for one in document["annotations"]] == list(range(1, count + 1))
    assert document["images"][0]["file_name"] == volume.name
    assert document["info"]["checkpoint"] == checkpoint.uri
    assert sorted(path.name for path in output.iterdir()) == [
        "TS_01_6.80Apx.png",
        "TS_01_6.80Apx_instances.mrc",
        "TS_01_6.80Apx_instances.star",
        "instances.json",
    ]


@pytest.mark.parametrize("suffix", ["h5", "tif", "zarr", "npy"])
def test_other_formats_hold_the_same_labels(checkpoint: Artifact, volume: Path, tmp_path: Path, suffix: str) -> None:
    segmented(volume, checkpoint, tmp_path / "mrc")
    segmented(volume, checkpoint, tmp_path / suffix, labels=suffix, particles="csv")

    mrc = open_volume(tmp_path / "mrc/TS_01_6.80Apx_instances.mrc").voxels
    other = open_volume(tmp_path / suffix / f"TS_01_6.80Apx_instances.{suffix}").voxels
    assert (mrc.read(whole(SHAPE)) == other.read(whole(SHAPE))).all()
    assert (tmp_path / suffix / "TS_01_6.80Apx_instances.csv").exists()


class Killed(BaseException):
    """What no code catches."""


def test_killed_it_goes_on_with_the_next_window(
    checkpoint: Artifact, volume: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    segmented(volume, checkpoint, tmp_path / "straight")
    computed: list[Any] = []

    def told(*asked: Any) -> Any:
        for found in maps_of(*asked):
            computed.append(found)
            yield found

    def stopped(*asked: Any) -> Any:
        yield from islice(told(*asked), 5)
        raise Killed

    monkeypatch.setattr(COMPUTE, stopped)
    with pytest.raises(Killed):
        segmented(volume, checkpoint, tmp_path / "killed")
    assert [path.name for path in (tmp_path / "killed").iterdir()] == [".TS_01_6.80Apx.maps"]
    monkeypatch.setattr(COMPUTE, told)
    segmented(volume, checkpoint, tmp_path / "killed")

    assert len(computed) == len(windows_of(SHAPE, 16))
    files = {path.name: path.read_bytes() for path in (tmp_path / "straight").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "killed").iterdir()} == files


def test_more_instances_than_mrc_has_numbers_for_keep_what_was_computed_for_another_format(
    checkpoint: Artifact, volume: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "masks"
    monkeypatch.setattr(segmenting, "MOST_OF_MRC", 2)
    (told,) = segmented(volume, checkpoint, output)
    assert isinstance(told, Unreadable)
    assert "instances, and .mrc has no mode for more than 2: say --set labels=h5, zarr, tif or npy" in told.reason

    def nothing_left(*asked: Any) -> Any:
        assert list(asked[1]) == []
        return iter(())

    monkeypatch.setattr(COMPUTE, nothing_left)
    (told,) = segmented(volume, checkpoint, output, labels="h5")
    assert isinstance(told, Segmented)


def test_what_is_less_sure_is_in_no_file(checkpoint: Artifact, volume: Path, tmp_path: Path) -> None:
    segmented(volume, checkpoint, tmp_path / "all")
    scores = [one["score"] for one in json.loads((tmp_path / "all/instances.json").read_bytes())["annotations"]]
    least = sorted(scores)[1]

    segmented(volume, checkpoint, tmp_path / "sure", score_threshold=least)

    labels = open_volume(tmp_path / "sure/TS_01_6.80Apx_instances.mrc").voxels.read(whole(SHAPE))
    assert labels.max() == len(read_particles(tmp_path / "sure/TS_01_6.80Apx_instances.star").centres)
    assert labels.max() == len(scores) - 1


def test_files_that_hold_no_volume_are_told_and_keep_no_other(
    checkpoint: Artifact, volume: Path, tmp_path: Path
) -> None:
    (volume.parent / "bad.mrc").write_bytes(b"none")
    output = tmp_path / "masks"
    selection = prediction.find([volume.parent / "bad.mrc", volume], output)
    bad, good = prediction.segment(selection.places, checkpoint, CONFIG, output)

    assert isinstance(bad, Unreadable)
    assert isinstance(good, Segmented)


def test_semantic_labels_are_refused(checkpoint: Artifact, volume: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"semantic_labels = \[1\]: files of your own have none"):
        segmented(volume, checkpoint, tmp_path / "masks", semantic_labels=(1,))
