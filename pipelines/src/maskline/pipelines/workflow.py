"""The workflow as Kubeflow sees it: render, train, predict, evaluate, promote, and predict on the user's own pictures.

Steps hand each other the URIs of sealed artifacts. What people look at (metrics, report, summary, and the lineage of
dataset and model) are KFP artifacts as well. Every step parses one JSON, KFP's executor input, which replaces "{{$}}".
"""

from kfp import dsl
from kfp.dsl import HTML, ContainerSpec, Dataset, Markdown, Metrics, Model, Output, OutputPath

from maskline.pipelines.placement import image, place

_PARALLEL_SHARDS = 16


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
    promote_margin: float,
    decision: OutputPath(str),
    reason: OutputPath(str),
    champion_uri: OutputPath(str),
    summary: Output[Markdown],
) -> ContainerSpec:
    """Decide whether the new model becomes the champion."""
    return _container("evaluate", "promote")


@dsl.container_component
def predict_plan(
    checkpoint_uri: str, images: str, overrides: str, plan: OutputPath(str), shards: OutputPath(list)
) -> ContainerSpec:
    """List the user's pictures and cut the list into shards."""
    return _container("predict", "plan")


@dsl.container_component
def predict_work(plan: str, shard: str) -> ContainerSpec:
    """Predict on one shard of the user's pictures."""
    return _container("predict", "work")


@dsl.container_component
def predict_seal(plan: str, predictions_uri: OutputPath(str)) -> ContainerSpec:
    """Check every shard and seal the predictions."""
    return _container("predict", "seal")


@dsl.pipeline(
    name="segmenter",
    display_name="Maskline: train a segmenter",
    description="Draw labelled pictures, train a segmenter on them, evaluate it, promote it if it beats the champion.",
)
def segmenter(
    domain: str = "molecules",
    preset: str = "seed",
    samples: int = 20000,
    seed: int = 0,
    source: str = "",
    train_preset: str = "pointrend-r50",
    steps: int = 0,
    starting_weights: str = "",
    evaluation_dataset: str = "",
    images: str = "",
    promote_margin: float = 0.0,
    overrides: str = "",
) -> None:
    """Draw, train, evaluate, promote.

    Args:
        domain: What is drawn. Every installed domain has a name; "molecules" draws skeletal formulae.
        preset: The drawing preset of the domain, e.g. "demo" (256 px) or "seed" (800 to 1024 px).
        samples: How many pictures to draw, training and validation together.
        seed: Picture i depends on this number and i alone; training takes its random numbers from it too.
        source: A file or URI to draw from, e.g. a .smi or .csv of SMILES. Empty: the preset's own source.
        train_preset: "pointrend-r50" for a GPU, "demo" for two CPU cores.
        steps: Training steps. 0: as many as the training preset says.
        starting_weights: Checkpoint URI, or a file or URI in detectron2's .pkl or .pth format. Empty: from scratch.
        evaluation_dataset: Dataset URI to compare new model and champion on. Empty: this run's validation split.
        images: Folder or s3:// prefix of your own pictures, to segment them with the champion. Empty: none.
        promote_margin: By how much mask AP (0 to 1) the new model must beat the champion to replace it.
        overrides: JSON object of settings per stage that replace the presets', e.g. {"train": {"learning_rate": 0.01}}.
    """
    planned = place(
        render_plan(domain=domain, preset=preset, samples=samples, seed=seed, source=source, overrides=overrides),
        "render: plan",
    )
    with dsl.ParallelFor(planned.outputs["shards"], name="render: shards", parallelism=_PARALLEL_SHARDS) as shard:
        drawn = place(render_work(plan=planned.outputs["plan"], shard=shard), "render: draw")
    dataset = place(render_seal(plan=planned.outputs["plan"]), "render: seal").after(drawn)

    trained = place(
        train(
            dataset_uri=dataset.outputs["dataset_uri"],
            train_preset=train_preset,
            steps=steps,
            starting_weights=starting_weights,
            seed=seed,
            overrides=overrides,
        ),
        "train",
    )

    challenger = place(
        predict(
            checkpoint_uri=trained.outputs["checkpoint_uri"],
            dataset_uri=dataset.outputs["dataset_uri"],
            evaluation_dataset=evaluation_dataset,
            overrides=overrides,
        ),
        "predict",
    )
    evaluated = challenger.outputs["evaluated_dataset_uri"]
    champion = place(
        predict_champion(domain=domain, dataset_uri=evaluated, overrides=overrides),
        "predict: champion",
    )
    challenger_report, champion_report = (
        place(
            evaluate(
                predictions_uri=predictions.outputs["predictions_uri"],
                dataset_uri=evaluated,
                domain=domain,
                overrides=overrides,
            ),
            title,
        )
        for predictions, title in ((challenger, "evaluate"), (champion, "evaluate: champion"))
    )
    promoted = place(
        promote(
            report_uri=challenger_report.outputs["report_uri"],
            champion_report_uri=champion_report.outputs["report_uri"],
            domain=domain,
            promote_margin=promote_margin,
        ),
        "promote",
    )

    with dsl.If(images != "", name="own pictures"):
        listed = place(
            predict_plan(checkpoint_uri=promoted.outputs["champion_uri"], images=images, overrides=overrides),
            "images: plan",
        )
        with dsl.ParallelFor(listed.outputs["shards"], name="images: shards", parallelism=_PARALLEL_SHARDS) as shard:
            done = place(predict_work(plan=listed.outputs["plan"], shard=shard), "images: predict")
        place(predict_seal(plan=listed.outputs["plan"]), "images: seal").after(done)
