"""How a report is put together: metrics.json, per_image.jsonl and report.html."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.config import canonical_json
from maskline.contract.kind.evaluation import Comparison, Evaluated
from maskline.contract.page.origin import Origin
from maskline.strokes.evaluation.cases import Case, cases_of, fixed, worst
from maskline.strokes.evaluation.compare.matching import TrueObject
from maskline.strokes.evaluation.config import StrokeEvaluation
from maskline.strokes.evaluation.gallery import exhibits
from maskline.strokes.evaluation.given import read_given
from maskline.strokes.evaluation.report.page import Content, page
from maskline.strokes.evaluation.scoring import Scored, score

READ = ("stroke_accuracy", "macro_f1")
"""Of a reading, what the manifest tells."""


def assemble(config: StrokeEvaluation, compared: Comparison) -> Evaluated:
    """Compare, and make every file.  Raises Corrupt for a sketch that is not what its record says."""
    scored = _score(config, compared)
    metrics = scored.metrics
    cases = cases_of(scored.strokes, scored.objects)
    figures = {"strokes": metrics.strokes, "objects": metrics.objects, **metrics.figures}
    figures |= {f"{name}_{reading}": read[name] for reading, read in metrics.readings.items() for name in READ}
    files = {
        "metrics.json": canonical_json(metrics.model_dump(mode="json")),
        "per_image.jsonl": _per_image(cases, {each["id"]: each["name"] for each in compared.truth["categories"]}),
        "report.html": page(_content(config, compared, scored, cases)).encode(),
    }
    return Evaluated(figures, files)


def _score(config: StrokeEvaluation, compared: Comparison) -> Scored:
    """Return the plain figures, those of the reading among them, and the strokes as read."""
    truth, scorer = compared.truth, compared.scorer
    given = read_given(compared.predictions)
    plain = score(truth, compared.results, given, config.split, scorer.score(truth, compared.results))
    if not config.reading:
        return plain
    read = score(truth, scorer.readings[config.reading](truth, compared.results), given, config.split, {})
    metrics = plain.metrics.model_copy(update={"readings": {config.reading: read.metrics.figures}})
    return Scored(read.strokes, read.objects, metrics)


def _per_image(cases: Sequence[Case], names: Mapping[int, str]) -> bytes:
    """One line of JSON per sketch, in the truth's order."""
    lines = [
        canonical_json(
            {
                "image_id": case.record["id"],
                "file_name": case.record["file_name"],
                "strokes": case.record["strokes"],
                "stroke_accuracy": case.accuracy,
                "right": case.share_right if case.known else None,
                "wrong": [
                    {"stroke": one.stroke, "truth": one.truth, "found": one.found, "why": one.why} for one in case.wrong
                ],
                "objects": [_told(one, names) for one in case.objects],
            }
        )
        for case in cases
    ]
    return b"".join(line + b"\n" for line in lines)


def _told(one: TrueObject, names: Mapping[int, str]) -> dict[str, Any]:
    """Return an object as per_image.jsonl tells it.  found: category of the object that meets it, "" if none does."""
    found = names.get(one.found_category, "")
    return {"object": one.thing, "category": names[one.category], "found": found, "iou": round(one.iou, 4)}


def _content(config: StrokeEvaluation, compared: Comparison, scored: Scored, cases: Sequence[Case]) -> Content:
    chosen = [*worst(cases, config.worst_cases)]
    count = len(chosen)
    shown = exhibits([*chosen, *fixed(cases, config.fixed_cases)], scored.strokes, compared.dataset, compared.shards)
    predictions, dataset = compared.predictions, compared.dataset.artifact
    return Content(
        origin=Origin.of(predictions, dataset, config.model_dump_json()),
        metrics=scored.metrics,
        worst=shown[:count],
        fixed=shown[count:],
    )
