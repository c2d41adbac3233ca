"""Whatever finds the instances of pictures: a network, and what is put around one.  Importing it loads torch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import CategoryTable
from maskline.contract.thresholds import Threshold
from maskline.pictures.correction.config import MaskRules, by_category
from maskline.pictures.correction.corrected import corrected
from maskline.pictures.correction.faults import told
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.fusion.sights import together
from maskline.pictures.prediction.fusion.views import viewed
from maskline.pictures.prediction.inference import Finder, Found, Pixels
from maskline.pictures.prediction.keeping import kept, limits
from maskline.pictures.prediction.network import load
from maskline.pictures.prediction.rules import apart
from maskline.pictures.prediction.tiles.finding import TilingFinder


def finder(checkpoint: Artifact, config: PicturePrediction) -> Finder:
    """Load a checkpoint, and those that `config` names beside it, as it wants them to look at pictures.

    Raises Corrupt or CategoryMismatch if a checkpoint's files do not belong together, InvalidInput if there is no
    such device or class.
    """
    rules = Rules.of(config, checkpoint.manifest.categories)
    asked = config.model_copy(update={"score_threshold": min(of.score for of in rules.limits.values())})
    checkpoints = (checkpoint, *(open_sealed(uri, "checkpoint") for uri in config.also))
    sights = [sight for each in checkpoints for sight in _sights(each, asked)]
    seen = sights[0] if len(sights) == 1 and not config.one_class else together(sights, asked)

    def found(pictures: Sequence[Pixels]) -> list[Found]:
        return [rules.held(each) for each in seen(pictures)]

    return found


def _sights(checkpoint: Artifact, config: PicturePrediction) -> Iterator[Finder]:
    """Yield a network once for every way in which it is to see pictures."""
    segmenter = load(checkpoint, config)
    for zoom in config.view_scales:
        look = TilingFinder(segmenter, config, zoom)
        for view in config.views:
            yield viewed(look, view)


@dataclass(frozen=True)
class Rules:
    """What holds for the instances of a picture, by category id.

    names: of the classes.  apart: no two may share a pixel.
    """

    names: Mapping[int, str]
    corrections: Mapping[int, MaskRules]
    limits: Mapping[int, Threshold]
    apart: bool

    @classmethod
    def of(cls, config: PicturePrediction, table: CategoryTable) -> "Rules":
        """Return the rules of options.  Raises InvalidInput for a class that the table lacks."""
        names = {category.id: category.name for category in table.categories}
        return cls(names, by_category(config.correction, table), limits(config, table), config.overlap_free)

    def held(self, found: Found) -> Found:
        """Return what is in a picture: put right, then what scores enough and is large enough, then kept apart."""
        instances, faults = corrected(found.instances, self.corrections)
        sure = kept(Found(instances, found.limited, "; ".join(told(faults, self.names))), self.limits)
        if not self.apart:
            return sure
        smallest = {category: max(1, of.pixels) for category, of in self.limits.items()}
        return Found(apart(sure.instances, smallest), sure.limited, sure.remark)
