"""A laboratory: sealed datasets of drawn cars and horses, predictions that are wrong in known ways, and reports."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from laboratory import Lab
from numpy.typing import NDArray
from scribbles import IDS, TABLE

from maskline.contract.artifact import Artifact
from maskline.contract.shard import Sample, pack, shard_name
from maskline.contract.store import Store
from maskline.evaluate.config import EvaluateInputs
from maskline.evaluate.stage import run
from maskline.strokes.evaluation.config import StrokeEvaluation
from maskline.strokes.evaluation.metrics import Metrics
from maskline.strokes.sketch import Part, Sketch, Stroke, Thing, to_sample

Points = NDArray[np.float64]
Named = Sequence[tuple[str, Points]]
Spoil = Callable[[dict[str, Any], np.random.Generator], dict[str, Any]]
"""Takes a truthful result, without `score`, and returns one that is wrong, or the same."""


def ring(x: float, y: float, radius: float) -> Points:
    turn = np.linspace(0, 2 * np.pi, 24)
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], 1)


def line(*corners: float) -> Points:
    return np.array(corners, float).reshape(-1, 2)


CAR: Named = (
    ("body", line(0, 60, 0, 30, 30, 28, 45, 5, 85, 5, 100, 30, 120, 34, 120, 60, 0, 60)),
    ("body", line(40, 28, 98, 28)),
    ("wheel", ring(28, 62, 12)),
    ("wheel", ring(92, 62, 12)),
)
HORSE: Named = (
    ("head", ring(95, 12, 12)),
    ("left-leg", line(20, 40, 16, 90)),
    ("left-leg", line(30, 40, 30, 90)),
    ("right-leg", line(75, 40, 76, 90)),
    ("right-leg", line(85, 40, 92, 90)),
    ("front-left-foot", line(70, 90, 80, 92)),
    ("front-right-foot", line(90, 90, 100, 92)),
)


def draw(index: int) -> Sketch:
    """Draw a car, a horse, or from every third sketch on both and a stroke of clutter, by an unsteady hand."""
    rng = np.random.default_rng([5, index])
    kinds = (("car", CAR), ("horse", HORSE))
    chosen = kinds if index % 3 == 2 else (kinds[index % 2],)
    strokes: list[Stroke] = []
    things: list[Thing] = []
    for number, (category, named) in enumerate(chosen):
        first, place = len(strokes), np.array([140.0 * number, 0]) + rng.normal(0, 8, 2)
        for _, points in named:
            strokes.append(
                Stroke(np.round(points * rng.normal(1, 0.06, 2) + place + rng.normal(0, 1.2, points.shape), 2))
            )
        parts = [Part(name, (first + at,), crowd=False) for at, (name, _) in enumerate(named) if name != "body"]
        bodies = tuple(first + at for at, (name, _) in enumerate(named) if name == "body")
        parts += [Part("body", bodies)] if bodies else []
        things.append(Thing(category, tuple(range(first, len(strokes))), tuple(parts)))
    if len(chosen) > 1:
        strokes.append(Stroke(line(125, 0, 130, 6, 126, 12)))
    return Sketch(f"drawn/{index:04d}", tuple(strokes), things=tuple(things))


def truthful(result: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Predict exactly the truth."""
    del rng
    return result


OTHERS = {
    "car/wheel": ("car/body",),
    "car/body": ("car/wheel",),
    "horse/left-leg": ("horse/right-leg", "horse/front-left-foot"),
    "horse/right-leg": ("horse/left-leg", "horse/head"),
    "horse/front-left-foot": ("horse/front-right-foot",),
    "horse/front-right-foot": ("horse/front-left-foot",),
}
NAMED = {number: name for name, number in IDS.items()}


def human(result: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Predict like a fair model: one part in eight is taken for another."""
    others = OTHERS.get(NAMED[result["category_id"]])
    if others is None or rng.random() > 0.125:
        return result
    return result | {"category_id": IDS[str(rng.choice(others))]}


@dataclass
class Studio:
    """Makes sealed artifacts of sketches in one store."""

    store: Store

    def seal(self, kind: str, name: str, files: Mapping[str, bytes], **fields: Any) -> Artifact:
        return Lab(self.store).seal(kind, name, dict(files), record="strokes/1", categories=TABLE, **fields)

    def dataset(self, count: int = 12, drawn: Callable[[int], Sketch] = draw) -> Artifact:
        """Two shards of split val."""
        samples = [to_sample(drawn(index), index, f"<{index}>", TABLE) for index in range(count)]
        files: dict[str, bytes] = {}
        for number, half in enumerate((samples[: count // 2], samples[count // 2 :])):
            files |= self.shard(number, half)
        return self.seal("dataset", "scribbles", files)

    def shard(self, number: int, samples: Sequence[Sample]) -> dict[str, bytes]:
        document, archive = pack(samples, TABLE)
        name = shard_name("val", number)
        return {f"{name}.json": document, f"{name}.tar": archive}

    def predictions(self, dataset: Artifact, spoil: Spoil = human, *, told: bool = True, **fields: Any) -> Artifact:
        """Predict every annotation of the dataset through `spoil`.  told: the index tells the true parts as given."""
        rng, files = np.random.default_rng(3), dict[str, bytes]()
        for number in range(2):
            document = json.loads(dataset.read(f"{shard_name('val', number)}.json"))
            fields_of = ("image_id", "category_id", "object", "strokes")
            plain = [{name: label[name] for name in fields_of} for label in document["annotations"]]
            results = [spoil(result, rng) | {"score": round(0.5 + 0.5 * float(rng.random()), 3)} for result in plain]
            given = {record["id"]: [0] * record["strokes"] for record in document["images"]}
            for result in plain:
                for stroke in result["strokes"] if "/" in NAMED[result["category_id"]] else []:
                    given[result["image_id"]][stroke] = result["category_id"]
            index = [{"id": number} | ({"given": parts} if told else {}) for number, parts in given.items()]
            files[f"shards/{number:05d}.json"] = json.dumps(results).encode()
            files[f"images/{number:05d}.json"] = json.dumps(index).encode()
        inputs = {"checkpoint": Lab(self.store).checkpoint("relational").uri, "dataset": dataset.uri}
        return self.seal("predictions", "relational", files, **({"inputs": inputs} | fields))

    def report(self, predictions: Artifact, dataset: Artifact, **config: Any) -> Artifact:
        inputs = EvaluateInputs(predictions=predictions.uri, dataset=dataset.uri)
        return run(StrokeEvaluation(**config), inputs, self.store)


def metrics_of(report: Artifact) -> Metrics:
    return Metrics.model_validate_json(report.read("metrics.json"))
