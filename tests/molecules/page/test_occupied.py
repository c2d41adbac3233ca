"""Free places: what is called free is free by the true distance, and what is far is called free."""

import numpy as np
from shapely import LineString, box

from maskline.molecules.page.occupied import Occupied

GAP = 3.0


def test_free_agrees_with_the_true_distance_but_for_the_corners() -> None:
    rng = np.random.default_rng(0)
    agreed = 0
    for _ in range(300):
        ends, reach = rng.uniform(0, 100, (1, 2, 2)), rng.uniform(0, 4, 1)
        corner = rng.uniform(0, 100, (2, 2))
        asked = np.concatenate([corner, corner + rng.uniform(1, 30, (2, 2))], axis=1)
        occupied = Occupied()
        occupied.add_segments(ends, reach)
        occupied.add_boxes(asked[1:])
        distances = [
            LineString(ends[0]).distance(box(*asked[0])) - reach[0],
            box(*asked[1]).distance(box(*asked[0])),
        ]
        free = bool(occupied.free(asked[:1], GAP)[0])
        assert not free or min(distances) >= GAP - 1e-3
        # Square corners reach further than round ones, by at most the square root of 2.
        assert (
            free or min(distances[0] + reach[0] - np.sqrt(2) * (GAP + reach[0]), distances[1] - np.sqrt(2) * GAP) < 1e-3
        )
        agreed += free == (min(distances) >= GAP)
    assert agreed > 280


def test_a_box_exactly_a_gap_away_is_free() -> None:
    occupied = Occupied()
    occupied.add_boxes(np.array([[0.0, 0.0, 10.0, 10.0]]))
    asked = np.array([[10 + GAP, 0.0, 20.0, 5.0], [10 + 0.9 * GAP, 0.0, 20.0, 5.0]])
    assert occupied.free(asked, GAP).tolist() == [True, False]
