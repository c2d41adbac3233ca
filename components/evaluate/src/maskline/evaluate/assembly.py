"""How a report is put together: metrics.json, per_image.jsonl, report.html and overlays/*.jpg, then the manifest."""

from collections.abc import Sequence
from importlib.metadata import EntryPoint
from typing import Any

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.config import canonical_json
from maskline.contract.log import event
from maskline.contract.shard import Dataset
from maskline.contract.store import Store
from maskline.evaluate.cases import Case, fixed, tally, worst
from maskline.evaluate.config import EvaluateConfig
from maskline.evaluate.gallery import Gallery
from maskline.evaluate.learning import read_learning
from maskline.evaluate.metrics import Metrics
from maskline.evaluate.predictions import limits_met, read_results, require_known_images, require_of
from maskline.evaluate.report.page import Content, page
from maskline.evaluate.scoring import open_scorer, score

READ_HEADLINES = ("mask_ap", "mask_ap50")
HEADLINES = ("images", "truths", "mask_ap", "mask_ap50", "mask_ap75", "box_ap", "box_ap50", "box_ap75", "f1")


def assemble(
    config: EvaluateConfig,
    predictions: Artifact,
    dataset: Artifact,
    domain: EntryPoint | None,
    identity: str,
    store: Store,
) -> Artifact:
    """Compare, write every file, and seal.  Raises what `maskline.evaluate.stage.run` says."""
    require_of(predictions, dataset)
    scorer = open_scorer(domain, config.reading, dataset.manifest.categories.domain)
    shards = Dataset(dataset)
    truth, places = _truth(shards, config.split)
    results = read_results(predictions)
    require_known_images(results, predictions, truth, f"split '{config.split}' of {dataset.uri}")
    event("evaluate.read", images=len(truth["images"]), truths=len(truth["annotations"]), results=len(results))

    metrics, cases = score(truth, results, config, scorer)
    metrics = metrics.model_copy(update={"remarks": tuple(limits_met(predictions, results, config.max_detections))})
    for remark in metrics.remarks:
        event("evaluate.remark", remark=remark)
    figures = {name: getattr(metrics, name) for name in HEADLINES}
    for reading, read in metrics.readings.items():
        figures |= {f"{name}_{reading}": getattr(read, name) for name in READ_HEADLINES}
    event("evaluate.scored", **figures)
    files = {
        "metrics.json": canonical_json(metrics.model_dump(mode="json")),
        "per_image.jsonl": _per_image(cases, dataset),
        **_pictures_and_page(config, predictions, shards, metrics, cases, places),
    }
    prefix = place("report", predictions.manifest.name, identity)
    inputs = {"predictions": predictions.uri, "dataset": dataset.uri, "checkpoint": _checkpoint(predictions)}
    return seal(
        store,
        Manifest(
            kind="report",
            record="",
            name=predictions.manifest.name,
            id=identity,
            stage="evaluate",
            categories=dataset.manifest.categories,
            config=config.model_dump(mode="json"),
            inputs={role: uri for role, uri in inputs.items() if uri},
            files={name: write_file(store, prefix, name, data) for name, data in files.items()},
            figures=figures,
        ),
    )


def _truth(shards: Dataset, split: str) -> tuple[dict[str, Any], dict[int, str]]:
    """Return the COCO document of a split, and the shard of every image id."""
    documents = {shard: shards.document(shard) for shard in shards.shards(split)}
    truth = {
        "images": [image for document in documents.values() for image in document["images"]],
        "annotations": [annotation for document in documents.values() for annotation in document["annotations"]],
        "categories": shards.artifact.manifest.categories.coco(),
    }
    return truth, {image["id"]: shard for shard, document in documents.items() for image in document["images"]}


def _per_image(cases: Sequence[Case], dataset: Artifact) -> bytes:
    """One line of JSON per picture, in the truth's order."""
    names = {category.id: category.name for category in dataset.manifest.categories.categories}
    lines = [
        canonical_json(
            {
                "image_id": case.image["id"],
                "file_name": case.image["file_name"],
                "f1": case.f1,
                "found": len(case.hits),
                "missed": len(case.misses),
                "false_alarms": len(case.false_alarms),
                "per_class": {name: counts for name, counts in tally([case], names).items() if any(counts.values())},
            }
        )
        for case in cases
    ]
    return b"".join(line + b"\n" for line in lines)


def _pictures_and_page(
    config: EvaluateConfig,
    predictions: Artifact,
    shards: Dataset,
    metrics: Metrics,
    cases: Sequence[Case],
    places: dict[int, str],
) -> dict[str, bytes]:
    chosen = {"worst": worst(cases, config.worst_cases), "fixed": fixed(cases, config.fixed_cases)}
    paintings = Gallery([case for group in chosen.values() for case in group], shards, places)
    files = {
        f"overlays/{role}-{number:02d}.jpg": paintings.large(case)
        for role, group in chosen.items()
        for number, case in enumerate(group, 1)
    }
    exhibits = paintings.small([*chosen["worst"], *chosen["fixed"]])
    checkpoint, dataset = _checkpoint(predictions), shards.artifact
    provenance = {"Checkpoint": checkpoint, "Predictions": predictions.uri, "Dataset": dataset.uri}
    content = Content(
        model=_short(checkpoint or predictions.uri),
        dataset=_short(dataset.uri),
        categories=dataset.manifest.categories,
        metrics=metrics,
        worst=exhibits[: len(chosen["worst"])],
        fixed=exhibits[len(chosen["worst"]) :],
        learning=read_learning(checkpoint),
        provenance={name: uri for name, uri in provenance.items() if uri},
        config=config.model_dump_json(),
    )
    return files | {"report.html": page(content).encode()}


def _checkpoint(predictions: Artifact) -> str:
    """Return the URI of what predicted; empty where the predictions were made elsewhere."""
    return predictions.manifest.inputs.get("checkpoint", "")


def _short(uri: str) -> str:
    """Return `<name>-<id>` of an artifact's URI."""
    return uri.rpartition("/")[2]
