"""One trial after the other: train for the same CPU time, predict, evaluate.  What was made is found again."""

import json
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ablation.study import Row, Study

from maskline.contract.artifact import Artifact
from maskline.contract.config import Config, merge, parse, read_document
from maskline.contract.kind.evaluation import evaluation_of
from maskline.contract.kind.prediction import prediction_of
from maskline.contract.kind.training import training_of
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.evaluate.config import EvaluateInputs
from maskline.evaluate.stage import run as evaluate
from maskline.predict.plan import plan_dataset
from maskline.predict.stage import run as predict
from maskline.render.stage import run as render
from maskline.train.config import configure
from maskline.train.inputs import TrainInputs
from maskline.train.stage import run as train

PACE_STEPS = (10, 30)
"""Two short trainings: what the longer one takes more is what its steps take, without any starting."""
SEED = 0
Values = dict[str, Any]


class Outcome(Config):
    """What a trial came to.  step_s: CPU seconds of all processes."""

    trial: str
    steps: int
    step_s: float
    pictures: int
    ap: float
    ap50: float
    ap75: float
    kept: bool


def run(study: Study, folder: Path) -> Iterator[Outcome]:
    """Yield a study's outcomes, those of an earlier run at once."""
    store = DirectoryStore(folder)
    bench = _Bench(study, render(study.render, store, 1, lambda *_: None), store)
    training: Values = {}
    prediction: Values = {}
    best: Outcome | None = None
    for number, row in enumerate(study.rows):
        asked = merge(training, row.train), merge(prediction, row.predict)
        path = folder / f"outcome-{number:02d}.json"
        known = read_document(Outcome, path.read_bytes(), str(path)) if path.exists() else None
        outcome = known if known and known.trial == row.name else bench.trial(row, *asked, best)
        path.write_text(outcome.model_dump_json(), "utf-8")
        event("ablation.trial", **outcome.model_dump())
        if outcome.kept:
            best = outcome
        if outcome.kept and (study.additive or not number):
            training, prediction = asked
        yield outcome


@dataclass(frozen=True)
class _Bench:
    """What all trials of a study have in common."""

    study: Study
    dataset: Artifact
    store: Store

    def trial(self, row: Row, training: Values, prediction: Values, best: Outcome | None) -> Outcome:
        if row.train or best is None:
            step_s = self._step_s(training)
            steps = round(60 * self.study.minutes / step_s)
        else:
            step_s, steps = best.step_s, best.steps
        metrics = self._metrics(self._trained(training, steps), prediction)
        figures = {name: metrics[f"mask_{name}"] for name in ("ap", "ap50", "ap75")}
        kept = best is None or figures["ap"] > best.ap
        return Outcome(trial=row.name, steps=steps, step_s=step_s, pictures=metrics["images"], kept=kept, **figures)

    def _step_s(self, training: Values) -> float:
        taken = []
        for steps in PACE_STEPS:
            before = _children_s()
            self._trained(training | {"seed": SEED + 1}, steps)
            taken.append(_children_s() - before)
        return (taken[1] - taken[0]) / (PACE_STEPS[1] - PACE_STEPS[0])

    def _trained(self, training: Values, steps: int) -> Artifact:
        fields = {"validation_images": 0, "processes": 1} | training
        config = configure(training_of(self.dataset.manifest.of), self.study.preset, steps, SEED, fields)
        return train(config, TrainInputs(self.dataset.uri), self.store)

    def _metrics(self, checkpoint: Artifact, prediction: Values) -> Values:
        record = self.dataset.manifest.of
        config = parse(prediction_of(record).prediction_config, prediction, "predict")
        predictions = predict(plan_dataset(config, checkpoint.uri, self.dataset.uri, self.store), self.store)
        inputs = EvaluateInputs(predictions=predictions.uri, dataset=self.dataset.uri)
        report = evaluate(parse(evaluation_of(record).evaluation_config, {}, "evaluate"), inputs, self.store)
        metrics: Values = json.loads(report.read("metrics.json"))
        return metrics


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
