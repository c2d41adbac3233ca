"""Whatever finds the instances of pictures: a network, and what is put around one.  Importing it loads torch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import CategoryTable
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.fusion.sights import together
from maskline.pictures.prediction.fusion.views import viewed
from maskline.pictures.prediction.inference import Finder, Found, Pixels, find
from maskline.pictures.prediction.network import load
from maskline.pictures.prediction.rules import apart, large_enough


def finder(checkpoint: Artifact, config: PicturePrediction) -> Finder:
    """Load a checkpoint, and those that `config` names beside it, as it wants them to look at pictures.

    Raises Corrupt or CategoryMismatch if a checkpoint's files do not belong together, InvalidInput if there is no
    such device or class.
    """
    checkpoints = (checkpoint, *(open_sealed(uri, "checkpoint") for uri in config.also))
    sights = [sight for each in checkpoints for sight in _sights(each, config)]
    seen = sights[0] if len(sights) == 1 and not config.one_class else together(sights, config)
    return _ruled(seen, config, checkpoint.manifest.categories)


def _sights(checkpoint: Artifact, config: PicturePrediction) -> Iterator[Finder]:
    """Yield a network once for every way in which it is to see pictures."""
    segmenter = load(checkpoint, config)
    look = partial(find, segmenter, score_threshold=config.score_threshold, most=config.max_detections)
    for zoom in config.view_scales:
        for view in config.views:
            yield viewed(partial(look, zoom=zoom), view)


def _ruled(find: Finder, config: PicturePrediction, table: CategoryTable) -> Finder:
    """Return a finder of what obeys the rules of `config` alone.  Raises InvalidInput for a class that is not there."""
    smallest = {table.id_of(name): pixels for name, pixels in config.min_pixels.items()}
    rule = apart if config.overlap_free else large_enough

    def found(pictures: Sequence[Pixels]) -> list[Found]:
        return [replace(each, instances=rule(each.instances, smallest)) for each in find(pictures)]

    return found
