"""The full workflow: draw, train, evaluate, promote, and segment somebody's pictures with the champion."""

from kfp import dsl

from maskline.pipelines.workflow import components
from maskline.pipelines.workflow.placement import place
from maskline.pipelines.workflow.steps import contest, draw, segment


@dsl.pipeline(
    name="train-and-evaluate",
    display_name="Maskline: train and evaluate",
    description="Draw labelled pictures, train a segmenter on them, evaluate it, promote it if it beats the champion.",
)
def train_and_evaluate(
    domain: str = "molecules",
    preset: str = "all",
    samples: int = 20000,
    seed: int = 0,
    source: str = "",
    train_preset: str = "pointrend-r50",
    steps: int = 0,
    starting_weights: str = "",
    evaluation_dataset: str = "",
    images: str = "",
    promote_margin: float = 0.0,
    largest_class_drop: float = 0.05,
    overrides: str = "",
) -> None:
    """Draw, train, evaluate, promote.

    Args:
        domain: What is drawn. Every installed domain has a name; "molecules" draws skeletal formulae.
        preset: The drawing preset of the domain. Molecules: "seed", "clean", "print", "scan", "all", "demo" (256 px).
        samples: How many pictures to draw, training and validation together.
        seed: Picture i depends on this number and i alone; training takes its random numbers from it too.
        source: File or URI to draw from, e.g. a .smi or .csv of SMILES; it counts by content. Empty: the preset's own.
        train_preset: "pointrend-r50" for a GPU; for CPU cores "narrow", or "demo" for pictures of the preset "demo".
        steps: Training steps. 0: as many as the training preset says.
        starting_weights: "published", a checkpoint URI, or a file or URI of detectron2's, .pkl or .pth. Empty: none.
        evaluation_dataset: Dataset URI to compare new model and champion on. Empty: this run's validation split.
        images: Folder or s3:// prefix of your own pictures, to segment them with the champion. Empty: none.
        promote_margin: By how much mask AP (0 to 1) the new model must beat the champion to replace it.
        largest_class_drop: How much mask AP (0 to 1) any one class may lose to a new model that replaces the champion.
        overrides: JSON object of settings per stage that replace the presets', e.g. {"train": {"learning_rate": 0.01}}.
    """
    dataset = draw(domain=domain, preset=preset, samples=samples, seed=seed, source=source, overrides=overrides)
    trained = place(
        components.train(
            dataset_uri=dataset.outputs["dataset_uri"],
            train_preset=train_preset,
            steps=steps,
            starting_weights=starting_weights,
            seed=seed,
            overrides=overrides,
        ),
        "train",
    )
    promoted = contest(
        checkpoint_uri=trained.outputs["checkpoint_uri"],
        dataset_uri=dataset.outputs["dataset_uri"],
        evaluation_dataset=evaluation_dataset,
        domain=domain,
        promote_margin=promote_margin,
        largest_class_drop=largest_class_drop,
        overrides=overrides,
    )
    with dsl.If(images != "", name="own pictures"):
        segment(checkpoint_uri=promoted.outputs["champion_uri"], domain=domain, images=images, overrides=overrides)
