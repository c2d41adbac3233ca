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
def render(
    domain: str,
    preset: str,
    samples: int,
    seed: int,
    source: str,
    train_preset: str,
    train_steps: int,
    train_starting_weights: str,
    evaluate_dataset: str,
    images: str,
    promote_margin: float,
    promote_largest_class_drop: float,
    overrides: str,
    run: str,
    dataset_uri: OutputPath(str),
    plan: OutputPath(str),
    parts: OutputPath(list),
    dataset: Output[Dataset],
    samples_page: Output[HTML],
) -> ContainerSpec:
    """Check the whole form, then draw a dataset, or begin a large one and hand out its parts."""
    return _container("render", "draw")


@dsl.container_component
def render_work(plan: str, part: str, run: str) -> ContainerSpec:
    """Draw one part of a large dataset."""
    return _container("render", "work")


@dsl.container_component
def train(
    dataset_uri: str,
    train_preset: str,
    steps: int,
    starting_weights: str,
    seed: int,
    overrides: str,
    domain: str,
    run: str,
    checkpoint_uri: OutputPath(str),
    model: Output[Model],
    metrics: Output[Metrics],
    learning: Output[HTML],
) -> ContainerSpec:
    """Train a segmenter on a dataset."""
    return _container("train", "run")


@dsl.container_component
def predict(
    checkpoint_uri: str,
    dataset_uri: str,
    evaluation_dataset: str,
    champion_of: str,
    domain: str,
    reading: str,
    overrides: str,
    run: str,
    predictions_uri: OutputPath(str),
    champion_predictions_uri: OutputPath(str),
    evaluated_dataset_uri: OutputPath(str),
) -> ContainerSpec:
    """Predict on the evaluation dataset, or on the dataset's own validation split, with a domain's champion as well."""
    return _container("predict", "run")


@dsl.container_component
def evaluate(
    predictions_uri: str,
    dataset_uri: str,
    domain: str,
    reading: str,
    overrides: str,
    run: str,
    report_uri: OutputPath(str),
    metrics: Output[Metrics],
    report: Output[HTML],
    summary: Output[Markdown],
) -> ContainerSpec:
    """Compare predictions with the truth."""
    return _container("evaluate", "run")


@dsl.container_component
def contest(
    predictions_uri: str,
    champion_predictions_uri: str,
    dataset_uri: str,
    domain: str,
    promote_margin: float,
    largest_class_drop: float,
    overrides: str,
    run: str,
    report_uri: OutputPath(str),
    decision: OutputPath(str),
    reason: OutputPath(str),
    champion_uri: OutputPath(str),
    metrics: Output[Metrics],
    report: Output[HTML],
    summary: Output[Markdown],
) -> ContainerSpec:
    """Compare challenger and champion with the truth, and let the better one reign."""
    return _container("evaluate", "contest")


@dsl.container_component
def teach(
    labelled: str,
    unlabelled: str,
    domain: str,
    teacher: str,
    folds: int,
    fold: int,
    score: float,
    agreement: float,
    seed: int,
    train_preset: str,
    train_steps: int,
    train_starting_weights: str,
    evaluate_dataset: str,
    promote_margin: float,
    promote_largest_class_drop: float,
    overrides: str,
    run: str,
    predictions_uri: OutputPath(str),
    settled_weights: OutputPath(str),
) -> ContainerSpec:
    """Check the whole form; predict what has no labels; settle the weights that training starts from."""
    return _container("predict", "teach")


@dsl.container_component
def fold(
    labelled: str,
    predictions_uri: str,
    domain: str,
    folds: int,
    fold: int,
    score: float,
    agreement: float,
    run: str,
    dataset_uri: OutputPath(str),
    dataset: Output[Dataset],
    samples_page: Output[HTML],
) -> ContainerSpec:
    """Hold one fold of a dataset out, and add what the teacher is sure of to the others."""
    return _container("render", "fold")


@dsl.container_component
def predict_pictures(
    checkpoint_uri: str,
    domain: str,
    images: str,
    overrides: str,
    run: str,
    predictions_uri: OutputPath(str),
    plan: OutputPath(str),
    parts: OutputPath(list),
    summary: Output[Markdown],
    gallery: Output[HTML],
) -> ContainerSpec:
    """Predict the user's pictures, or begin with many and hand out their parts."""
    return _container("predict", "pictures")


@dsl.container_component
def predict_work(plan: str, part: str, run: str) -> ContainerSpec:
    """Predict one part of the user's pictures."""
    return _container("predict", "work")


@dsl.container_component
def begin(
    domain: str,
    seed: int,
    created: str,
    draw_preset: str,
    draw_samples: int,
    draw_source: str,
    train_preset: str,
    train_steps: int,
    train_starting_weights: str,
    evaluate_dataset: str,
    promote_margin: float,
    promote_largest_class_drop: float,
    overrides: str,
    run: str,
    settled_seed: OutputPath(int),
    settled_weights: OutputPath(str),
) -> ContainerSpec:
    """Check the form; settle the seed of the pictures and the weights that training starts from."""
    return _container("evaluate", "begin")


@dsl.container_component
def notify(domain: str, run: str, status: PipelineTaskFinalStatus) -> ContainerSpec:
    """Tell a webhook what the run came to."""
    return _container("evaluate", "notify")
