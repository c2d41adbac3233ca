"""What pipelines have in common: drawing a dataset, training, the contest for champion, segmenting pictures.

A function here adds tasks to the pipeline that is being declared, and returns the one whose outputs matter.  Work that
fits into one pod is done by the step that plans it; the loop behind it then has nothing to do and costs one pod.
"""

from typing import Any

from kfp import dsl
from kfp.dsl import PipelineTask

from maskline.pipelines.workflow import components
from maskline.pipelines.workflow.placement import place

Given = Any
"""A parameter of the pipeline, or an output of one of its tasks."""
RUN = dsl.PIPELINE_JOB_ID_PLACEHOLDER


def draw(**form: Given) -> tuple[Given, PipelineTask]:
    """Draw a dataset.  form: all of it, by the names of the step's parameters, because the step checks it.

    Returns the dataset's URI, and the task after which it is complete.
    """
    begun = place(components.render(**form, run=RUN), "render")
    with dsl.ParallelFor(begun.outputs["parts"], name="render: parts") as part:
        drawn = place(components.render_work(plan=begun.outputs["plan"], part=part, run=RUN), "render: draw")
    return begun.outputs["dataset_uri"], drawn


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
    predicted = place(
        components.predict(
            checkpoint_uri=checkpoint_uri,
            dataset_uri=dataset_uri,
            evaluation_dataset=evaluation_dataset,
            champion_of=domain,
            domain=domain,
            reading="",
            overrides=overrides,
            run=RUN,
        ),
        "predict",
    )
    return place(
        components.contest(
            predictions_uri=predicted.outputs["predictions_uri"],
            champion_predictions_uri=predicted.outputs["champion_predictions_uri"],
            dataset_uri=predicted.outputs["evaluated_dataset_uri"],
            domain=domain,
            promote_margin=promote_margin,
            largest_class_drop=largest_class_drop,
            overrides=overrides,
            run=RUN,
        ),
        "evaluate and promote",
    )


def judge(
    *, checkpoint_uri: Given, dataset_uri: Given, domain: Given, reading: Given, overrides: Given
) -> PipelineTask:
    """Predict and evaluate one checkpoint on a dataset of one's choice.  Gives report_uri."""
    predicted = place(
        components.predict(
            checkpoint_uri=checkpoint_uri,
            dataset_uri=dataset_uri,
            evaluation_dataset="",
            champion_of="",
            domain=domain,
            reading=reading,
            overrides=overrides,
            run=RUN,
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
            run=RUN,
        ),
        "evaluate",
    )


def segment(*, checkpoint_uri: Given, domain: Given, images: Given, overrides: Given) -> None:
    """Segment pictures."""
    begun = place(
        components.predict_pictures(
            checkpoint_uri=checkpoint_uri, domain=domain, images=images, overrides=overrides, run=RUN
        ),
        "images",
    )
    with dsl.ParallelFor(begun.outputs["parts"], name="images: parts") as part:
        place(components.predict_work(plan=begun.outputs["plan"], part=part, run=RUN), "images: predict")
