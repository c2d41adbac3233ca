"""The multicut against the exact optimum of small graphs; what its costs say, by hand."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from maskline.volumes.instances.multicut import costs, multicut

GAP = 0.06
"""Share of the optimum that may be missed."""


def optimum(nodes: int, edges: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """Return the least sum of cut edges' costs: over all pairs of nodes, cut is transitive (triangle inequalities)."""
    pairs = {pair: number for number, pair in enumerate(itertools.combinations(range(nodes), 2))}
    objective = np.zeros(len(pairs))
    for (u, v), weight in zip(edges.tolist(), weights, strict=True):
        objective[pairs[u, v]] = weight
    rows = []
    for triangle in itertools.combinations(range(nodes), 3):
        three = [pairs[pair] for pair in itertools.combinations(triangle, 2)]
        for one in three:
            row = np.ones(len(pairs))
            row[[pair for pair in range(len(pairs)) if pair not in three]] = 0
            row[one] = -1
            rows.append(row)
    solved: Any = milp(
        objective,
        constraints=LinearConstraint(np.array(rows), lb=0),
        integrality=np.ones(len(pairs)),
        bounds=Bounds(0, 1),
    )
    return float(solved.fun)


def energy(labels: NDArray[np.int64], edges: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    return float(weights[labels[edges[:, 0]] != labels[edges[:, 1]]].sum())


@pytest.mark.parametrize("seed", range(6))
def test_the_energy_is_the_optimum_or_a_little_above(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes = 9
    edges = np.array([pair for pair in itertools.combinations(range(nodes), 2) if rng.random() < 0.6])
    weights = rng.standard_normal(len(edges))
    least = optimum(nodes, edges, weights)
    reached = energy(multicut(nodes, edges, weights), edges, weights)
    assert least - 1e-9 <= reached <= least + GAP * abs(least)


def test_two_nodes_are_one_if_the_cut_costs_something() -> None:
    edge = np.array([[0, 1]])
    assert multicut(2, edge, np.array([0.1])).tolist() == [0, 0]
    assert multicut(2, edge, np.array([-0.1])).tolist() == [0, 1]


def test_a_cut_that_costs_nothing_is_made() -> None:
    assert multicut(3, np.array([[0, 1], [1, 2]]), np.zeros(2)).tolist() == [0, 1, 2]


def test_without_edges_every_node_stays_alone() -> None:
    assert multicut(3, np.empty((0, 2), np.int64), np.empty(0)).tolist() == [0, 1, 2]


def test_a_cut_is_consistent() -> None:
    """Of a triangle with one repulsive edge, that edge alone cannot be cut."""
    edges = np.array([[0, 1], [0, 2], [1, 2]])
    assert multicut(3, edges, np.array([2.0, -1.0, 2.0])).tolist() == [0, 0, 0]
    assert multicut(3, edges, np.array([2.0, -3.0, 1.0])).tolist() == [0, 0, 1]


def test_parts_of_a_graph_are_cut_as_if_they_were_alone() -> None:
    rng = np.random.default_rng(7)
    one = np.array(list(itertools.combinations(range(7), 2)))
    weights = rng.standard_normal((3, len(one)))
    together = multicut(21, np.concatenate([one, one + 7, one + 14]), weights.ravel())
    for part in range(3):
        alone = multicut(7, one, weights[part])
        assert (together[7 * part : 7 * part + 7] - together[7 * part]).tolist() == alone.tolist()


def test_costs_are_log_odds_kept_finite() -> None:
    assert costs(np.array([0.5]), 0.5).tolist() == [0]
    assert costs(np.array([0.0, 1.0]), 0.5) == pytest.approx([math.log(999), -math.log(999)])
    assert costs(np.array([0.5]), 0.8) == pytest.approx([-math.log(4)])
