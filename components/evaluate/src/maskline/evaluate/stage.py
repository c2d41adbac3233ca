"""Evaluate: predictions and the truth they are of become a sealed report.  No model, no torch."""

from dataclasses import replace
from typing import Any

from maskline.contract.artifact import Artifact, Manifest, find_sealed, open_sealed, place, seal, write_file
from maskline.contract.domain import Scorer
from maskline.contract.identity import stage_id
from maskline.contract.kind.evaluation import Comparison, Evaluated, Evaluation, EvaluationConfig, evaluation_of
from maskline.contract.log import event
from maskline.contract.shard import Dataset
from maskline.contract.store import Store
from maskline.evaluate.config import EvaluateInputs
from maskline.evaluate.predictions import read_results, require_known_images, require_of
from maskline.evaluate.scorer import open_scorer, scorer_of

MODULES = ("maskline.evaluate", "maskline.contract")


def run(config: EvaluationConfig, inputs: EvaluateInputs, store: Store) -> Artifact:
    """Score predictions and seal the report, or return the report that is sealed already.

    config: of the dataset's kind.  A record without predictions counts as all its instances missed.
    Raises InvalidInput when the predictions are of another dataset or name images that the split does not hold, when
    the domain has no such reading, or when the kind is not installed,
    CategoryMismatch when the category tables differ, EmptySplit when there is nothing to compare with, Corrupt when
    files are not what they should be.
    """
    predictions = open_sealed(inputs.predictions, "predictions")
    dataset = open_sealed(inputs.dataset, "dataset")
    kind = evaluation_of(dataset.manifest.of)
    scorer = scorer_of(dataset.manifest.categories.domain)
    modules = [*MODULES, *kind.modules, *([".".join(scorer.module.split(".")[:2])] if scorer else [])]
    sources = {"predictions": predictions.uri, "dataset": dataset.uri}
    name, identity = predictions.manifest.name, stage_id("evaluate", modules, kind.libraries, config, sources)
    sealed = find_sealed(store, "report", name, identity)
    if sealed:
        return sealed
    eye = open_scorer(scorer, config.reading, dataset.manifest.categories.domain)
    compared = compare(config, predictions, dataset, kind, eye)
    figures = {"images": len(compared.truth["images"]), "truths": len(compared.truth["annotations"])}
    evaluated = kind.evaluate(config, compared)
    evaluated = replace(evaluated, figures=figures | evaluated.figures)
    event("evaluate.scored", **evaluated.figures)
    return _seal(evaluated, config, predictions, dataset, identity, store)


def compare(
    config: EvaluationConfig, predictions: Artifact, dataset: Artifact, kind: Evaluation, eye: Scorer
) -> Comparison:
    """Read results and truth, and see that they belong together.  Raises as `run` does."""
    require_of(predictions, dataset)
    shards = Dataset(dataset)
    truth, places = _truth(shards, config.split)
    results = read_results(predictions, kind.fields)
    require_known_images(results, predictions, truth, f"split '{config.split}' of {dataset.uri}")
    event("evaluate.read", images=len(truth["images"]), truths=len(truth["annotations"]), results=len(results))
    return Comparison(predictions, shards, truth, places, results, eye)


def _truth(shards: Dataset, split: str) -> tuple[dict[str, Any], dict[int, str]]:
    """Return the COCO document of a split, and the shard of every image id."""
    documents = {shard: shards.document(shard) for shard in shards.shards(split)}
    truth = {
        "images": [image for document in documents.values() for image in document["images"]],
        "annotations": [annotation for document in documents.values() for annotation in document["annotations"]],
        "categories": shards.artifact.manifest.categories.coco(),
    }
    return truth, {image["id"]: shard for shard, document in documents.items() for image in document["images"]}


def _seal(
    evaluated: Evaluated,
    config: EvaluationConfig,
    predictions: Artifact,
    dataset: Artifact,
    identity: str,
    store: Store,
) -> Artifact:
    name, checkpoint = predictions.manifest.name, predictions.manifest.inputs.get("checkpoint", "")
    prefix = place("report", name, identity)
    inputs = {"predictions": predictions.uri, "dataset": dataset.uri, "checkpoint": checkpoint}
    return seal(
        store,
        Manifest(
            kind="report",
            record=dataset.manifest.of,
            name=name,
            id=identity,
            stage="evaluate",
            categories=dataset.manifest.categories,
            config=config.model_dump(mode="json"),
            inputs={role: uri for role, uri in inputs.items() if uri},
            files={name: write_file(store, prefix, name, data) for name, data in evaluated.files.items()},
            figures=evaluated.figures,
        ),
    )
