"""The first samples of a dataset, drawn to be looked at, without a store."""

from maskline.contract.preview.files import require_few
from maskline.contract.preview.preview import Preview
from maskline.render.config import RenderConfig
from maskline.render.drawing import categories_of, draw_shard
from maskline.render.plan import domain_of, make_plan


def preview(config: RenderConfig) -> Preview:
    """Draw the samples that the dataset of `config` would begin with, all of its split `train`.

    Raises InvalidInput for more than a preview shows, and what drawing raises.
    """
    require_few(config.samples)
    one_shard = {"validation_share": 0.0, "samples_per_shard": config.samples}
    plan = make_plan(config.model_copy(update=one_shard))
    samples, _ = draw_shard(plan, plan.shards()[0])
    return Preview(samples, categories_of(plan), domain_of(plan.config).record)
