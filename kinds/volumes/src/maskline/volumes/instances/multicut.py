"""Fragments put together where no boundary parts them: a multicut of the graph of those that touch."""

import numpy as np
from numpy.typing import NDArray

LEAST = 0.001
"""Probabilities are brought into what lies this far from 0 and 1, so that no cost is infinite."""


def costs(probability: NDArray[np.float64], bias: float) -> NDArray[np.float64]:
    """Return what cutting an edge costs: above 0, the two ends belong together.

    probability: (E,), 0 to 1, that the edge is a boundary.  bias: above 0 and below 1; the higher, the more is cut.
    The log-odds of Andres et al. 2012, "Globally optimal closed-surface segmentation for connectomics", section 3.
    """
    scaled = probability * (1 - 2 * LEAST) + LEAST
    result: NDArray[np.float64] = np.log((1 - scaled) / scaled) + np.log((1 - bias) / bias)
    return result


def multicut(nodes: int, edges: NDArray[np.int64], costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the cluster of every node, (nodes,), counted from 0 in the order of their first nodes.

    edges: (E, 2), nodes from 0, no pair twice.  costs: (E,), of a cut.
    Little is cut in all, though not always the least: greedy joining (Keuper et al. 2015), then Kernighan-Lin.
    """
    if not len(edges):
        return np.arange(nodes)
    from bioimage_cpp.graph import UndirectedGraph
    from bioimage_cpp.graph.multicut import KernighanLinMulticut, MulticutObjective

    graph = UndirectedGraph.from_unique_edges(nodes, edges.astype(np.uint64))
    found = KernighanLinMulticut().optimize(MulticutObjective(graph, costs))
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    ranks: NDArray[np.int64] = np.argsort(np.argsort(first))[inverse]
    return ranks
