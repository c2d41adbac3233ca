"""The first samples of a dataset, drawn to be looked at: a contact sheet and a page of one file, without a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskline.contract.categories import CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample
from maskline.render.config import RenderConfig
from maskline.render.drawing import categories_of, draw_shard
from maskline.render.page import page
from maskline.render.plan import make_plan
from maskline.render.preview import contact_sheet

MOST_SAMPLES = 200
"""A page of so many large pictures still opens in a browser."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Samples, and the classes of their instances."""

    samples: Sequence[Sample]
    categories: CategoryTable


def preview(config: RenderConfig) -> Preview:
    """Draw the samples that the dataset of `config` would begin with, all of its split `train`.

    Raises InvalidInput for more than MOST_SAMPLES, and what drawing raises.
    """
    if config.samples > MOST_SAMPLES:
        raise InvalidInput(f"samples = {config.samples}: a preview shows {MOST_SAMPLES} at most")
    one_shard = {"validation_share": 0.0, "samples_per_shard": config.samples}
    plan = make_plan(config.model_copy(update=one_shard))
    samples, _ = draw_shard(plan, plan.shards()[0])
    return Preview(samples, categories_of(plan))


def write(shown: Preview, name: str, folder: Path) -> tuple[Path, Path]:
    """Write `<name>.png` and `<name>.html` into `folder`; make it if need be.  Raises InvalidInput if it cannot be."""
    picture, document = folder / f"{name}.png", folder / f"{name}.html"
    sheet = encode_png(contact_sheet(shown.samples, shown.categories))
    text = page(name, shown.samples, shown.categories)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(sheet)
        document.write_text(text, "utf-8")
    except OSError as error:
        raise InvalidInput(f"{error.filename or folder} cannot be written: {error.strerror}") from None
    return picture, document
