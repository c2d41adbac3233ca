"""How one segmenter is trained: every choice with its unit and range, checked before the first picture is read."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config, load_preset, merge, parse
from maskline.pictures.spec import Architecture, Masks, ModelSpec
from maskline.train.augment.config import AugmentationConfig


class TrainConfig(Config):
    """How one segmenter is trained."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$", description="the preset this began as; part of the checkpoint's place"
    )
    seed: int = Field(
        ge=0, lt=2**32, description="picks the first weights, the order of the pictures and how they are varied"
    )

    architecture: Architecture = Field(
        description="narrow: 3.3 M parameters, for line drawings; pointrend-r50: detectron2's PointRend of 56 M"
    )
    channels: Literal[1, 3] = Field(description="1: grey, 3: RGB; pictures of the other kind are converted")
    short_side_px: int = Field(description="pictures are scaled to this shorter side; 0 keeps their own size")
    long_side_px: int = Field(description="the longer side is never scaled beyond this; 0 sets no limit")
    scale: float = Field(description="with short_side_px = 0: pictures are scaled by this")
    masks: Masks = Field(
        description="ink: pictures are read as black ink on white, whatever their colours, and only ink can belong to "
        "an instance; for drawings of thin lines"
    )
    detections_per_image: int = Field(
        description="the most instances the network reports per picture while it is validated; predict asks for more"
    )
    normalisation: Literal["trained", "frozen"] = Field(
        description="frozen: for starting weights that shall stay as they are"
    )

    steps: int = Field(ge=1, description="updates of the weights")
    batch_images: int = Field(ge=1, description="pictures per update, over all processes together")
    processes: int = Field(
        ge=1, le=64, description="data-parallel processes on this machine; with GPUs at most one per GPU"
    )
    rare_share: float = Field(
        ge=0,
        le=1,
        description="pictures that hold a class which a smaller share of them holds are shown more than once a pass, "
        "sqrt(rare_share / that share) times; 0 shows each once",
    )
    alike_steps: int = Field(
        ge=1,
        description="the pictures of so many steps are shared out by their shape, because those of one step are padded "
        "to the largest; 1 takes them as they come",
    )
    accumulate: int = Field(
        ge=1, description="parts that a process computes one after another for one update, each of the size that fits"
    )
    regions_per_image: int = Field(ge=1, description="proposals per picture that teach the heads, drawn at random")
    proposals_per_image: int = Field(ge=1, description="the best-scored so many are kept per picture while training")

    optimizer: Literal["adamw", "sgd"] = Field(description="sgd has a momentum of 0.9")
    learning_rate: float = Field(
        gt=0, description="highest learning rate, for `learning_rate_images` pictures per update"
    )
    learning_rate_images: int = Field(ge=1, description="the rate is scaled by batch_images / this")
    weight_decay: float = Field(ge=0, description="not applied to biases and normalisation (1-d parameters)")
    gradient_clip: float = Field(ge=0, description="highest norm of the whole gradient; 0 leaves it as it is")
    schedule: Literal["cosine", "drops"] = Field(description="how the rate falls after the warm-up")
    warmup: float = Field(ge=0, lt=1, description="share of the steps in which the rate rises linearly from nearly 0")
    drops: tuple[float, ...] = Field(description="for `drops`: shares of the steps at which the rate is multiplied")
    drop_factor: float = Field(gt=0, lt=1, description="for `drops`: what the rate is multiplied by")
    ema: float = Field(
        ge=0,
        lt=1,
        description="above 0, a running mean of the weights is validated and sealed; an update keeps this share of it",
    )

    precision: Literal["auto", "bfloat16", "float16", "float32"] = Field(
        description="auto: bfloat16 where the processor computes in it, else float16 on a GPU and float32 on a CPU"
    )
    channels_last: bool = Field(description="keep the channels of a pixel together in memory; often faster in bfloat16")
    compile: bool = Field(
        description="translate backbone and proposal layers into code for this device (torch.compile), which takes "
        "minutes at the start; where that fails, one line says so and the training goes on without"
    )
    augmentation: AugmentationConfig

    log_period_steps: int = Field(ge=1, description="steps that each line of the log is the mean of")
    checkpoint_period_s: float = Field(ge=0, description="seconds between resume states; 0 writes one after every step")
    validation_period_steps: int = Field(ge=1, description="steps between validations; the last step has one anyway")
    validation_images: int = Field(ge=0, description="pictures of split val that are used; 0 does without validation")

    @model_validator(mode="after")
    def _batch_covers_processes(self) -> "TrainConfig":
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

    def spec(self, categories: CategoryTable) -> ModelSpec:
        """Return the network to train for these categories.  Raises InvalidInput if it cannot be built like this."""
        values = {field: getattr(self, field) for field in ModelSpec.model_fields if field != "categories"}
        return parse(ModelSpec, values | {"categories": categories}, f"train preset '{self.name}'")


def configure(preset: str, steps: int, seed: int, overrides: Mapping[str, Any]) -> TrainConfig:
    """Return a preset with the form's fields laid over it.

    steps: 0 keeps the preset's number.  overrides: fields of TrainConfig; they win over everything.
    Raises InvalidInput for a preset, field or value that does not exist or does not fit.
    """
    form = {"name": preset, "seed": seed} | ({"steps": steps} if steps else {})
    return parse(
        TrainConfig, merge(merge(load_preset("maskline.train", preset), form), overrides), f"train preset '{preset}'"
    )
