"""Volumes through the predict stage: the same instances however they are cut, shared out or interrupted."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Changed, InvalidInput
from maskline.contract.store.directory import DirectoryStore
from maskline.predict.plan import plan_dataset, plan_pictures
from maskline.predict.stage import run, work
from maskline.volumes.bricks.cutting import Volume
from maskline.volumes.bricks.encoding import decode
from maskline.volumes.bricks.statistics import statistics_of
from maskline.volumes.instances.config import Instances
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.networks.weights import load_network
from maskline.volumes.prediction.config import VolumePrediction
from maskline.volumes.prediction.windows import maps_of, windows_of
from maskline.volumes.viewer.page import viewer_page
from maskline.volumes.voxels import InMemory

from .conftest import SealDataset

SHAPE = (20, 24, 150)
OPTIONS = Instances(threshold_foreground=0.44, max_center_distance=3, center_rise=0, postprocessing=True)
CONFIG = VolumePrediction(window_voxels=16, instances=OPTIONS, score_threshold=0)


def noise(seed: int, shape: tuple[int, int, int] = SHAPE) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def predict(config: VolumePrediction, checkpoint: Artifact, dataset: Artifact, store: DirectoryStore) -> Artifact:
    return run(plan_dataset(config, checkpoint.uri, dataset.uri, store), store)


def labels_of(predictions: Artifact, volume: str = "a") -> NDArray[np.uint32]:
    records = [
        record
        for name in sorted(predictions.manifest.files)
        if name.startswith("images/")
        for record in json.loads(predictions.read(name))
        if record["volume"] == volume
    ]
    whole = np.zeros(records[0]["volume_shape"], np.uint32)
    for record in records:
        (z, y, x), (dz, dy, dx) = record["start"], record["shape"]
        name = f"labels/{record['file_name'].removesuffix('.raw')}.labels"
        whole[z : z + dz, y : y + dy, x : x + dx] = decode(predictions.read(name))
    return whole


def results_of(predictions: Artifact) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(predictions.read("shards/joined.json"))
    return found


def plainly(checkpoint: Artifact, values: NDArray[np.float32]) -> NDArray[np.int32]:
    voxels, maps = InMemory(values), np.zeros((3, *values.shape), np.float16)
    found = maps_of(voxels, windows_of(values.shape, 16), load_network(checkpoint), statistics_of(voxels))
    for box, own in found:
        maps[:, *box.slices] = own
    return segment(Maps(*map(InMemory, maps)), OPTIONS)


def test_the_first_volumes_are_painted_and_can_be_looked_through(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore
) -> None:
    volumes = [Volume(name, InMemory(noise(seed, (16, 16, 16)))) for seed, name in enumerate("abc")]
    dataset = seal_dataset(*volumes)

    predictions = predict(CONFIG.model_copy(update={"overlays": 2}), checkpoint, dataset, store)

    shown = {name for name in predictions.manifest.files if name.startswith("overlays/")}
    assert shown == {"overlays/a.png", "overlays/b.png", "overlays/a.html", "overlays/b.html"}
    own = [result for result in results_of(predictions) if result["volume"] == "b"]
    labels = InMemory(labels_of(predictions, "b"))
    table = checkpoint.manifest.categories
    page = viewer_page("b", InMemory(noise(1, (16, 16, 16))), labels, own, table, None)
    assert predictions.read("overlays/b.html").decode() == page


@pytest.mark.parametrize("bricks", [1, 3, 100])
def test_the_instances_are_those_of_the_whole_volume_however_it_is_shared_out(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore, bricks: int
) -> None:
    volumes = {"a": noise(0), "b": noise(1, (16, 16, 16))}
    dataset = seal_dataset(*(Volume(name, InMemory(values)) for name, values in volumes.items()), bricks=bricks)

    predictions = predict(CONFIG, checkpoint, dataset, store)

    for name, values in volumes.items():
        found = plainly(checkpoint, values)
        assert found.max() > 20
        np.testing.assert_array_equal(labels_of(predictions, name), found)


def test_results_tell_what_the_labels_are(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore
) -> None:
    dataset = seal_dataset(Volume("a", InMemory(noise(0))), bricks=1)

    predictions = predict(CONFIG, checkpoint, dataset, store)

    labels, results = labels_of(predictions), results_of(predictions)
    assert predictions.manifest.figures["instances"] == len(results) == labels.max()
    for result in results:
        places = np.argwhere(labels == result["instance"])
        assert result["area"] == len(places)
        assert result["bbox"] == [*places.min(0), *(places.max(0) + 1 - places.min(0))]
        np.testing.assert_allclose(result["centroid"], places.mean(0), atol=1e-3)
        assert result["image_id"] == 1 + (places[0][2] >= SHAPE[2] // 2)
        assert 0.42 <= result["score"] <= 0.55


def test_whoever_is_killed_goes_on_with_the_next_window(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = seal_dataset(Volume("a", InMemory(noise(0))))
    undisturbed = results_of(predict(CONFIG, checkpoint, dataset, DirectoryStore(store.root / "other")))
    plan, written, write = plan_dataset(CONFIG, checkpoint.uri, dataset.uri, store), list[str](), store.write

    def dying(path: str, data: bytes) -> None:
        if "/room/" in path:
            if len(written) == 7:
                raise KeyboardInterrupt
            written.append(path)
        write(path, data)

    monkeypatch.setattr(store, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        run(plan, store)
    before, written[:] = set(written), []
    monkeypatch.setattr(store, "write", write)
    room = {path for path in store.list(f"work/{plan.id}/room") if path}
    predictions = run(plan, store)

    assert room == before
    assert len(before) == 7
    assert results_of(predictions) == undisturbed
    assert not store.list(f"work/{plan.id}")


def test_windows_that_are_there_are_not_computed_again(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = seal_dataset(Volume("a", InMemory(noise(0))), bricks=1)
    plan, counts = plan_dataset(CONFIG, checkpoint.uri, dataset.uri, store), dict[str, int]()
    write = store.write

    def counting(path: str, data: bytes) -> None:
        counts[path] = counts.get(path, 0) + 1
        write(path, data)

    monkeypatch.setattr(store, "write", counting)
    for part in ("0-1", "1-2", "0-2"):
        work(plan, part, store)

    rooms = [count for path, count in counts.items() if "/room/" in path]
    assert rooms == [1] * len(windows_of(SHAPE, 16))


def test_nothing_is_found_outside_the_mask(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore
) -> None:
    mask = np.zeros(SHAPE, np.uint8)
    mask[:, :, 60:90] = 1
    dataset = seal_dataset(Volume("a", InMemory(noise(0)), mask=InMemory(mask)))

    labels = labels_of(predict(CONFIG, checkpoint, dataset, store))

    assert labels.any()
    assert not labels[mask == 0].any()


def test_semantic_labels_are_the_foreground_where_they_are_asked_for(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore
) -> None:
    semantic = np.zeros(SHAPE, np.uint16)
    semantic[2:10, 2:10, 2:10], semantic[2:10, 2:10, 100:108] = 4, 5
    config = CONFIG.model_copy(update={"semantic_labels": (5,)})

    labelled = seal_dataset(Volume("a", InMemory(noise(0)), semantic=InMemory(semantic)))
    labels = labels_of(predict(config, checkpoint, labelled, store))

    assert labels.any()
    assert not labels[semantic != 5].any()


def test_semantic_labels_that_are_not_there_are_told(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore
) -> None:
    config = CONFIG.model_copy(update={"semantic_labels": (5,)})
    dataset = seal_dataset(Volume("a", InMemory(noise(0))))

    with pytest.raises(InvalidInput, match=r"semantic_labels = \[5\]: a has no semantic labels"):
        predict(config, checkpoint, dataset, store)


def test_maps_are_kept_if_they_are_asked_for(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore
) -> None:
    dataset = seal_dataset(Volume("a", InMemory(noise(0))))

    predictions = predict(CONFIG.model_copy(update={"keep_maps": True}), checkpoint, dataset, store)

    maps = decode(predictions.read("maps/a-0-0-75.maps"))
    assert maps.shape == (3, 20, 24, 75)
    again = segment(
        Maps(
            *(
                InMemory(np.concatenate([decode(predictions.read("maps/a-0-0-0.maps"))[n], maps[n]], 2))
                for n in (0, 1, 2)
            )
        ),
        OPTIONS,
    )
    np.testing.assert_array_equal(again, labels_of(predictions))


def test_ones_own_files_are_predicted_in_slabs_as_they_are_in_a_dataset(
    checkpoint: Artifact, seal_dataset: SealDataset, store: DirectoryStore, tmp_path: Path
) -> None:
    values = noise(0, (150, 24, 20))
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    np.save(theirs / "a.npy", values)
    np.save(theirs / "b.npy", noise(1, (16, 16, 16)))
    (theirs / "notes.txt").write_text("a is from Tuesday")

    plan = plan_pictures(CONFIG, checkpoint.uri, str(theirs), store)
    predictions = run(plan, store)

    assert plan.count == 3 + 1 + 1
    assert {"overlays/a.npy.png", "overlays/b.npy.png"} <= set(predictions.manifest.files)
    whole = predict(CONFIG, checkpoint, seal_dataset(Volume("a", InMemory(values))), store)
    np.testing.assert_array_equal(labels_of(predictions, "a.npy"), labels_of(whole))
    (fault,) = predictions.manifest.figures["unreadable"]
    assert fault["file_name"] == "notes.txt"
    assert "holds no volume in a format that is read" in fault["reason"]


def test_a_file_that_has_changed_since_it_was_listed_is_told(
    checkpoint: Artifact, store: DirectoryStore, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    np.save(theirs / "a.npy", noise(0, (16, 16, 16)))
    plan = plan_pictures(CONFIG, checkpoint.uri, str(theirs), store)
    np.save(theirs / "a.npy", noise(1, (16, 16, 16)))

    with pytest.raises(Changed, match=r"a\.npy was changed since the volumes were listed"):
        run(plan, store)
