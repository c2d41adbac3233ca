"""The same steps written plainly over whole arrays with scipy, scikit-image, SimpleITK and bioimage-cpp."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import SimpleITK
from bioimage_cpp.graph import UndirectedGraph, region_adjacency_graph
from bioimage_cpp.graph.features import edge_map_features
from bioimage_cpp.graph.multicut import KernighanLinMulticut, MulticutObjective
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter
from skimage.measure import label
from skimage.segmentation import watershed

from maskline.volumes.instances.config import Instances

Array = NDArray[Any]


def segment(maps: Iterable[Array], options: Instances) -> Array:
    """Return the instance of every voxel, in numbers of no order.

    maps: foreground, distances and boundaries, float32, (z, y, x).
    """
    foreground, distances, boundaries = maps
    threshold = options.threshold_foreground
    distances = gaussian_filter(distances, options.distance_smoothing)
    boundaries = SimpleITK.GetArrayFromImage(SimpleITK.Bilateral(SimpleITK.GetImageFromArray(boundaries), 1.0, 0.1))
    if threshold < 1:
        foreground = gaussian_filter(foreground, 0.5)
    mask = foreground >= threshold
    distances[distances < 0] = 0
    distances[~mask] = 0
    if options.distance_type:
        measured = gaussian_filter(np.clip(distance_transform_edt(mask), 0, 5), 0.5)
        distances = measured if options.distance_type == 2 else (distances + measured) / 2
    markers = sweep(distances, options.min_center_distance, options.max_center_distance)
    fragments: Array = watershed(-distances, markers, mask=mask)
    if not options.postprocessing or options.boundary_bias == 1:
        return fragments
    return merge(fragments, boundaries, options.boundary_bias)


def sweep(distances: Array, lowest: float, highest: float) -> Array:
    """Return markers, one component of one level after the other."""
    markers = np.zeros(distances.shape, np.int32)
    level = label(distances >= lowest)
    for threshold in np.arange(lowest + 0.5, highest + 1e-9, 0.5):
        reached = distances >= threshold
        goes_on = np.zeros(level.max() + 1, dtype=bool)
        goes_on[level[reached]] = True
        ended = (level > 0) & ~goes_on[level]
        markers[ended] = level[ended] + markers.max()
        level = label(reached)
    markers[level > 0] = level[level > 0] + markers.max()
    return markers


def merge(fragments: Array, boundaries: Array, bias: float) -> Array:
    """Return fragments joined by a multicut of all of them, numbered by their first voxels."""
    labels = renumbered(fragments).astype(np.uint32)
    graph = region_adjacency_graph(labels)
    inner = (graph.uv_ids() > 0).all(axis=1)
    if not inner.any():
        return fragments
    probability = edge_map_features(graph, labels, boundaries)[inner, 0] * 0.998 + 0.001
    costs = np.log((1 - probability) / probability) + np.log((1 - bias) / bias)
    inner_graph = UndirectedGraph.from_edges(int(labels.max()), graph.uv_ids()[inner] - 1)
    nodes = KernighanLinMulticut().optimize(MulticutObjective(inner_graph, costs))
    return np.append(0, nodes.astype(np.int64) + 1)[labels]


def renumbered(labels: Array) -> Array:
    """Return labels counted from 1 in the order of their first voxels; 0 stays."""
    values, first, places = np.unique(labels, return_index=True, return_inverse=True)
    first[values == 0] = -1
    ranks = np.argsort(np.argsort(first)) + int(0 not in values)
    return ranks[places].reshape(labels.shape)
