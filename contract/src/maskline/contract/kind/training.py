"""How a network learns from records of a kind.

An item is what a network sees of one record: tensors by name, so that the stage can keep it on disk, pin it and move it
to a device without knowing what it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

import yaml
from pydantic import Field, model_validator

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config, parse
from maskline.contract.errors import InvalidInput
from maskline.contract.kind import load_kind
from maskline.contract.shard import Sample

if TYPE_CHECKING:
    import numpy as np

Item = Mapping[str, Any]
"""Name -> torch.Tensor, contiguous: the contract does without torch."""
Network = Any
"""A torch.nn.Module whose forward takes a sequence of items and returns loss terms by name.

Its attribute `dense`, if it has one, holds the layers worth compiling.
"""
Draw = Callable[[int], "np.random.Generator"]
"""Gives the generator of a use of randomness by its number; 0, 2, 10 and 11 are the stage's own."""


class Pool(Protocol):
    """The items of a whole split by number, each decoded when it is asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Item: ...


class TrainingConfig(Config):
    """How one network is trained, whatever it learns from; a kind adds fields of its own.

    COCO's word for a record is image, and so is it in the names of these fields.
    """

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$", description="the preset this began as; part of the checkpoint's place"
    )
    seed: int = Field(
        ge=0, lt=2**32, description="picks the first weights, the order of the pictures and how they are varied"
    )
    steps: int = Field(ge=1, description="updates of the weights")
    batch_images: int = Field(default=8, ge=1, description="pictures per update, over all processes together")
    processes: int = Field(
        default=1, ge=1, le=64, description="data-parallel processes on this machine; with GPUs at most one per GPU"
    )
    rare_share: float = Field(
        default=0,
        ge=0,
        le=1,
        description="pictures that hold a class which a smaller share of them holds are shown more than once a pass, "
        "sqrt(rare_share / that share) times; 0 shows each once",
    )
    alike_steps: int = Field(
        default=1,
        ge=1,
        description="the pictures of so many steps are shared out by their shape, because those of one step are padded "
        "to the largest; 1 takes them as they come",
    )
    accumulate: int = Field(
        default=1,
        ge=1,
        description="parts that a process computes one after another for one update, each of the size that fits",
    )

    optimizer: Literal["adamw", "sgd"] = Field(default="adamw", description="sgd has a momentum of 0.9")
    learning_rate: float = Field(
        gt=0, description="highest learning rate, for `learning_rate_images` pictures per update"
    )
    learning_rate_images: int = Field(default=8, ge=1, description="the rate is scaled by batch_images / this")
    weight_decay: float = Field(default=0, ge=0, description="not applied to biases and normalisation (1-d parameters)")
    gradient_clip: float = Field(
        default=0, ge=0, description="highest norm of the whole gradient; 0 leaves it as it is"
    )
    schedule: Literal["cosine", "drops", "onecycle"] = Field(
        default="cosine",
        description="how the rate falls after the warm-up: along a cosine, in drops, or in one cycle, which rises "
        "along a cosine, too, from 1/25 of the highest rate, and falls to 1/250000 of it",
    )
    warmup: float = Field(
        default=0,
        ge=0,
        lt=1,
        description="share of the steps in which the rate rises, linearly from nearly 0 unless schedule is onecycle",
    )
    drops: tuple[float, ...] = Field(
        default=(), description="for `drops`: shares of the steps at which the rate is multiplied"
    )
    drop_factor: float = Field(default=0.5, gt=0, lt=1, description="for `drops`: what the rate is multiplied by")
    ema: float = Field(
        default=0,
        ge=0,
        lt=1,
        description="above 0, a running mean of the weights is validated and sealed; an update keeps this share of it",
    )

    precision: Literal["auto", "bfloat16", "float16", "float32"] = Field(
        default="auto",
        description="auto: bfloat16 where the processor computes in it, else float16 on a GPU and float32 on a CPU",
    )
    channels_last: bool = Field(
        default=False, description="keep the channels of a pixel together in memory; often faster in bfloat16"
    )
    compile: bool = Field(
        default=False,
        description="translate backbone and proposal layers into code for this device (torch.compile), which takes "
        "minutes at the start; where that fails, one line says so and the training goes on without",
    )

    log_period_steps: int = Field(default=20, ge=1, description="steps that each line of the log is the mean of")
    checkpoint_period_s: float = Field(
        default=60, ge=0, description="seconds between resume states; 0 writes one after every step"
    )
    validation_period_steps: int = Field(
        default=1000, ge=1, description="steps between validations; the last step has one anyway"
    )
    validation_images: int = Field(
        default=0, ge=0, description="pictures of split val that are used; 0 does without validation"
    )

    @model_validator(mode="after")
    def _batch_covers_processes(self) -> Self:
        if self.batch_images % (self.processes * self.accumulate):
            parts = f"processes = {self.processes} times accumulate = {self.accumulate}"
            message = f"batch_images = {self.batch_images} must be a multiple of {parts}"
            raise ValueError(message)
        if any(not 0 < share < 1 for share in self.drops) or list(self.drops) != sorted(set(self.drops)):
            message = f"drops = {self.drops} must be rising shares between 0 and 1"
            raise ValueError(message)
        if self.schedule == "drops" and not self.drops:
            message = "schedule = drops needs at least one share in drops"
            raise ValueError(message)
        return self


class Spec(Config):
    """What a network is, without its weights, in one small file that travels with them: `model.yaml`."""

    architecture: str
    categories: CategoryTable

    def to_yaml(self) -> str:
        """Return the text of `model.yaml`."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)

    @classmethod
    def from_yaml(cls, text: str, where: str) -> Self:
        """Read `model.yaml`.  where: what errors call it.  Raises InvalidInput."""
        try:
            values = yaml.safe_load(text)
        except yaml.YAMLError as fault:
            raise InvalidInput(f"{where} is no YAML: {fault}") from None
        if not isinstance(values, dict):
            raise InvalidInput(f"{where} must hold a mapping of fields")
        return parse(cls, values, where)


