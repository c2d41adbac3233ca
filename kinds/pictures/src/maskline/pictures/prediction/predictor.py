"""A checkpoint that predicts pictures.  Importing it loads torch, as importing `finder` does."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.coco.overlay import overlay
from maskline.contract.kind.prediction import Found, Listed, Predictor, Unreadable
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample
from maskline.contract.store import Store
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.finder import finder
from maskline.pictures.prediction.reading import Given, read_listed, read_samples
from maskline.pictures.prediction.remarks import remarks_on


class PicturePredictor(Predictor):
    """A finder of instances; pictures go through it batch by batch."""

    def __init__(self, checkpoint: Artifact, config: PicturePrediction) -> None:
        """Load the checkpoint.

        Raises Corrupt or CategoryMismatch if its files do not belong together, InvalidInput if there is no such device.
        """
        self._config, self._categories = config, checkpoint.manifest.categories
        self._find = finder(checkpoint, config)
        self._sure = {
            category.id: config.thresholds.get(category.name, config.overlay_threshold)
            for category in self._categories.categories
        }

    def of_samples(self, samples: Iterable[Sample]) -> Iterator[Found | Unreadable]:
        """Predict a dataset's pictures; none is painted over."""
        return self._predicted(read_samples(samples), painted=0)

    def of_listed(self, listed: Sequence[Listed], place: Store) -> Iterator[Found | Unreadable]:
        """Predict somebody's pictures and paint the first ones over."""
        config = self._config
        given = read_listed(listed, place, config.max_pixels, config.percentiles)
        return self._predicted(given, painted=config.overlays)

    def _predicted(self, pictures: Iterator[Given | Unreadable], painted: int) -> Iterator[Found | Unreadable]:
        """Yield what is in each picture.  painted: up to this id they are painted over."""
        config = self._config
        while batch := list(islice(pictures, config.batch_size)):
            pixels = [picture.pixels for picture in batch if isinstance(picture, Given)]
            results = iter(self._find(pixels))
            for picture in batch:
                if isinstance(picture, Unreadable):
                    yield picture
                    continue
                found = next(results)
                remarks = remarks_on(picture.remark, config.max_detections, found)
                files = self._overlay(picture, found.instances) if picture.id <= painted else {}
                yield Found(picture.describe(), found.instances, remarks, found.limited, files)

    def _overlay(self, picture: Given, instances: Sequence[dict[str, Any]]) -> dict[str, bytes]:
        sure = [instance for instance in instances if instance["score"] >= self._sure[instance["category_id"]]]
        painted = overlay(picture.pixels, sure, self._categories)
        return {f"overlays/{picture.file_name}.png": encode_png(painted)}
