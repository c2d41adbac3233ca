"""Sketches as the train stage sees them, without torch."""

from collections.abc import Mapping
from typing import Any, cast

from maskline.contract.categories import CategoryTable
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import Learner, Spec, Training, TrainingConfig
from maskline.contract.shard import Sample
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.config import StrokeTraining

FIT_BY = ("architecture", "points", "width", "layers", "heads", "feed_forward", "relations")


class StrokesTraining(Training):
    """Networks for sketches."""

    modules = ("maskline.strokes",)
    libraries = ("numpy", "scipy")
    training_config = StrokeTraining
    presets = "maskline.strokes"

    def spec(self, config: TrainingConfig, categories: CategoryTable) -> StrokeSpec:
        """Return the network that a `StrokeTraining` asks for."""
        values = {field: getattr(config, field) for field in StrokeSpec.model_fields if field != "categories"}
        return parse(StrokeSpec, values | {"categories": categories}, f"train preset '{config.name}'")

    def require_fitting(self, spec: Spec, text: str, uri: str) -> None:
        """Raise InvalidInput unless both networks are alike."""
        theirs = StrokeSpec.from_yaml(text, f"{uri}/model.yaml")
        for field in FIT_BY:
            found, needed = getattr(theirs, field), getattr(spec, field)
            if found != needed:
                raise InvalidInput(f"starting weights {uri} have {field} = {found}, not {needed}")

    def needed(self, sample: Sample) -> Sample:
        """Return the sample.  Raises InvalidInput if its labels name strokes that it does not have, or no object."""
        count = sample.image["strokes"]
        for annotation in sample.annotations:
            beyond = [number for number in annotation["strokes"] if not 0 <= number < count]
            if beyond:
                name = f"annotation {annotation['id']} of sketch {sample.image['file_name']}"
                raise InvalidInput(f"{name} names stroke {beyond[0]}; the sketch has {count}, counted from 0")
        if not sample.annotations:
            raise InvalidInput(f"sketch {sample.image['file_name']} has no object: there is nothing to learn from it")
        return sample

    def shape(self, record: Mapping[str, Any]) -> float:
        """Return the number of strokes."""
        return float(record["strokes"])

    def learner(self, spec: Spec, config: TrainingConfig) -> Learner:
        """Load torch."""
        from maskline.strokes.training.learner import StrokeLearner

        return StrokeLearner(cast("StrokeSpec", spec), cast("StrokeTraining", config))


training = StrokesTraining()
