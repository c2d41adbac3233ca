"""The full workflow: draw, train, evaluate, promote, and segment somebody's pictures with the champion."""

from kfp import dsl

from maskline.pipelines.workflow import components
from maskline.pipelines.workflow.form import form
from maskline.pipelines.workflow.placement import place
from maskline.pipelines.workflow.steps import RUN, contest, draw, segment


@form(
    name="train-and-evaluate",
    display_name="Maskline: train and evaluate",
    description="Draw labelled pictures, train a segmenter on them, evaluate it, promote it if it beats the champion.",
)
def train_and_evaluate(
    domain: str = "molecules",
    draw_preset: str = "all",
    draw_samples: int = 20000,
    draw_source: str = "",
    seed: int = 0,
    train_preset: str = "pointrend-r50",
    train_steps: int = 0,
    train_starting_weights: str = "",
    evaluate_dataset: str = "",
    images: str = "",
    promote_margin: float = 0.0,
    promote_largest_class_drop: float = 0.05,
    overrides: str = "",
) -> None:
    """Draw, train, evaluate, promote.

    Args:
        domain: What is drawn. Every installed domain has a name; "molecules" draws skeletal formulae.
        draw_preset: A drawing preset of the domain, or the URI of a dataset that is there, e.g. an imported one.
        draw_samples: How many pictures to draw, training and validation together.
        draw_source: File or URI to draw from, e.g. a .smi or .csv of SMILES; by content. Empty: the preset's own.
        seed: Picture i depends on this number and i alone; training takes its random numbers from it too.
        train_preset: "pointrend-r50" (GPU), "narrow" (CPU); of sketches "relational", of tomograms "tomograms-small".
        train_steps: Training steps. 0: as many as the training preset says.
        train_starting_weights: "champion", "published", "published-sketches", a URI, .pkl or .pth. Empty: none.
        evaluate_dataset: Dataset URI to compare new model and champion on. Empty: this run's validation split.
        images: Folder or s3:// prefix of your own pictures, to segment them with the champion. Empty: none.
        promote_margin: By how much the headline figure (0 to 1; pictures: mask AP) must beat the champion's.
        promote_largest_class_drop: How much of that figure (0 to 1) any class may lose to the new champion.
        overrides: JSON object of settings per stage, laid over the presets', e.g. `{"train": {"learning_rate": 0.01}}`.
    """
    dataset, drawn = draw(
        domain=domain,
        preset=draw_preset,
        samples=draw_samples,
        seed=seed,
        source=draw_source,
        train_preset=train_preset,
        train_steps=train_steps,
        train_starting_weights=train_starting_weights,
        evaluate_dataset=evaluate_dataset,
        images=images,
        promote_margin=promote_margin,
        promote_largest_class_drop=promote_largest_class_drop,
        overrides=overrides,
    )
    trained = place(
        components.train(
            dataset_uri=dataset,
            train_preset=train_preset,
            steps=train_steps,
            starting_weights=train_starting_weights,
            seed=seed,
            overrides=overrides,
            domain=domain,
            run=RUN,
        ),
        "train",
    ).after(drawn)
    promoted = contest(
        checkpoint_uri=trained.outputs["checkpoint_uri"],
        dataset_uri=dataset,
        evaluation_dataset=evaluate_dataset,
        domain=domain,
        promote_margin=promote_margin,
        largest_class_drop=promote_largest_class_drop,
        overrides=overrides,
    )
    with dsl.If(images != "", name="own pictures"):
        segment(checkpoint_uri=promoted.outputs["champion_uri"], domain=domain, images=images, overrides=overrides)
