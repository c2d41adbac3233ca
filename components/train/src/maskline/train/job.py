"""What training processes are told, and the files by which they and the stage's own process meet in one folder."""

from pathlib import Path
from typing import Any

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config
from maskline.contract.kind.training import TrainingConfig, training_of

DATA = "data"
"""The folder of what all processes of a machine read: one of them fetches it."""
TRAIN, VAL, CACHE = f"{DATA}/train.split", f"{DATA}/val.split", f"{DATA}/train.cache"
STARTING, RESUME = f"{DATA}/starting", "resume.pt"
WEIGHTS, SPEC, SUMMARY, LOG = "model.safetensors", "model.yaml", "training.json", "log.jsonl"
EVENTS = "tensorboard/events.out.tfevents"
"""For TensorBoard; it takes a file for one of events by `tfevents` in its name."""
CHECKPOINT = (WEIGHTS, SPEC, SUMMARY, LOG, EVENTS)


class Job(Config):
    """One training, as handed to each of its processes."""

    record: str = Field(description="the kind of record it is about")
    config: SerializeAsAny[TrainingConfig]
    categories: CategoryTable
    dataset: str = Field(description="URI, for the record")
    id: str = Field(description="of the checkpoint to be")
    attempt: str = Field(description="names what this try writes, so that two trainers never share an object")
    store: str = Field(description="URI of the store that keeps the resume state")
    folder: Path = Field(description="local folder: staged splits and first weights in, the checkpoint's files out")
    starting_weights: str = Field(default="", description="name of a file in `folder`, or empty")
    gpus: int = Field(ge=0, description="how many torch can use")
    workers: int = Field(
        default=0, ge=0, description="processes that prepare each training process's pictures; 0: a thread of its own"
    )

    @field_validator("config", mode="before")
    @classmethod
    def _is_the_kinds(cls, config: Any, info: ValidationInfo) -> Any:
        """Read the kind's own fields, too."""
        return training_of(info.data["record"]).training_config.model_validate(config)

    @property
    def processes(self) -> int:
        """How many processes train: at most one per GPU, each with an equal part of the batch."""
        most = min(self.config.processes, self.gpus) if self.gpus else self.config.processes
        parts = self.config.batch_images // self.config.accumulate
        return max(count for count in range(1, most + 1) if parts % count == 0)
