"""The plan of one predictions artifact: its identity, its inputs, its shards.  No torch."""

from typing import Any, Literal

from pydantic import SerializeAsAny, ValidationInfo, field_validator

from maskline.contract.artifact import Artifact, find_sealed, open_sealed
from maskline.contract.categories import CategoryTable, require_same
from maskline.contract.config import Config, parse
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import stage_id
from maskline.contract.kind.prediction import PredictionConfig, prediction_of
from maskline.contract.shard import Dataset
from maskline.contract.store import Store, open_store
from maskline.contract.store.conditions import require_conditions
from maskline.predict.ensemble import settled
from maskline.predict.listing import content, keep_listing
from maskline.predict.tuned import tuned

STAGE = "predict"
MODULES = ("maskline.predict", "maskline.contract")


class Plan(Config):
    """All that predicting and sealing need to know; it travels to every worker as JSON."""

    id: str
    name: str
    record: str
    """The kind of record that is predicted."""
    config: SerializeAsAny[PredictionConfig]
    """Of the kind's own class."""
    checkpoint: str
    """URI."""
    source: Literal["dataset", "pictures"]
    place: str
    """URI of the dataset, or of the folder or prefix somebody's files are in."""
    inputs: dict[str, str]
    categories: CategoryTable
    count: int
    """Of shards."""

    @field_validator("config", mode="before")
    @classmethod
    def _of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, PredictionConfig) or "record" not in info.data:
            return value
        return parse(prediction_of(info.data["record"]).prediction_config, value, "plan: config")

    @property
    def shards(self) -> tuple[str, ...]:
        """Units of work, in the order of the records."""
        return tuple(f"{number:05d}" for number in range(self.count))


def plan_dataset(config: PredictionConfig, checkpoint_uri: str, dataset_uri: str, store: Store | None = None) -> Plan:
    """Plan predictions of a dataset's split.

    store: where thresholds of the checkpoint may lie, beside its own.
    Raises InvalidInput when the checkpoint is about other records than the dataset holds, CategoryMismatch when it
    predicts other classes than the dataset labels, what `settled` raises, EmptySplit, NotFound, NotSealed.
    """
    checkpoint = open_sealed(checkpoint_uri, "checkpoint")
    artifact = open_sealed(dataset_uri, "dataset")
    _require_same_kind(checkpoint, artifact)
    require_same(checkpoint.manifest.categories, checkpoint.uri, artifact.manifest.categories, artifact.uri)
    config, thresholds = tuned(settled(config, checkpoint), checkpoint, store, own=False)
    inputs = {"checkpoint": checkpoint.uri, **config.inputs(), "dataset": artifact.uri, **thresholds}
    return Plan(
        id=_identity(checkpoint.manifest.of, config, inputs),
        name=f"{checkpoint.manifest.name}-on-{artifact.manifest.name}",
        record=checkpoint.manifest.of,
        config=config,
        checkpoint=checkpoint.uri,
        source="dataset",
        place=artifact.uri,
        inputs=inputs,
        categories=checkpoint.manifest.categories,
        count=len(Dataset(artifact).shards(config.split)),
    )


def plan_pictures(config: PredictionConfig, checkpoint_uri: str, images_uri: str, store: Store) -> Plan:
    """Plan predictions of what somebody brought and leave its list in the store.

    Raises InvalidInput when there are no files, what `settled` raises, NotFound, NotSealed.
    """
    checkpoint = open_sealed(checkpoint_uri, "checkpoint")
    config = settled(config, checkpoint)
    listed = prediction_of(checkpoint.manifest.of).listed(images_uri)
    config, thresholds = tuned(config, checkpoint, store, own=True)
    inputs = {"checkpoint": checkpoint.uri, **config.inputs(), "images": content(listed), **thresholds}
    plan = Plan(
        id=_identity(checkpoint.manifest.of, config, inputs),
        name=f"{checkpoint.manifest.name}-on-pictures",
        record=checkpoint.manifest.of,
        config=config,
        checkpoint=checkpoint.uri,
        source="pictures",
        place=open_store(images_uri).uri,
        inputs=inputs,
        categories=checkpoint.manifest.categories,
        count=-(-len(listed) // config.pictures_per_shard),
    )
    if not sealed(plan, store):
        require_conditions(store)
        keep_listing(store, plan.id, listed)
    return plan


def sealed(plan: Plan, store: Store) -> Artifact | None:
    """Return the predictions if they are there already."""
    return find_sealed(store, "predictions", plan.name, plan.id)


def _require_same_kind(checkpoint: Artifact, dataset: Artifact) -> None:
    predicted, held = checkpoint.manifest.of, dataset.manifest.of
    if predicted != held:
        raise InvalidInput(f"{checkpoint.uri} predicts records of kind '{predicted}', but {dataset.uri} holds '{held}'")


def _identity(record: str, config: PredictionConfig, inputs: dict[str, str]) -> str:
    kind = prediction_of(record)
    return stage_id(STAGE, (*MODULES, *kind.modules), kind.libraries, config.meaning(), inputs)
