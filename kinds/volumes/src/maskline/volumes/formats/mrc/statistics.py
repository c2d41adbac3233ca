"""What an MRC header tells of its voxels, put together plane by plane."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class Statistics:
    """Extremes, mean and standard deviation of the values that were added."""

    count: int = 0
    lowest: float = math.inf
    highest: float = -math.inf
    mean: float = 0.0
    squares: float = 0.0
    """The sum of the squared distances from the mean."""

    def add(self, values: NDArray[Any]) -> None:
        """Add values (Chan, Golub and LeVeque 1983: means and squares of two parts, put together)."""
        exact = values.astype(np.float64)
        count, mean = exact.size, float(exact.mean())
        squares = float(np.square(exact - mean).sum())
        total, apart = self.count + count, mean - self.mean
        self.squares += squares + apart**2 * self.count * count / total
        self.mean += apart * count / total
        self.count = total
        self.lowest, self.highest = min(self.lowest, float(exact.min())), max(self.highest, float(exact.max()))

    @property
    def deviation(self) -> float:
        """From the mean, as root mean square."""
        return math.sqrt(self.squares / self.count)
