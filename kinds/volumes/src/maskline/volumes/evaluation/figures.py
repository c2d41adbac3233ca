"""From compared volumes to the figures of a report."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.evaluation.matching import Matched
from maskline.volumes.evaluation.metrics import At, ClassMetrics, Group, Metrics
from maskline.volumes.evaluation.precision import IOU, average_precision

NEIGHBOUR = {"touching": (0.0, 1.25), "near": (1.25, 2.0), "far": (2.0, np.inf)}
"""Groups of instances by the distance to the next centre, over the sum of both radii: from and below."""
Floats = NDArray[np.float64]


def metrics_of(
    volumes: Sequence[Matched],
    centres: Mapping[str, Floats],
    radius: float,
    names: Mapping[int, str],
    told: Mapping[str, Any],
) -> Metrics:
    """Return all figures.

    centres: volume -> those of its results, (R, 3), voxels.  radius: in which a centre is found.
    names: of categories.  told: the other fields of `Metrics`: `split` and `domain`.
    """
    iou, found = _all(volumes, "iou"), _all(volumes, "result_iou")
    order = np.lexsort((-_all(volumes, "result_voxels"), -_all(volumes, "scores")))
    at = [_at(least, iou, found, order) for least in IOU]
    fates = [fate for volume in volumes for fate in volume.fates()]
    counts = {fate: fates.count(fate) for fate in ("found", "merged", "split", "missed")}
    spurious = sum(volume.origins().count("spurious") for volume in volumes)
    return Metrics(
        volumes=len(volumes),
        instances=len(iou),
        results=len(found),
        centre_radius_voxels=radius,
        figures=_figures(volumes, at, iou) | _centres(volumes, centres, radius) | _voxels(volumes),
        at=at,
        by_size=_by_size(_all(volumes, "truth_voxels"), iou),
        by_neighbour={
            name: _group(iou[(low <= apart) & (apart < high)])
            for apart in [_all(volumes, "apart")]
            for name, (low, high) in NEIGHBOUR.items()
        },
        per_class={name: _class(volumes, category) for category, name in names.items()},
        fates=counts | {"spurious": spurious},
        **told,
    )


def f1_of(volume: Matched) -> float:
    """Return F1 of one volume, 1 where there is nothing and nothing was found."""
    hits, every = int((volume.iou > IOU[0]).sum()), len(volume.iou) + len(volume.result_iou)
    return 2 * hits / every if every else 1.0


def _figures(volumes: Sequence[Matched], at: Sequence[At], iou: Floats) -> dict[str, float | None]:
    first, hits = at[0], iou[iou > IOU[0]]
    quality = float(hits.mean()) if len(hits) else None
    right = [
        volume.classes[place] == volume.result_classes[volume.partner[place]]
        for volume in volumes
        for place in np.flatnonzero(volume.iou > IOU[0])
    ]
    return {
        "ap50": first.ap,
        "ap75": next(one.ap for one in at if one.iou == 0.75),
        "ap": _mean([one.ap for one in at]),
        "f1": first.f1,
        "precision": first.precision,
        "recall": first.recall,
        "mean_accuracy": _mean([one.accuracy for one in at]),
        "pq": None if first.f1 is None else (quality or 0.0) * first.f1,
        "sq": quality,
        "rq": first.f1,
        "class_accuracy": float(np.mean(right)) if right else None,
    }


def _at(least: float, iou: Floats, found: Floats, order: NDArray[np.intp]) -> At:
    hits, truths, results = int((iou > least).sum()), len(iou), len(found)
    return At(
        iou=least,
        precision=hits / results if results else None,
        recall=hits / truths if truths else None,
        f1=2 * hits / (truths + results) if truths + results else None,
        accuracy=hits / (truths + results - hits) if truths + results else None,
        ap=average_precision(found[order] > least, truths) if truths else None,
    )


def _class(volumes: Sequence[Matched], category: int) -> ClassMetrics:
    """Count a result as right only where its class is, too."""
    right, scores, instances = list[bool](), list[float](), 0
    for volume in volumes:
        instances += int((volume.classes == category).sum())
        hit = np.zeros(len(volume.scores), bool)
        same = (volume.iou > IOU[0]) & (volume.classes == category)
        hit[volume.partner[same]] = True
        mine = volume.result_classes == category
        right += hit[mine].tolist()
        scores += volume.scores[mine].tolist()
    ranked = np.array(right, bool)[np.argsort(-np.array(scores), kind="stable")] if right else np.zeros(0, bool)
    return ClassMetrics(
        instances=instances,
        results=len(right),
        ap50=average_precision(ranked, instances) if instances else None,
        precision50=sum(right) / len(right) if right else None,
        recall50=sum(right) / instances if instances else None,
    )


def _by_size(voxels: Floats, iou: Floats) -> dict[str, Group]:
    if not len(voxels):
        return {}
    edges = [0, *(int(edge) for edge in np.quantile(voxels, [1 / 3, 2 / 3], method="lower")), int(voxels.max())]
    return {
        f"{low + 1} to {high}": _group(iou[(low < voxels) & (voxels <= high)])
        for low, high in pairwise(edges)
        if low < high
    }


def _group(iou: Floats) -> Group:
    some = len(iou) > 0
    return Group(
        instances=len(iou),
        recall50=float((iou > IOU[0]).mean()) if some else None,
        mean_iou=float(iou.mean()) if some else None,
    )


def _centres(volumes: Sequence[Matched], centres: Mapping[str, Floats], radius: float) -> dict[str, float | None]:
    """Return shares of centres that have one of the other side within the radius."""
    there, found = list[bool](), list[bool]()
    for volume in volumes:
        truths, results = volume.table.centres, centres[volume.name]
        there += [bool((np.linalg.norm(results - centre, axis=1) <= radius).any()) for centre in truths]
        found += [bool((np.linalg.norm(truths - centre, axis=1) <= radius).any()) for centre in results]
    return {
        "centre_recall": float(np.mean(there)) if there else None,
        "centre_precision": float(np.mean(found)) if found else None,
    }


def _voxels(volumes: Sequence[Matched]) -> dict[str, float | None]:
    """Return overlap of the foreground, and the variation of information within the truth's."""
    shared = every = 0
    split = merge = voxels = 0.0
    for volume in volumes:
        table = volume.table
        inside, there = (table.pairs >= 0).all(1), table.pairs[:, 0] >= 0
        shared += int(table.voxels[inside].sum())
        every += int(table.voxels[(table.pairs >= 0).any(1)].sum())
        own, truths = table.voxels[there], table.pairs[there, 0]
        results = table.pairs[there, 1] + 1
        within = np.bincount(results, own)
        split -= float((own * np.log2(own / table.truth_voxels[truths])).sum())
        merge -= float((own * np.log2(own / within[results])).sum())
        voxels += float(own.sum())
    return {
        "foreground_iou": shared / every if every else None,
        "voi_split": max(split, 0.0) / voxels if voxels else None,
        "voi_merge": max(merge, 0.0) / voxels if voxels else None,
    }


def _all(volumes: Sequence[Matched], name: str) -> Floats:
    """Return one field of all volumes, or of their tables, one after another."""
    return np.concatenate(
        [getattr(volume.table if hasattr(volume.table, name) else volume, name) for volume in volumes]
    ).astype(np.float64)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
