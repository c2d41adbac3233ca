"""The plan of one predictions artifact: its identity, its inputs, its shards.  No torch."""

from typing import Literal

from maskline.contract.artifact import Artifact, find_sealed, open_sealed
from maskline.contract.categories import CategoryTable, require_same
from maskline.contract.config import Config
from maskline.contract.identity import stage_id
from maskline.contract.shard import Dataset
from maskline.contract.store import Store, open_store
from maskline.contract.store.conditions import require_conditions
from maskline.predict.config import PredictConfig
from maskline.predict.pictures import content, keep_listing, list_pictures

STAGE = "predict"
MODULES = ("maskline.predict", "maskline.pictures", "maskline.contract")
LIBRARIES = ("detectron2", "faster-coco-eval", "numpy", "pillow", "torch", "torchvision")


class Plan(Config):
    """All that predicting and sealing need to know; it travels to every worker as JSON."""

    id: str
    name: str
    config: PredictConfig
    checkpoint: str
    """URI."""
    source: Literal["dataset", "pictures"]
    place: str
    """URI of the dataset, or of the folder or prefix the pictures are in."""
    inputs: dict[str, str]
    categories: CategoryTable
    count: int
    """Of shards."""

    @property
    def shards(self) -> tuple[str, ...]:
        """Units of work, in the order of the pictures."""
        return tuple(f"{number:05d}" for number in range(self.count))


def plan_dataset(config: PredictConfig, checkpoint_uri: str, dataset_uri: str) -> Plan:
    """Plan predictions of a dataset's split.

    Raises CategoryMismatch when the checkpoint predicts other classes than the dataset labels, EmptySplit, NotFound,
    NotSealed.
    """
    checkpoint = open_sealed(checkpoint_uri, "checkpoint")
    artifact = open_sealed(dataset_uri, "dataset")
    require_same(checkpoint.manifest.categories, checkpoint.uri, artifact.manifest.categories, artifact.uri)
    inputs = {"checkpoint": checkpoint.uri, "dataset": artifact.uri}
    return Plan(
        id=_identity(config, inputs),
        name=f"{checkpoint.manifest.name}-on-{artifact.manifest.name}",
        config=config,
        checkpoint=checkpoint.uri,
        source="dataset",
        place=artifact.uri,
        inputs=inputs,
        categories=checkpoint.manifest.categories,
        count=len(Dataset(artifact).shards(config.split)),
    )


def plan_pictures(config: PredictConfig, checkpoint_uri: str, images_uri: str, store: Store) -> Plan:
    """Plan predictions of somebody's own pictures and leave their list in the store.

    Raises InvalidInput when there are no files, NotFound, NotSealed.
    """
    checkpoint = open_sealed(checkpoint_uri, "checkpoint")
    pictures = list_pictures(images_uri)
    inputs = {"checkpoint": checkpoint.uri, "images": content(pictures)}
    plan = Plan(
        id=_identity(config, inputs),
        name=f"{checkpoint.manifest.name}-on-pictures",
        config=config,
        checkpoint=checkpoint.uri,
        source="pictures",
        place=open_store(images_uri).uri,
        inputs=inputs,
        categories=checkpoint.manifest.categories,
        count=-(-len(pictures) // config.pictures_per_shard),
    )
    if not sealed(plan, store):
        require_conditions(store)
        keep_listing(store, plan.id, pictures)
    return plan


def sealed(plan: Plan, store: Store) -> Artifact | None:
    """Return the predictions if they are there already."""
    return find_sealed(store, "predictions", plan.name, plan.id)


def _identity(config: PredictConfig, inputs: dict[str, str]) -> str:
    return stage_id(STAGE, MODULES, LIBRARIES, config.meaning(), inputs)