class Learner(Protocol):
    """What one training process learns with; loading it loads torch."""

    network: Network
    """With random weights (seeded by torch.manual_seed), on the CPU, in train mode.

    It may be built when it is first asked for; who only looks at items does without it.
    """
    headline: str
    """Which of the `scores` stands for all."""

    def start(self, path: Path) -> tuple[dict[str, int], dict[str, Any]]:
        """Give the network the starting weights in a file, a checkpoint's or one of `Training.formats`.

        Returns what is told of them (`matched`, `of`), and what only the log keeps.  Raises InvalidInput, Corrupt.
        """
        raise InvalidInput(f"networks of this kind start from random weights, not from {path.name}")

    def item(self, sample: Sample) -> Item:
        """Decode a sample.  Raises InvalidInput naming one that cannot be read."""

    def varied(self, item: Item, draw: Draw, pool: Pool) -> Item:
        """Return an item as the network is to see it this time.

        pool: all that is trained on, where parts of other items are to be had.
        """
        del draw, pool
        return item

    def results(self, network: Network, samples: Sequence[Sample]) -> list[dict[str, Any]]:
        """Find what is in a few samples.  network: this one, or a running mean of it."""

    def scores(self, samples: Sequence[Sample], results: Sequence[dict[str, Any]]) -> dict[str, float | None]:
        """Compare the results of all samples with their labels; the headline is among the figures."""

    def weights(self, network: Network) -> bytes:
        """Return the weights as a checkpoint's model.safetensors holds them."""

    def shown(self, sample: Sample, item: Item) -> Sample:
        """Return what the network sees of a sample as a sample, for people."""
        del item
        return sample


class Training(Protocol):
    """A kind as the train stage sees it: `training` of its module."""

    modules: tuple[str, ...]
    """Packages whose sources shape the weights."""
    libraries: tuple[str, ...]
    """Distributions whose versions shape the weights."""
    training_config: type[TrainingConfig] = TrainingConfig
    presets: str
    """The package that holds presets/<name>.yaml."""
    formats: tuple[str, ...] = ()
    """Suffixes of other tools' files that may hold starting weights, e.g. ".pth"."""

    def spec(self, config: TrainingConfig, categories: CategoryTable) -> Spec:
        """Return the network to train for these categories.  Raises InvalidInput if it cannot be built like this."""

    def settled(self, config: TrainingConfig, table: CategoryTable, samples: Iterable[Sample]) -> TrainingConfig:
        """Return `config` with what it leaves to the training set worked out.

        samples: of the split that is trained on, which can be read more than once; a kind reads them only if it must.
        Raises InvalidInput if they do not tell.
        """
        del table, samples
        return config

    def require_fitting(self, spec: Spec, text: str, uri: str) -> None:
        """Raise InvalidInput unless weights of the network in `text`, the model.yaml at `uri`, fit the one of `spec`.

        That both are of the same categories is known by then.
        """
        del spec, text, uri

    def require_random(self, spec: Spec) -> None:
        """Raise InvalidInput if a network of `spec` cannot begin with random weights."""
        del spec

    def needed(self, sample: Sample) -> Sample:
        """Return what training needs of a sample, `id` of its record and `category_id` of its labels at least.

        Raises InvalidInput unless the labels are sound.
        """
        return sample

    def remarks(self, config: TrainingConfig, categories: CategoryTable, samples: Iterable[Sample]) -> list[str]:
        """Return what people should know of the samples that are learned from, `needed` ones, under this config."""
        del config, categories, samples
        return []

    def shape(self, record: Mapping[str, Any]) -> float:
        """Return a number that is alike where batches of records need little padding."""
        del record
        return 1.0

    def learner(self, spec: Spec, config: TrainingConfig) -> Learner:
        """Load torch, and what the network is made of."""


def training_of(record: str) -> Training:
    """Load the kind.  Raises InvalidInput if it is not installed."""
    kind: Training = load_kind("training", record)
    return kind
