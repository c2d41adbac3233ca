"""A small laboratory: sealed datasets of drawn shapes, predictions that are wrong in known ways, and their reports."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.identity import digest
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample, pack, shard_name
from maskline.contract.store import Store
from maskline.evaluate.config import EvaluateInputs
from maskline.evaluate.stage import run
from maskline.pictures.evaluation.config import PictureEvaluation
from maskline.pictures.evaluation.metrics import Metrics

TABLE = CategoryTable(
    domain="shapes",
    policy="test/1",
    categories=(
        Category(id=1, name="line", colour="#3b6fd6"),
        Category(id=2, name="ring", colour="#d9762b"),
        Category(id=5, name="blot <&>", colour="#2e9e6b"),
        Category(id=6, name="ghost", colour="#888888"),  # never drawn: a class without truth
    ),
)
SIDE = 128
Mask = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
Spoil = Callable[[dict[str, Any], np.random.Generator], Sequence[dict[str, Any]]]


def draw(index: int) -> Sample:
    """Draw a picture with a line, a ring and a blot in each of some cells, black on white."""
    rng = np.random.default_rng([7, index])
    picture = np.full((SIDE, SIDE), 255, np.uint8)
    annotations: list[dict[str, Any]] = []
    for cell in rng.permutation(9)[: rng.integers(4, 9)]:
        category = int(rng.choice([1, 2, 5], p=[0.5, 0.3, 0.2]))
        mask = _shape(category, rng)
        y, x = (int(cell) // 3 * 42 + 2, int(cell) % 3 * 42 + 2)
        whole = np.zeros((SIDE, SIDE), bool)
        whole[y : y + 40, x : x + 40] = mask
        picture[whole] = 0
        code = rle.encode(whole)
        annotations.append(
            {
                "id": (index + 1) * 10_000 + len(annotations) + 1,
                "image_id": index + 1,
                "category_id": category,
                "iscrowd": 0,
                "segmentation": code,
                "bbox": rle.bbox(code),
                "area": rle.area(code),
            }
        )
    image = {"id": index + 1, "file_name": f"{index:06d}.png", "width": SIDE, "height": SIDE, "group": f"C<{index}>&"}
    return Sample(f"{index:06d}", {"png": encode_png(picture)}, image, annotations)


def _shape(category: int, rng: np.random.Generator) -> Mask:
    canvas = Image.new("1", (40, 40))
    pen = ImageDraw.Draw(canvas)
    if category == 1:
        pen.line([tuple(rng.integers(2, 12, 2).tolist()), tuple(rng.integers(26, 38, 2).tolist())], fill=1, width=3)
    elif category == 2:
        pen.ellipse([4, 4, *rng.integers(24, 38, 2).tolist()], outline=1, width=4)
    else:
        pen.rectangle([8, 8, *rng.integers(18, 36, 2).tolist()], fill=1)
    return np.asarray(canvas).astype(bool)


def truthful(annotation: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Predict exactly the truth."""
    kept = {key: annotation[key] for key in ("image_id", "category_id", "segmentation", "bbox")}
    return [kept | {"score": round(0.6 + 0.4 * float(rng.random()), 3)}]


