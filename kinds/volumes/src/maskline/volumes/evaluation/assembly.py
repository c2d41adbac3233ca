"""How a report is put together: metrics.json, per_volume.jsonl and report.html."""

from collections.abc import Sequence

import numpy as np

from maskline.contract.config import canonical_json
from maskline.contract.kind.evaluation import Comparison, Evaluated
from maskline.contract.page.origin import Origin
from maskline.volumes.evaluation.config import VolumeEvaluation
from maskline.volumes.evaluation.figures import f1_of, metrics_of
from maskline.volumes.evaluation.gallery import exhibits, fixed, worst
from maskline.volumes.evaluation.matching import Matched
from maskline.volumes.evaluation.metrics import Metrics
from maskline.volumes.evaluation.reading import compared_volumes
from maskline.volumes.evaluation.report.page import Content, page


def assemble(config: VolumeEvaluation, compared: Comparison) -> Evaluated:
    """Compare, and make every file.  Raises InvalidInput for volumes without labels, Corrupt for what does not fit."""
    volumes = list(compared_volumes(compared, config.split))
    metrics = _metrics(config, compared, volumes)
    told = {"volumes": metrics.volumes, "instances": metrics.instances, "results": metrics.results}
    files = {
        "metrics.json": canonical_json(metrics.model_dump(mode="json")),
        "per_volume.jsonl": b"".join(_line(volume) for volume in volumes),
        "report.html": page(_content(config, compared, metrics, volumes)).encode(),
    }
    return Evaluated({**told, **metrics.figures}, files)


def _metrics(config: VolumeEvaluation, compared: Comparison, volumes: Sequence[Matched]) -> Metrics:
    places = {(result["volume"], result["instance"]): result["centroid"] for result in compared.results}
    centres = {
        volume.name: np.array(
            [places[volume.name, number] for number in volume.table.results.tolist()], np.float64
        ).reshape(-1, 3)
        for volume in volumes
    }
    names = {category["id"]: category["name"] for category in compared.truth["categories"]}
    told = {"split": config.split, "domain": compared.scorer.score(compared.truth, compared.results)}
    return metrics_of(volumes, centres, config.centre_radius_voxels, names, told)


def _line(volume: Matched) -> bytes:
    """Return one volume as a line of JSON: which of its instances were found, and which results are right."""
    table = volume.table
    told = {
        "volume": volume.name,
        "f1": f1_of(volume),
        "instances": [
            {"instance": int(number), "voxels": int(voxels), "iou": round(float(iou), 4), "fate": fate}
            for number, voxels, iou, fate in zip(
                table.truths, table.truth_voxels, volume.iou, volume.fates(), strict=True
            )
        ],
        "results": [
            {"instance": int(number), "voxels": int(voxels), "iou": round(float(iou), 4), "is": origin}
            for number, voxels, iou, origin in zip(
                table.results, table.result_voxels, volume.result_iou, volume.origins(), strict=True
            )
        ],
    }
    return canonical_json(told) + b"\n"


def _content(config: VolumeEvaluation, compared: Comparison, metrics: Metrics, volumes: Sequence[Matched]) -> Content:
    predictions, dataset = compared.predictions, compared.dataset.artifact
    chosen = [worst(volumes, config.worst_cases), fixed(volumes, config.fixed_cases)]
    poor, same = (exhibits(some, compared.dataset, config.split, predictions) for some in chosen)
    return Content(
        origin=Origin.of(predictions, dataset, config.model_dump_json()),
        metrics=metrics,
        worst=poor,
        fixed=same,
    )
