"""What a schedule runs: new pictures, a warm start, the contest for champion, and a word to people however it ends."""

from kfp import dsl

from maskline.pipelines.workflow import components
from maskline.pipelines.workflow.placement import place
from maskline.pipelines.workflow.steps import contest, draw


@dsl.pipeline(
    name="retrain",
    display_name="Maskline: retrain",
    description="Draw new pictures, train on from the champion, and let the better of the two reign. "
    "Posts the outcome to the webhook of the secret maskline-webhook, if there is one.",
)
def retrain(
    domain: str = "molecules",
    preset: str = "all",
    samples: int = 20000,
    seed: int = -1,
    source: str = "",
    train_preset: str = "pointrend-r50",
    steps: int = 0,
    starting_weights: str = "champion",
    evaluation_dataset: str = "",
    promote_margin: float = 0.0,
    largest_class_drop: float = 0.05,
    overrides: str = "",
) -> None:
    """Draw, train on, evaluate, promote, notify.

    Args:
        domain: What is drawn. Every installed domain has a name; "molecules" draws skeletal formulae.
        preset: The drawing preset of the domain. Molecules: "seed", "clean", "print", "scan", "all", "demo" (256 px).
        samples: How many pictures to draw, training and validation together.
        seed: -1: new pictures in every run, by the time at which it is made. 0 or more: the pictures of that seed.
        source: File or URI to draw from, e.g. a .smi or .csv of SMILES; it counts by content. Empty: the preset's own.
        train_preset: "pointrend-r50" (GPU), "narrow" or "demo" (CPU cores). The champion's weights fit its own preset.
        steps: Training steps. 0: as many as the training preset says.
        starting_weights: "champion": those of the champion. Or "published", a URI, .pkl or .pth file. Empty: none.
        evaluation_dataset: Dataset URI to compare new model and champion on. Empty: this run's validation split.
        promote_margin: By how much mask AP (0 to 1) the new model must beat the champion to replace it.
        largest_class_drop: How much mask AP (0 to 1) any one class may lose to a new model that replaces the champion.
        overrides: JSON object of settings per stage that replace the presets', e.g. {"train": {"learning_rate": 0.01}}.
    """
    told = place(components.notify(domain=domain, run=dsl.PIPELINE_JOB_ID_PLACEHOLDER), "notify")
    with dsl.ExitHandler(told, name="retrain"):
        begun = place(
            components.begin(
                domain=domain,
                seed=seed,
                created=dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER,
                starting_weights=starting_weights,
            ),
            "begin",
        )
        settled = begun.outputs["settled_seed"]
        dataset = draw(domain=domain, preset=preset, samples=samples, seed=settled, source=source, overrides=overrides)
        trained = place(
            components.train(
                dataset_uri=dataset.outputs["dataset_uri"],
                train_preset=train_preset,
                steps=steps,
                starting_weights=begun.outputs["settled_weights"],
                seed=settled,
                overrides=overrides,
            ),
            "train",
        )
        contest(
            checkpoint_uri=trained.outputs["checkpoint_uri"],
            dataset_uri=dataset.outputs["dataset_uri"],
            evaluation_dataset=evaluation_dataset,
            domain=domain,
            promote_margin=promote_margin,
            largest_class_drop=largest_class_drop,
            overrides=overrides,
        )
