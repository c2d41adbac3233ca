"""Volumes as the train stage sees them, without torch."""

from typing import cast

from maskline.contract.categories import CategoryTable
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import Learner, Spec, Training, TrainingConfig
from maskline.contract.shard import Sample
from maskline.volumes.spec import VolumeSpec
from maskline.volumes.training.config import VolumeTraining

FIT_BY = ("architecture", "channels", "pyramid_channels", "feature_channels", "distance_limit_voxels")


class VolumesTraining(Training):
    """Networks for instance segmentation of volumes."""

    modules = (
        "maskline.volumes.bricks",
        "maskline.volumes.evaluation.precision",
        "maskline.volumes.instances",  # validation asks the network, and finds instances, as prediction does
        "maskline.volumes.networks",
        "maskline.volumes.prediction.windows",
        "maskline.volumes.scaling",
        "maskline.volumes.spec",
        "maskline.volumes.training",
        "maskline.volumes.voxels",
    )
    libraries = ("bioimage-cpp", "connected-components-3d", "numpy", "scikit-image", "scipy")
    training_config = VolumeTraining
    presets = "maskline.volumes"
    formats = (".ckpt",)

    def spec(self, config: TrainingConfig, categories: CategoryTable) -> VolumeSpec:
        """Return the network that a `VolumeTraining` asks for."""
        values = {field: getattr(config, field) for field in VolumeSpec.model_fields if field != "categories"}
        return parse(VolumeSpec, values | {"categories": categories}, f"train preset '{config.name}'")

    def require_fitting(self, spec: Spec, text: str, uri: str) -> None:
        """Raise InvalidInput unless both networks are alike."""
        theirs = VolumeSpec.from_yaml(text, f"{uri}/model.yaml")
        for field in FIT_BY:
            found, needed = getattr(theirs, field), getattr(spec, field)
            if found != needed:
                raise InvalidInput(f"starting weights {uri} have {field} = {found}, not {needed}")

    def needed(self, sample: Sample) -> Sample:
        """Return the sample.  Raises InvalidInput if it is not labelled."""
        if "labels" not in sample.members:
            raise InvalidInput(f"brick {sample.image['file_name']} is not labelled: there is nothing to learn from it")
        return sample

    def learner(self, spec: Spec, config: TrainingConfig) -> Learner:
        """Load torch."""
        from maskline.volumes.training.learner import VolumeLearner

        return VolumeLearner(cast("VolumeSpec", spec), cast("VolumeTraining", config))


training = VolumesTraining()
