"""The components: one per verb of a stage, declared once, with the parameters and artifacts that the verb knows."""

from kfp import dsl
from kfp.dsl import (
    HTML,
    ContainerSpec,
    Dataset,
    Markdown,
    Metrics,
    Model,
    Output,
    OutputPath,
    PipelineTaskFinalStatus,
)

from maskline.pipelines.workflow.placement import image


def _container(stage: str, verb: str) -> ContainerSpec:
    return ContainerSpec(image=image(stage), command=["python3", "-m", f"maskline.{stage}"], args=[verb, "{{$}}"])


@dsl.container_component
def render_plan(
    domain: str,
    preset: str,
    samples: int,
    seed: int,
    source: str,
    overrides: str,
    plan: OutputPath(str),
    shards: OutputPath(list),
) -> ContainerSpec:
    """Settle what will be drawn, and into which shards."""
    return _container("render", "plan")


@dsl.container_component
def render_work(plan: str, shard: str) -> ContainerSpec:
    """Draw one shard."""
    return _container("render", "work")


@dsl.container_component
def render_seal(plan: str, dataset_uri: OutputPath(str), dataset: Output[Dataset]) -> ContainerSpec:
    """Check every shard and seal the dataset."""
    return _container("render", "seal")


@dsl.container_component
def train(
    dataset_uri: str,
    train_preset: str,
    steps: int,
    starting_weights: str,
    seed: int,
    overrides: str,
    checkpoint_uri: OutputPath(str),
    model: Output[Model],
    metrics: Output[Metrics],
) -> ContainerSpec:
    """Train a segmenter on a dataset."""
    return _container("train", "run")


@dsl.container_component
def predict(
    checkpoint_uri: str,
    dataset_uri: str,
    evaluation_dataset: str,
    overrides: str,
    predictions_uri: OutputPath(str),
    evaluated_dataset_uri: OutputPath(str),
) -> ContainerSpec:
    """Predict on the evaluation dataset, or on the dataset's own validation split."""
    return _container("predict", "run")


@dsl.container_component
def predict_champion(domain: str, dataset_uri: str, overrides: str, predictions_uri: OutputPath(str)) -> ContainerSpec:
    """Predict with the reigning champion on the same pictures."""
    return _container("predict", "champion")


@dsl.container_component
def evaluate(
    predictions_uri: str,
    dataset_uri: str,
    domain: str,
    reading: str,
    overrides: str,
    report_uri: OutputPath(str),
    metrics: Output[Metrics],
    report: Output[HTML],
    summary: Output[Markdown],
) -> ContainerSpec:
    """Compare predictions with the truth."""
    return _container("evaluate", "run")


@dsl.container_component
def promote(
    report_uri: str,
    champion_report_uri: str,
    domain: str,
    run: str,
    promote_margin: float,
    largest_class_drop: float,
    decision: OutputPath(str),
    reason: OutputPath(str),
    champion_uri: OutputPath(str),
    summary: Output[Markdown],
) -> ContainerSpec:
    """Decide whether the new model becomes the champion."""
    return _container("evaluate", "promote")


@dsl.container_component
def predict_plan(
    checkpoint_uri: str, domain: str, images: str, overrides: str, plan: OutputPath(str), shards: OutputPath(list)
) -> ContainerSpec:
    """List the user's pictures and cut the list into shards."""
    return _container("predict", "plan")


@dsl.container_component
def predict_work(plan: str, shard: str) -> ContainerSpec:
    """Predict on one shard of the user's pictures."""
    return _container("predict", "work")


@dsl.container_component
def predict_seal(
    plan: str, predictions_uri: OutputPath(str), summary: Output[Markdown], gallery: Output[HTML]
) -> ContainerSpec:
    """Check every shard, seal the predictions and show some."""
    return _container("predict", "seal")


@dsl.container_component
def begin(
    domain: str,
    seed: int,
    created: str,
    starting_weights: str,
    settled_seed: OutputPath(int),
    settled_weights: OutputPath(str),
) -> ContainerSpec:
    """Settle the seed of the pictures and the weights that training starts from."""
    return _container("evaluate", "begin")


@dsl.container_component
def notify(domain: str, run: str, status: PipelineTaskFinalStatus) -> ContainerSpec:
    """Tell a webhook what the run came to."""
    return _container("evaluate", "notify")
