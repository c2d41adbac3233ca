"""Pictures as the train stage sees them, without torch."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from maskline.contract.categories import CategoryTable
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import Learner, Spec, Training, TrainingConfig
from maskline.contract.shard import Sample
from maskline.pictures.correction.config import by_category
from maskline.pictures.correction.faults import Faults, told
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.balance import balanced
from maskline.pictures.training.config import PictureTraining

ANNOTATION_FIELDS = ("id", "image_id", "category_id", "bbox", "area", "iscrowd", "segmentation")
IMAGE_FIELDS = ("id", "file_name", "width", "height")
WEIGHTS_FIT_BY = ("architecture", "channels", "strides")


class PicturesTraining(Training):
    """Networks for instance segmentation of pictures."""

    modules = (
        "maskline.pictures.correction",
        "maskline.pictures.networks",
        "maskline.pictures.prediction.inference",  # validation finds instances as prediction does
        "maskline.pictures.preprocessing",
        "maskline.pictures.spec",
        "maskline.pictures.training",
    )
    libraries = ("detectron2", "torchvision")
    training_config = PictureTraining
    presets = "maskline.pictures"
    formats = (".pkl", ".pth")

    def spec(self, config: TrainingConfig, categories: CategoryTable) -> ModelSpec:
        """Return the segmenter that a `PictureTraining` asks for; its correction fits the categories by then."""
        by_category(cast("PictureTraining", config).correction, categories)
        values = {field: getattr(config, field) for field in ModelSpec.model_fields if field != "categories"}
        return parse(ModelSpec, values | {"categories": categories}, f"train preset '{config.name}'")

    def require_fitting(self, spec: Spec, text: str, uri: str) -> None:
        """Raise InvalidInput unless both are of one architecture, read as many channels and halve sides alike."""
        theirs = ModelSpec.from_yaml(text, f"{uri}/model.yaml")
        for field in WEIGHTS_FIT_BY:
            found, needed = getattr(theirs, field), getattr(spec, field)
            if found != needed:
                raise InvalidInput(f"starting weights {uri} have {field} = {found}, not {needed}")

    def require_random(self, spec: Spec) -> None:
        """Refuse a network whose normalisation stays what random weights say."""
        if cast("ModelSpec", spec).normalisation == "frozen":
            raise InvalidInput(
                "normalisation = 'frozen' keeps what starting weights say, and there are none: name some, or set "
                "normalisation = 'trained'"
            )

    def settled(self, config: TrainingConfig, table: CategoryTable, samples: Iterable[Sample]) -> TrainingConfig:
        """Work out anchors and weights of classes where `config` leaves them to the data."""
        asked = cast("PictureTraining", config)
        found: dict[str, Any] = {}
        if asked.anchors_of_data:
            from maskline.pictures.training.anchors import fitting_anchors

            sizes, ratios = fitting_anchors(samples, self.spec(config, table))
            found |= {"anchors_of_data": False, "anchor_sizes_px": sizes, "anchor_ratios": ratios}
        if asked.losses.balance != "none":
            weights = balanced(samples, table, asked.losses.balance)
            told = {"balance": "none", "class_weights": weights}
            found["losses"] = asked.losses.model_copy(update=told)
        return config.model_copy(update=found)

    def needed(self, sample: Sample) -> Sample:
        """Return picture and labels.  Raises InvalidInput for masks that are not 2-D, or of another size."""
        size = [sample.image["height"], sample.image["width"]]
        for annotation in sample.annotations:
            found = annotation["segmentation"]["size"]
            if found != size:
                name = f"annotation {annotation['id']} of picture {sample.image['file_name']}"
                rule = f"it must be the picture's height and width, {size}"
                raise InvalidInput(f"{name} has a mask of size {found}; {rule}")
        image = {field: sample.image[field] for field in IMAGE_FIELDS}
        labels = [{field: annotation[field] for field in ANNOTATION_FIELDS} for annotation in sample.annotations]
        return Sample(sample.stem, sample.members, image, labels)

    def remarks(self, config: TrainingConfig, categories: CategoryTable, samples: Iterable[Sample]) -> list[str]:
        """Say how many masks of each class are put right before they teach, where any class has rules."""
        rules, faults = by_category(cast("PictureTraining", config).correction, categories), Faults()
        if not rules:
            return []
        from maskline.pictures.correction.corrected import corrected

        for sample in samples:
            faults += corrected(sample.annotations, rules)[1]
        names = {category.id: category.name for category in categories.categories}
        return [f"put right in class {phrase}" for phrase in told(faults, names)]

    def shape(self, record: Mapping[str, Any]) -> float:
        """Return width / height."""
        return float(record["width"] / record["height"])

    def learner(self, spec: Spec, config: TrainingConfig) -> Learner:
        """Load torch and what shapes pictures."""
        from maskline.pictures.training.learner import SegmenterLearner

        return SegmenterLearner(cast("ModelSpec", spec), cast("PictureTraining", config))


training = PicturesTraining()
