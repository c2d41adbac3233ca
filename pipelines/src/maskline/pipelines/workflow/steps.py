"""What pipelines have in common: drawing a dataset, the contest for champion, judging one model, segmenting pictures.

A function here adds tasks to the pipeline that is being declared, and returns the one whose outputs matter.
"""

from typing import Any

from kfp import dsl
from kfp.dsl import PipelineTask

from maskline.pipelines.workflow import components
from maskline.pipelines.workflow.placement import place

_PARALLEL_SHARDS = 16
Given = Any
"""A parameter of the pipeline, or an output of one of its tasks."""


def draw(*, domain: Given, preset: Given, samples: Given, seed: Given, source: Given, overrides: Given) -> PipelineTask:
    """Draw a dataset, shard by shard.  Gives dataset_uri."""
    planned = place(
        components.render_plan(
            domain=domain, preset=preset, samples=samples, seed=seed, source=source, overrides=overrides
        ),
        "render: plan",
    )
    with dsl.ParallelFor(planned.outputs["shards"], name="render: shards", parallelism=_PARALLEL_SHARDS) as shard:
        drawn = place(components.render_work(plan=planned.outputs["plan"], shard=shard), "render: draw")
    return place(components.render_seal(plan=planned.outputs["plan"]), "render: seal").after(drawn)


def contest(
    *,
    checkpoint_uri: Given,
    dataset_uri: Given,
    evaluation_dataset: Given,
    domain: Given,
    promote_margin: Given,
    largest_class_drop: Given,
    overrides: Given,
) -> PipelineTask:
    """Predict and evaluate challenger and champion on the same pictures; the better one reigns.  Gives champion_uri."""
    challenger = place(
        components.predict(
            checkpoint_uri=checkpoint_uri,
            dataset_uri=dataset_uri,
            evaluation_dataset=evaluation_dataset,
            overrides=overrides,
        ),
        "predict",
    )
    evaluated = challenger.outputs["evaluated_dataset_uri"]
    champion = place(
        components.predict_champion(domain=domain, dataset_uri=evaluated, overrides=overrides),
        "predict: champion",
    )
    challenger_report, champion_report = (
        place(
            components.evaluate(
                predictions_uri=predictions.outputs["predictions_uri"],
                dataset_uri=evaluated,
                domain=domain,
                reading="",  # models meet as they are
                overrides=overrides,
            ),
            title,
        )
        for predictions, title in ((challenger, "evaluate"), (champion, "evaluate: champion"))
    )
    return place(
        components.promote(
            report_uri=challenger_report.outputs["report_uri"],
            champion_report_uri=champion_report.outputs["report_uri"],
            domain=domain,
            run=dsl.PIPELINE_JOB_ID_PLACEHOLDER,
            promote_margin=promote_margin,
            largest_class_drop=largest_class_drop,
        ),
        "promote",
    )


def judge(
    *, checkpoint_uri: Given, dataset_uri: Given, domain: Given, reading: Given, overrides: Given
) -> PipelineTask:
    """Predict and evaluate one checkpoint on a dataset of one's choice.  Gives report_uri."""
    predicted = place(
        components.predict(
            checkpoint_uri=checkpoint_uri, dataset_uri=dataset_uri, evaluation_dataset="", overrides=overrides
        ),
        "predict",
    )
    return place(
        components.evaluate(
            predictions_uri=predicted.outputs["predictions_uri"],
            dataset_uri=predicted.outputs["evaluated_dataset_uri"],
            domain=domain,
            reading=reading,
            overrides=overrides,
        ),
        "evaluate",
    )


def segment(*, checkpoint_uri: Given, domain: Given, images: Given, overrides: Given) -> PipelineTask:
    """Segment pictures, shard by shard.  Gives predictions_uri."""
    listed = place(
        components.predict_plan(checkpoint_uri=checkpoint_uri, domain=domain, images=images, overrides=overrides),
        "images: plan",
    )
    with dsl.ParallelFor(listed.outputs["shards"], name="images: shards", parallelism=_PARALLEL_SHARDS) as shard:
        done = place(components.predict_work(plan=listed.outputs["plan"], shard=shard), "images: predict")
    return place(components.predict_seal(plan=listed.outputs["plan"]), "images: seal").after(done)