def human(annotation: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Predict like a fair model: mostly right, sometimes shifted, missing, mistaken or doubled."""
    luck = float(rng.random())
    if luck < 0.06:
        return []
    mask = np.roll(rle.decode(annotation["segmentation"]), rng.integers(-1, 2, 2) * (1 if luck < 0.9 else 3), (0, 1))
    code = rle.encode(mask)
    category = annotation["category_id"] if luck < 0.93 else int(rng.choice([1, 2, 5]))
    result = {"image_id": annotation["image_id"], "category_id": category, "segmentation": code, "bbox": rle.bbox(code)}
    score = float(np.clip(rng.normal(0.85 if luck < 0.9 else 0.6, 0.12), 0.05, 1))
    return [result | {"score": score}] * (2 if luck > 0.98 else 1)


SPOILS: dict[str, Spoil] = {"truthful": truthful, "human": human, "blind": lambda _annotation, _rng: []}
"""The ways to predict that tests name."""


@dataclass
class Lab:
    """Makes sealed artifacts in one store."""

    store: Store
    table: CategoryTable = TABLE

    def seal(self, kind: Any, name: str, files: dict[str, bytes], **fields: Any) -> Artifact:
        key = digest(json.dumps([name, fields.get("inputs", {}), {n: digest(d) for n, d in files.items()}]).encode())[
            :12
        ]
        entries = {n: write_file(self.store, place(kind, name, key), n, data) for n, data in files.items()}
        plain: dict[str, Any] = {
            "record": "coco/1",
            "categories": TABLE,
            "config": {},
            "inputs": {},
            "figures": {},
        } | fields
        manifest = Manifest(kind=kind, name=name, id=key, stage="test", files=entries, **plain)
        return seal(self.store, manifest)

    def dataset(self, count: int = 12, **fields: Any) -> Artifact:
        """Two shards of split val."""
        halves = [range(count // 2), range(count // 2, count)]
        files: dict[str, bytes] = {}
        for number, half in enumerate(halves):
            document, archive = pack([draw(index) for index in half], TABLE)
            name = shard_name("val", number)
            files |= {f"{name}.json": document, f"{name}.tar": archive}
        return self.seal("dataset", "shapes", files, **fields)

    def checkpoint(self, name: str) -> Artifact:
        """Nothing but a log: all that evaluate may look at."""
        events: list[dict[str, Any]] = [{"event": "begin"}]
        events += [
            {"event": "step", "step": s, "loss": 3 * 0.97**s, "rate": 1.5e-5 * (100 - s)} for s in range(10, 101, 10)
        ]
        events += [{"event": "validation", "step": s, "mask_ap": s / 200, "mask_ap50": s / 120} for s in (50, 100)]
        log = "".join(json.dumps(line) + "\n" for line in events)
        figures = {"steps": 100, "seconds": 61.2, "images_per_s": 13.07, "data_wait": 0.0123, "memory_mb": 1234}
        files = {"log.jsonl": log.encode()}
        return self.seal("checkpoint", name, files, record="", figures=figures, config={"batch_images": 8})

    def predictions(self, dataset: Artifact, spoil: Spoil = human, name: str = "narrow", **fields: Any) -> Artifact:
        """Predict every annotation of the dataset through `spoil`, by a checkpoint called `name`."""
        rng = np.random.default_rng(11)
        files = {}
        for number in range(2):
            annotations = json.loads(dataset.read(f"{shard_name('val', number)}.json"))["annotations"]
            results = [result for annotation in annotations for result in spoil(annotation, rng)]
            files[f"shards/{number:05d}.json"] = json.dumps(results).encode()
        inputs = {"checkpoint": self.checkpoint(name).uri, "dataset": dataset.uri}
        return self.seal("predictions", name, files, **({"inputs": inputs} | fields))

    def report(self, predictions: Artifact, dataset: Artifact, **config: Any) -> Artifact:
        inputs = EvaluateInputs(predictions=predictions.uri, dataset=dataset.uri)
        return run(PictureEvaluation(**config), inputs, self.store)


def one_sample(member: bytes) -> tuple[bytes, bytes]:
    """Pack a shard whose one picture, without instances, has these bytes."""
    table = CategoryTable(domain="shapes", policy="test/1", categories=(Category(id=1, name="a", colour="#000000"),))
    image = {"id": 1, "file_name": "000000.png", "width": 128, "height": 128}
    return pack([Sample("000000", {"png": member}, image, [])], table)


def metrics_of(report: Artifact) -> Metrics:
    return Metrics.model_validate_json(report.read("metrics.json"))


SCORER = """
from maskline.contract.domain import Measures

class Counting:
    readings = {"as_rings": lambda truth, results: [result | {"category_id": 2} for result in results]}

    def score(self, truth, results):
        rows = {"rings": {"share": 0.25, "count": _rings(results)}}
        return {"so_many": Measures(caption="All of them.", columns=["share", "count"], rows=rows)}

def _rings(results):
    return sum(result["category_id"] == 2 for result in results)

SCORER = Counting()
"""


def install_domain(folder: Path) -> None:
    """Write a domain `shapes` with measures of its own, and a reading that takes everything for a ring."""
    package = folder / "outlines" / "lab"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "scorer.py").write_text(SCORER)
    described = folder / "shapes-1.dist-info"
    described.mkdir()
    (described / "entry_points.txt").write_text("[maskline.evaluate]\nshapes = outlines.lab.scorer:SCORER\n")
    (described / "METADATA").write_text("Name: shapes\nVersion: 1\n")
