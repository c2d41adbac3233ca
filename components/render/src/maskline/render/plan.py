"""The plan of one dataset: its identity, and which samples each shard holds."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from maskline.contract.config import Config
from maskline.contract.domain import RenderDomain, load_domain
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import stage_id
from maskline.contract.shard import shard_name
from maskline.render.config import RenderConfig

STAGE = "render"
MODULES = ("maskline.render", "maskline.contract")
LIBRARIES = ("numpy", "pillow", "faster-coco-eval")


@dataclass(frozen=True, slots=True)
class Shard:
    """Samples `first` up to, but without, `stop`."""

    name: str
    split: str
    first: int
    stop: int

    @property
    def samples(self) -> int:
        """How many these are."""
        return self.stop - self.first


class Plan(Config):
    """All that drawing and sealing need to know; it travels to every worker as JSON."""

    id: str
    config: RenderConfig
    drawing: dict[str, Any]
    """Every drawing option, the preset's and the overrides'."""
    inputs: dict[str, str]
    """Role -> sha256 of what the samples are drawn from."""

    def shards(self) -> list[Shard]:
        """Return the shards, the training samples' first."""
        count, held_out = self.config.samples, self.config.validation_samples
        return self._split("train", 0, count - held_out) + self._split("val", count - held_out, count)

    def samples(self) -> dict[str, dict[str, int]]:
        """Return how many samples each split will have."""
        splits: dict[str, dict[str, int]] = {}
        for shard in self.shards():
            splits.setdefault(shard.split, {"samples": 0})["samples"] += shard.samples
        return splits

    def shard(self, name: str) -> Shard:
        """Return the shard called `name`.  Raises InvalidInput if the plan has none."""
        for shard in self.shards():
            if shard.name == name:
                return shard
        raise InvalidInput(f"shard '{name}' is not in the plan of dataset {self.config.preset}-{self.id}")

    def _split(self, split: str, first: int, stop: int) -> list[Shard]:
        step = self.config.samples_per_shard
        return [
            Shard(shard_name(split, number), split, start, min(start + step, stop))
            for number, start in enumerate(range(first, stop, step))
        ]


def make_plan(config: RenderConfig) -> Plan:
    """Validate every option, read what the samples are drawn from, and name the dataset.

    The domain's heavy libraries are not imported.  Raises InvalidInput, NotFound.
    """
    domain = domain_of(config)
    drawing = domain.drawing(config.preset, config.drawing)
    inputs = domain.sources(drawing)
    options = drawing.model_dump(mode="json")
    # Where an input is does not matter, what is in it does: options named like an input's role say where it is.
    # The preset's name does matter, for the dataset's place is named after it.
    forms = {role: _form(options[role]) for role in inputs if role in options}
    identity = config.model_dump(mode="json") | {"drawing": options | forms}
    libraries = sorted({*LIBRARIES, *domain.libraries})
    key = stage_id(STAGE, (*MODULES, *domain.modules), libraries, identity, inputs)
    return Plan(id=key, config=config, drawing=options, inputs=inputs)


def _form(place: str) -> str:
    """Return what of an input's place says how to read it: a bare name in full, of a path or URI its suffix."""
    suffix = PurePath(place.removesuffix(".gz")).suffix.lower()
    return suffix if suffix or "/" in place else place


def domain_of(config: RenderConfig) -> RenderDomain:
    """Load the config's domain.  Raises InvalidInput with the names there are."""
    domain: RenderDomain = load_domain("maskline.render", config.domain)
    return domain
