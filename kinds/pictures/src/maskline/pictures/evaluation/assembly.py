"""How a report is put together: metrics.json, per_image.jsonl, report.html and overlays/*.jpg."""

from collections.abc import Sequence

from maskline.contract.artifact import Artifact
from maskline.contract.config import canonical_json
from maskline.contract.kind.evaluation import Comparison, Evaluated
from maskline.contract.log import event
from maskline.contract.page.origin import Origin
from maskline.pictures.evaluation.agreement import measured
from maskline.pictures.evaluation.cases import Case, fixed, tally, worst
from maskline.pictures.evaluation.config import PictureEvaluation
from maskline.pictures.evaluation.gallery import Gallery
from maskline.pictures.evaluation.limits import limits_met
from maskline.pictures.evaluation.metrics import Agreement, Metrics
from maskline.pictures.evaluation.report.page import Content, page
from maskline.pictures.evaluation.scoring import score

READ_HEADLINES = ("mask_ap", "mask_ap50")
PRECISION = ("mask_ap", "mask_ap50", "mask_ap75", "box_ap", "box_ap50", "box_ap75")
HEADLINES = ("images", "truths", *PRECISION, *Agreement.model_fields)


def assemble(config: PictureEvaluation, compared: Comparison) -> Evaluated:
    """Compare, and make every file.  Raises Corrupt for a picture that is not what its record says."""
    metrics, cases = score(compared.truth, compared.results, config, compared.scorer)
    remarks = limits_met(compared.predictions, compared.results, config.max_detections)
    metrics = metrics.model_copy(update={"remarks": tuple(remarks)})
    for remark in remarks:
        event("evaluate.remark", remark=remark)
    figures = {name: getattr(metrics, name) for name in HEADLINES}
    for reading, read in metrics.readings.items():
        figures |= {f"{name}_{reading}": getattr(read, name) for name in READ_HEADLINES}
    files = {
        "metrics.json": canonical_json(metrics.model_dump(mode="json")),
        "per_image.jsonl": _per_image(cases, compared.dataset.artifact),
        **_pictures_and_page(config, compared, metrics, cases),
    }
    return Evaluated(figures, files)


def _per_image(cases: Sequence[Case], dataset: Artifact) -> bytes:
    """One line of JSON per picture, in the truth's order."""
    names = {category.id: category.name for category in dataset.manifest.categories.categories}
    lines = [
        canonical_json(
            {
                "image_id": case.image["id"],
                "file_name": case.image["file_name"],
                "truths": len(case.truths),
                "detections": len(case.detections),
                "f1": case.f1,
                **measured.of_picture(case.overlap),
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
    config: PictureEvaluation, compared: Comparison, metrics: Metrics, cases: Sequence[Case]
) -> dict[str, bytes]:
    chosen = {"worst": worst(cases, config.worst_cases), "fixed": fixed(cases, config.fixed_cases)}
    paintings = Gallery([case for group in chosen.values() for case in group], compared.dataset, compared.shards)
    files = {
        f"overlays/{role}-{number:02d}.jpg": paintings.large(case)
        for role, group in chosen.items()
        for number, case in enumerate(group, 1)
    }
    exhibits = paintings.small([*chosen["worst"], *chosen["fixed"]])
    predictions, dataset = compared.predictions, compared.dataset.artifact
    content = Content(
        origin=Origin.of(predictions, dataset, config.model_dump_json()),
        metrics=metrics,
        worst=exhibits[: len(chosen["worst"])],
        fixed=exhibits[len(chosen["worst"]) :],
    )
    return files | {"report.html": page(content).encode()}
