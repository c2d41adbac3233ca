"""A semi-supervised round: a teacher labels samples that nobody has labelled, a student learns from them as well."""

from maskline.pipelines.workflow import components
from maskline.pipelines.workflow.form import form
from maskline.pipelines.workflow.placement import place
from maskline.pipelines.workflow.steps import RUN, contest


@form(
    name="pseudo-label",
    display_name="Maskline: pseudo-label",
    description="Predict samples without labels, take what is sure for labels, train on them and on one's own by "
    "folds, and let the better of the new model and the champion reign.",
)
def pseudo_label(
    labelled: str,
    unlabelled: str,
    domain: str = "molecules",
    teacher: str = "champion",
    folds: int = 5,
    fold: int = 0,
    score: float = 0.7,
    agreement: float = 0.0,
    seed: int = 0,
    train_preset: str = "pointrend-r50",
    train_steps: int = 0,
    train_starting_weights: str = "champion",
    evaluate_dataset: str = "",
    promote_margin: float = 0.0,
    promote_largest_class_drop: float = 0.05,
    overrides: str = "",
) -> None:
    """Teach, deal out folds, train, evaluate, promote.

    Args:
        labelled: Dataset URI. The groups of its splits train and val are dealt out to folds.
        unlabelled: Dataset URI of samples without labels, of the same classes, in one split.
        domain: Whose champion is challenged, and whose measures stand in the report.
        teacher: Checkpoint that predicts what has no labels: a URI, "published", or "champion": of the classes.
        folds: How many folds the labelled groups are dealt out to.
        fold: The fold that is held out, from 0: the split val. Runs for all of them give an ensemble of teachers.
        score: Score (0 to 1) from which on a predicted instance is a label.
        agreement: Share (0 to 1) of an ensemble's looks that must have found an instance. 0: any.
        seed: Training takes its random numbers from it.
        train_preset: A training preset of the kind of record, as of `train-and-evaluate`.
        train_steps: Training steps. 0: as many as the training preset says.
        train_starting_weights: "champion", "published", "published-sketches", a URI, .pkl or .pth. Empty: none.
        evaluate_dataset: Dataset URI to compare student and champion on. Empty: the fold that is held out.
        promote_margin: By how much the headline figure (0 to 1; pictures: mask AP) must beat the champion's.
        promote_largest_class_drop: How much of that figure (0 to 1) any class may lose to the new champion.
        overrides: JSON object of settings per stage, and of the teacher's, `{"teach": {"score_threshold": 0.3}}`.
    """
    taught = place(
        components.teach(
            labelled=labelled,
            unlabelled=unlabelled,
            domain=domain,
            teacher=teacher,
            folds=folds,
            fold=fold,
            score=score,
            agreement=agreement,
            seed=seed,
            train_preset=train_preset,
            train_steps=train_steps,
            train_starting_weights=train_starting_weights,
            evaluate_dataset=evaluate_dataset,
            promote_margin=promote_margin,
            promote_largest_class_drop=promote_largest_class_drop,
            overrides=overrides,
            run=RUN,
        ),
        "teach",
    )
    folded = place(
        components.fold(
            labelled=labelled,
            predictions_uri=taught.outputs["predictions_uri"],
            domain=domain,
            folds=folds,
            fold=fold,
            score=score,
            agreement=agreement,
            run=RUN,
        ),
        "fold",
    )
    trained = place(
        components.train(
            dataset_uri=folded.outputs["dataset_uri"],
            train_preset=train_preset,
            steps=train_steps,
            starting_weights=taught.outputs["settled_weights"],
            seed=seed,
            overrides=overrides,
            domain=domain,
            run=RUN,
        ),
        "train",
    )
    contest(
        checkpoint_uri=trained.outputs["checkpoint_uri"],
        dataset_uri=folded.outputs["dataset_uri"],
        evaluation_dataset=evaluate_dataset,
        domain=domain,
        promote_margin=promote_margin,
        largest_class_drop=promote_largest_class_drop,
        overrides=overrides,
    )
