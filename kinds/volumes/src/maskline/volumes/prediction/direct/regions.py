"""Where the instances of a label volume lie.

R: instances
"""

import csv
import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

COLUMNS = ("label", "area", *(f"bbox-{side}" for side in range(6)), *(f"centroid-{axis}" for axis in range(3)))
"""What scikit-image's regionprops_table calls them: bbox is z, y, x of the first voxel, then of the end, exclusive."""


class Regions(NamedTuple):
    """Instances by number.

    labels: (R,).  areas: (R,) voxels.  bounds: (R, 6) voxels.  centroids: (R, 3) z, y, x, voxels, of voxels' middles.
    """

    labels: NDArray[np.int64]
    areas: NDArray[np.int64]
    bounds: NDArray[np.int64]
    centroids: NDArray[np.float64]

    def to_csv(self) -> str:
        """Return a table with a header, COLUMNS, and a row an instance."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(COLUMNS)
        for label, area, bounds, centroid in zip(*(column.tolist() for column in self), strict=True):
            rows.writerow([label, float(area), *bounds, *centroid])
        return text.getvalue()


def regions_of(labels: NDArray[np.int32]) -> Regions:
    """Return the instances of a label volume, (z, y, x) with 0 for none, whose numbers may have gaps."""
    import cc3d

    found = cc3d.statistics(labels.view(np.uint32), no_slice_conversion=True)
    areas = found["voxel_counts"].astype(np.int64)
    there = np.flatnonzero(areas)
    there = there[there > 0]
    bounds = found["bounding_boxes"][there].astype(np.int64)
    bounds[:, 1::2] += 1
    return Regions(there, areas[there], bounds[:, [0, 2, 4, 1, 3, 5]], found["centroids"][there])
