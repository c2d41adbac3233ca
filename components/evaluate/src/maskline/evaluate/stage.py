"""Evaluate: predictions and the truth they are of become a sealed report.  No model, no torch."""

from importlib.metadata import EntryPoint, entry_points

from maskline.contract.artifact import Artifact, find_sealed, open_sealed
from maskline.contract.identity import stage_id
from maskline.contract.store import Store
from maskline.evaluate.config import EvaluateConfig, EvaluateInputs

MODULES = ("maskline.evaluate", "maskline.contract")
LIBRARIES = ("faster-coco-eval", "numpy", "pillow")


def run(config: EvaluateConfig, inputs: EvaluateInputs, store: Store) -> Artifact:
    """Score predictions and seal the report, or return the report that is sealed already.

    A picture without predictions counts as all its instances missed.
    Raises InvalidInput when the predictions are of another dataset or name images that the split does not hold, or when
    the domain has no such reading,
    CategoryMismatch when the category tables differ, EmptySplit when there is nothing to compare with, Corrupt when
    files are not what they should be.
    """
    predictions = open_sealed(inputs.predictions, "predictions")
    dataset = open_sealed(inputs.dataset, "dataset")
    scorer = scorer_of(dataset.manifest.categories.domain)
    modules = [*MODULES, *([".".join(scorer.module.split(".")[:2])] if scorer else [])]
    compared = {"predictions": predictions.uri, "dataset": dataset.uri}
    name, identity = predictions.manifest.name, stage_id("evaluate", modules, LIBRARIES, config, compared)
    sealed = find_sealed(store, "report", name, identity)
    if sealed:
        return sealed
    from maskline.evaluate.assembly import assemble

    return assemble(config, predictions, dataset, scorer, identity, store)


def scorer_of(domain: str) -> EntryPoint | None:
    """Return where the domain's own scorer is, without importing it; None if it has none."""
    return next(iter(entry_points(group="maskline.evaluate", name=domain)), None)
