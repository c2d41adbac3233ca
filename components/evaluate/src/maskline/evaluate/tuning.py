"""Tune: predictions and the truth they are of become thresholds of the checkpoint that made them.  No torch."""

from maskline.contract.artifact import Artifact, Manifest, find_sealed, open_sealed, place, seal, write_file
from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import stage_id
from maskline.contract.kind.evaluation import Evaluation, evaluation_of
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.contract.thresholds import FILE, hold
from maskline.evaluate.config import EvaluateInputs, TuneConfig
from maskline.evaluate.scorer import Unscored
from maskline.evaluate.stage import MODULES, compare

STAGE = "tune"


def tune(config: TuneConfig, inputs: EvaluateInputs, store: Store) -> Artifact:
    """Choose thresholds and seal them, or return those that are sealed already; either way they hold from now on.

    Raises InvalidInput where the kind of record has no such objective, or the predictions are of no checkpoint or were
    cut by thresholds; AlreadyExists or Changed where somebody else tuned the checkpoint at the same time; and as
    `stage.run`.
    """
    predictions = open_sealed(inputs.predictions, "predictions")
    dataset = open_sealed(inputs.dataset, "dataset")
    kind = evaluation_of(dataset.manifest.of)
    checkpoint = _checkpoint(config, predictions, kind)
    sources = {"checkpoint": checkpoint.uri, "predictions": predictions.uri, "dataset": dataset.uri}
    name = checkpoint.manifest.name
    identity = stage_id(STAGE, (*MODULES, *kind.modules), kind.libraries, config, sources)
    thresholds = find_sealed(store, "thresholds", name, identity)
    if thresholds is None:
        compared = compare(kind.evaluation_config(split=config.split), predictions, dataset, kind, Unscored())
        tuned = kind.tune(config.objective, compared, predictions.manifest.config["score_threshold"])
        prefix, content = place("thresholds", name, identity), canonical_json(tuned.thresholds.model_dump(mode="json"))
        manifest = Manifest(
            kind="thresholds",
            record=dataset.manifest.of,
            name=name,
            id=identity,
            stage=STAGE,
            categories=checkpoint.manifest.categories,
            config=config.model_dump(mode="json"),
            inputs=sources,
            files={FILE: write_file(store, prefix, FILE, content)},
            figures={**tuned.every, "classes": {name: {**of} for name, of in tuned.classes.items()}},
        )
        thresholds = seal(store, manifest)
    hold(thresholds)
    event("tune.holds", thresholds=thresholds.uri, checkpoint=checkpoint.uri)
    return thresholds


def _checkpoint(config: TuneConfig, predictions: Artifact, kind: Evaluation) -> Artifact:
    if config.objective not in kind.objectives:
        known = ", ".join(kind.objectives) or "none"
        kinds = f"records of kind '{predictions.manifest.of}'"
        raise InvalidInput(f"objective = '{config.objective}': {kinds} are not tuned for that (there are: {known})")
    made_from = predictions.manifest.inputs
    if "checkpoint" not in made_from:
        raise InvalidInput(f"{predictions.uri} was made by no checkpoint that could be tuned")
    told = predictions.manifest.config
    if "thresholds" in made_from or told.get("thresholds") or told.get("min_pixels"):
        raise InvalidInput(f"{predictions.uri} was cut by thresholds of classes: tune on predictions without")
    return open_sealed(made_from["checkpoint"], "checkpoint")
