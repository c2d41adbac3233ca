"""Whatever finds the instances of pictures: a network, and what is put around one.  Importing it loads torch."""

from collections.abc import Callable, Sequence

from maskline.contract.artifact import Artifact
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.inference import Found, Pixels
from maskline.pictures.prediction.network import load
from maskline.pictures.prediction.tiles.finding import TilingFinder

Finder = Callable[[Sequence[Pixels]], list[Found]]
"""From pictures, grey (H, W) or RGB (H, W, 3), to what is in each, whatever its company."""


def finder(checkpoint: Artifact, config: PicturePrediction) -> Finder:
    """Load a checkpoint as `config` wants it to look at pictures.

    Raises Corrupt or CategoryMismatch if the checkpoint's files do not belong together, InvalidInput if there is no
    such device.
    """
    return TilingFinder(load(checkpoint, config), config)
