"""What a schedule runs: new pictures, a warm start, the contest for champion, and a word to people however it ends."""

from kfp import dsl

from maskline.pipelines.workflow import components
from maskline.pipelines.workflow.form import form
from maskline.pipelines.workflow.placement import place
from maskline.pipelines.workflow.steps import RUN, contest, draw


@form(
    name="retrain",
    display_name="Maskline: retrain",
    description="Draw new pictures, train on from the champion, and let the better of the two reign. "
    "Posts the outcome to the webhook of the secret maskline-webhook, if there is one.",
)
def retrain(
    domain: str = "molecules",
    draw_preset: str = "all",
    draw_samples: int = 20000,
    draw_source: str = "",
    seed: int = -1,
    train_preset: str = "pointrend-r50",
    train_steps: int = 0,
    train_starting_weights: str = "champion",
    evaluate_dataset: str = "",
    promote_margin: float = 0.0,
    promote_largest_class_drop: float = 0.05,
    overrides: str = "",
) -> None:
    """Draw, train on, evaluate, promote, notify.

    Args:
        domain: What is drawn. Every installed domain has a name; "molecules" draws skeletal formulae.
        draw_preset: A drawing preset of the domain, or the URI of a dataset that is there, e.g. an imported one.
        draw_samples: How many pictures to draw, training and validation together.
        draw_source: File or URI to draw from, e.g. a .smi or .csv of SMILES; by content. Empty: the preset's own.
        seed: -1: new pictures in every run, by the time at which it is made. 0 or more: the pictures of that seed.
        train_preset: "pointrend-r50" (GPU), "narrow" or "demo" (CPU cores). The champion's weights fit its own preset.
        train_steps: Training steps. 0: as many as the training preset says.
        train_starting_weights: "champion", "published", "published-sketches", a URI, .pkl or .pth. Empty: none.
        evaluate_dataset: Dataset URI to compare new model and champion on. Empty: this run's validation split.
        promote_margin: By how much the headline figure (0 to 1; pictures: mask AP) must beat the champion's.
        promote_largest_class_drop: How much of that figure (0 to 1) any class may lose to the new champion.
        overrides: JSON object of settings per stage, laid over the presets', e.g. `{"train": {"learning_rate": 0.01}}`.
    """
    told = place(components.notify(domain=domain, run=RUN), "notify")
    with dsl.ExitHandler(told, name="retrain"):
        begun = place(
            components.begin(
                domain=domain,
                seed=seed,
                created=dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER,
                draw_preset=draw_preset,
                draw_samples=draw_samples,
                draw_source=draw_source,
                train_preset=train_preset,
                train_steps=train_steps,
                train_starting_weights=train_starting_weights,
                evaluate_dataset=evaluate_dataset,
                promote_margin=promote_margin,
                promote_largest_class_drop=promote_largest_class_drop,
                overrides=overrides,
                run=RUN,
            ),
            "begin",
        )
        settled = begun.outputs["settled_seed"]
        dataset, drawn = draw(
            domain=domain,
            preset=draw_preset,
            samples=draw_samples,
            seed=settled,
            source=draw_source,
            train_preset=train_preset,
            train_steps=train_steps,
            train_starting_weights=begun.outputs["settled_weights"],
            evaluate_dataset=evaluate_dataset,
            images="",
            promote_margin=promote_margin,
            promote_largest_class_drop=promote_largest_class_drop,
            overrides=overrides,
        )
        trained = place(
            components.train(
                dataset_uri=dataset,
                train_preset=train_preset,
                steps=train_steps,
                starting_weights=begun.outputs["settled_weights"],
                seed=settled,
                overrides=overrides,
                domain=domain,
                run=RUN,
            ),
            "train",
        ).after(drawn)
        contest(
            checkpoint_uri=trained.outputs["checkpoint_uri"],
            dataset_uri=dataset,
            evaluation_dataset=evaluate_dataset,
            domain=domain,
            promote_margin=promote_margin,
            largest_class_drop=promote_largest_class_drop,
            overrides=overrides,
        )
