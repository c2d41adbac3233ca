"""Each step against a library that does it for whole volumes, or by hand."""

import bioimage_cpp.graph as graphs
import numpy as np
import plain
import pytest
import SimpleITK
from bioimage_cpp.graph.features import edge_map_features
from scipy.ndimage import distance_transform_edt, gaussian_filter
from skimage.segmentation import watershed

from maskline.volumes.instances.adjacency import contacts
from maskline.volumes.instances.bilateral import bilateral
from maskline.volumes.instances.distances import OUTSIDE, distances
from maskline.volumes.instances.foreground import Packed, foreground
from maskline.volumes.instances.numbering import in_order
from maskline.volumes.instances.smoothing import smoothed
from maskline.volumes.instances.watershed import flood, markers, thresholds
from maskline.volumes.voxels import Box, InMemory, whole


@pytest.mark.parametrize("spread", [0.05, 1, 30])
def test_the_bilateral_filter_is_itks_to_the_last_bit(spread: float) -> None:
    volume = (np.random.default_rng(1).random((5, 9, 8)) * spread).astype(np.float32)
    filtered = SimpleITK.GetArrayFromImage(SimpleITK.Bilateral(SimpleITK.GetImageFromArray(volume), 1.0, 0.1))
    at = np.arange(volume.size)
    assert bilateral(volume, at).tolist() == filtered.ravel().tolist()


@pytest.mark.parametrize("box", [Box((0, 0, 0), (3, 4, 2)), Box((2, 3, 4), (5, 9, 8)), Box((1, 1, 1), (2, 2, 2))])
@pytest.mark.parametrize("sigma", [0, 0.5, 1.3])
def test_a_box_is_smoothed_as_the_whole_is(sigma: float, box: Box) -> None:
    volume = np.random.default_rng(2).random((6, 9, 8)).astype(np.float32)
    assert np.array_equal(smoothed(InMemory(volume), box, sigma), gaussian_filter(volume, sigma)[box.slices])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.98])
def test_a_boxs_measured_distances_are_the_wholes(share: float) -> None:
    mask = np.random.default_rng(3).random((20, 12, 14)) < share
    mask[4:16, 1:12, 2:13] = True
    expected = gaussian_filter(np.clip(distance_transform_edt(mask), 0, 5), 0.5)
    for box in (whole((20, 12, 14)), Box((3, 4, 5), (9, 6, 14)), Box((9, 6, 7), (10, 7, 8))):
        network = InMemory(np.zeros(mask.shape, np.float32))
        assert np.array_equal(distances(network, 2, 0.5, InMemory(mask), box), expected[box.slices])


def test_no_distance_outside_the_foreground_is_above_what_parts_are_joined_by() -> None:
    mask = np.ones((21, 21, 21), dtype=bool)
    mask[10, 10, 10] = False
    network = InMemory(np.full(mask.shape, 9, np.float32))
    for kind in (1, 2):
        at = float(distances(network, kind, 0.5, InMemory(mask), whole((21, 21, 21)))[10, 10, 10])
        assert 0.97 * OUTSIDE[kind] < at <= OUTSIDE[kind]


def test_thresholds_go_up_to_the_highest() -> None:
    assert thresholds(1, 2.4).tolist() == [1, 1.5, 2]
    assert thresholds(0.25, 1.25).tolist() == [0.25, 0.75, 1.25]
    assert thresholds(2, 2).tolist() == [2]


def test_two_peaks_are_two_markers_where_the_threshold_parts_them() -> None:
    row = np.array([[[0, 1, 2.2, 2.1, 1.2, 3, 1, 0.4, 1.4]]])
    found, count = markers(row, np.ones(row.shape, dtype=bool), thresholds(1, 3))
    assert count == 3
    assert found.ravel().tolist() == [0, 0, 1, 1, 0, 2, 0, 0, 3]


@pytest.mark.parametrize("seed", range(5))
def test_markers_are_the_sweeps(seed: int) -> None:
    values = gaussian_filter(np.random.default_rng(seed).random((9, 12, 13)), 1)
    values = np.round(values / values.max() * 8, 1 + seed % 2)
    found, _ = markers(values, np.ones(values.shape, dtype=bool), thresholds(2, 6))
    assert np.array_equal(plain.renumbered(found), plain.renumbered(plain.sweep(values, 2, 6)))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_plateaus_are_flooded_as_scikit_image_does(count: int) -> None:
    mask = np.random.default_rng(4).random((1, 21, 21)) < 0.8
    seeds = np.zeros(mask.shape, np.int32)
    seeds[0, 3, 3:5], seeds[0, 17, 15] = min(count, 1), max(0, count - 1) * 2
    flat = np.ones(mask.shape)
    assert np.array_equal(flood(flat, seeds, count, mask), watershed(-flat, seeds, mask=mask))


def test_parts_with_a_gap_up_to_what_is_asked_are_one() -> None:
    row = np.array([[[1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]]], np.float32)
    assert foreground(InMemory(row), 1, 0).parts.ravel().tolist() == [1, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3]
    assert foreground(InMemory(row), 1, 4).parts.ravel().tolist() == [1] * 9 + [0] + [2] * 3


@pytest.mark.parametrize("box", [Box((0, 0, 0), (3, 4, 21)), Box((1, 1, 3), (2, 4, 5)), Box((0, 2, 8), (3, 3, 17))])
def test_a_packed_mask_reads_as_what_was_packed(box: Box) -> None:
    mask = np.random.default_rng(6).random((3, 4, 21)) < 0.5
    packed = Packed(np.packbits(mask, axis=2), (3, 4, 21))
    assert np.array_equal(packed.read(box), mask[box.slices])


def test_contacts_and_their_means_are_the_region_graphs() -> None:
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 6, (4, 5, 6)).astype(np.int32)
    values = rng.random(labels.shape)
    graph = graphs.region_adjacency_graph(labels.astype(np.uint32))
    inner = (graph.uv_ids() > 0).all(axis=1)
    features = edge_map_features(graph, labels.astype(np.uint32), values)[inner]
    touching = contacts(labels)
    assert touching.pairs.tolist() == graph.uv_ids()[inner].tolist()
    assert touching.sizes.tolist() == features[:, 1].tolist()
    assert np.allclose(touching.mean(values.ravel()[touching.voxels].mean(axis=1)), features[:, 0], rtol=1e-12)


def test_a_quantile_of_contacts_is_one_of_their_values() -> None:
    touching = contacts(np.array([[[1, 1, 1, 1, 3], [2, 2, 2, 2, 2]]], np.int32))
    assert touching.pairs.tolist() == [[1, 2], [1, 3], [2, 3]]
    values = np.zeros(len(touching.edges))
    values[touching.edges == 0] = [0.4, 0.1, 0.3, 0.2]
    values[touching.edges == 1] = 0.9
    assert touching.quantile(values, 0).tolist() == [0.1, 0.9, 0]
    assert touching.quantile(values, 0.5).tolist() == [0.2, 0.9, 0]
    assert touching.quantile(values, 1).tolist() == [0.4, 0.9, 0]


def test_labels_are_ordered_by_their_first_places() -> None:
    numbers, first = in_order(np.array([0, 5, 2, 5, 0, 2, 7], np.int32))
    assert numbers.tolist() == [0, 0, 2, 0, 0, 1, 0, 3]
    assert first.tolist() == [1, 2, 6]
