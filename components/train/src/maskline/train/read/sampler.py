"""What step t sees, as a pure function of (seed, t): a resumed run goes on with the order it had.

Each use of randomness has a stream of its own, so that changing one leaves the others alone.
"""

import numpy as np
from numpy.typing import NDArray

ORDER, NETWORK, SHAPES, REPEATS = 0, 2, 10, 11
"""All other numbers belong to the kinds, for how their records are varied."""


def batch_indices(seed: int, step: int, batch: int, count: int) -> list[int]:
    """Return the numbers of the pictures of step `step` (from 0): each pass over `count` pictures has its own order."""
    places = range(step * batch, (step + 1) * batch)
    orders = {epoch: _order(seed, epoch, count) for epoch in {place // count for place in places}}
    return [int(orders[place // count][place % count]) for place in places]


def alike_indices(seed: int, step: int, batch: int, shapes: NDArray[np.float64], steps: int) -> list[int]:
    """Return the numbers of the pictures of step `step` when those of each `steps` steps are shared out by shape.

    shapes: (count,), of every picture.  A step pads its pictures to the largest of them; shared out so,
    they need little of that, while every pass still shows every picture once. With steps = 1 they come as they are.
    """
    stretch, turn = divmod(step, steps)
    numbers = np.array(batch_indices(seed, stretch, batch * steps, len(shapes)))
    group = np.empty_like(numbers)
    group[shapes[numbers].argsort(kind="stable")] = np.arange(len(numbers)) // batch
    mine = np.random.default_rng([seed, SHAPES, stretch]).permutation(steps)[turn]
    return [int(number) for number in numbers[group == mine]]


def _order(seed: int, epoch: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.random.default_rng([seed, ORDER, epoch]).permutation(count)


def repeats_rng(seed: int) -> np.random.Generator:
    """Return the generator that decides how often a pass shows each picture."""
    return np.random.default_rng([seed, REPEATS])


def picture_rng(seed: int, step: int, place: int, use: int) -> np.random.Generator:
    """Return the generator of one use of randomness for the picture at `place` in the batch of `step`."""
    return np.random.default_rng([seed, use, step, place])


def network_seed(seed: int, step: int, part: int) -> int:
    """Return the seed of what the network itself draws for one part of a step: sampled regions and points."""
    return int(np.random.SeedSequence([seed, NETWORK, step, part]).generate_state(1, np.uint64)[0] >> 1)
