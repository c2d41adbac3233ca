"""How well the instances of pictures are counted, wherever they were found."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from maskline.pictures.evaluation.agreement.overlap import Overlap


class CountError(NamedTuple):
    """Found minus true, over pictures.

    absolute: its mean size, instances per picture.  signed: its mean.  relative: the sum of its sizes over the number
    of true instances; None if there are none.
    """

    absolute: float
    signed: float
    relative: float | None


def count_error(pictures: Sequence[Overlap]) -> CountError:
    """Compare the numbers of detections with those of true instances, picture by picture; one picture at least."""
    found, true = np.array([(len(picture.detected), len(picture.true)) for picture in pictures]).T
    errors = found - true
    relative = float(abs(errors).sum() / true.sum()) if true.sum() else None
    return CountError(float(abs(errors).mean()), float(errors.mean()), relative)
