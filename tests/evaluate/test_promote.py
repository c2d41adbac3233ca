"""Who reigns: one champion per domain, whoever comes when."""

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from laboratory import Lab

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.champion import Champion, champion_path, thrones
from maskline.contract.errors import Corrupt, InvalidInput, NotFound
from maskline.contract.kind.evaluation import (
    Comparison,
    Evaluated,
    Evaluation,
    EvaluationConfig,
    Standing,
    evaluation_of,
)
from maskline.contract.runs.record import Record, read_record, record_path
from maskline.contract.store import Store
from maskline.evaluate.config import PromoteConfig
from maskline.evaluate.promote import PromoteInputs, promote
from maskline.pictures.evaluation.metrics import Metrics
from maskline.pipelines.store.succession import retire

NOON = "2030-01-01T12:00:00+00:00"
DATASET = "file:///data/datasets/frozen-000000000001"
OTHER = "file:///data/datasets/other-000000000002"
Contest = Callable[..., Record]


def report(lab: Lab, name: str, *aps: float | None, dataset: str = DATASET, split: str = "val",
    predicted: dict[str, Any] | None = None, **fields: Any) -> Artifact:  # fmt: skip
    """Seal a report of checkpoint `name` with these mask APs per class; the overall one is their mean."""
    known = [ap for ap in aps if ap is not None]
    overall = sum(known) / len(known) if known else None
    counts = dict.fromkeys(("truths", "detections", "found", "rough", "mistaken", "unseen", "false_alarms"), 1)
    unknown = dict.fromkeys(Metrics.model_fields.keys() - {"schema_version", "readings", "remarks"}, None)
    per_class = {
        f"class-{number}": counts | dict.fromkeys(("ap50", "ap75", "box_ap", "box_ap50", "box_ap75")) | {"ap": ap}
        for number, ap in enumerate(aps)
    }
    figures = {"split": split, "images": 9, "images_without_detections": 0, "truths": 9, "detections": 9}
    scores = {"mask_ap": overall, "score_threshold": 0.5, "per_class": per_class, "curves": {}, "domain": {}}
    metrics = Metrics.model_validate(unknown | figures | scores)
    inputs = {"checkpoint": lab.checkpoint(name).uri, "dataset": dataset}
    predictions = lab.seal("predictions", name, {}, inputs=inputs, config=predicted or {})
    inputs |= {"predictions": predictions.uri}
    files = {"metrics.json": metrics.model_dump_json().encode()}
    config = {"split": split} | fields.pop("config", {})
    return lab.seal("report", name, files, config=config, **({"inputs": inputs} | fields))


def called(checkpoint: str) -> str:
    """What the report of a checkpoint was made for."""
    return checkpoint.rpartition("/")[2].rpartition("-")[0]


def entry(challenger: Artifact, champion: Artifact | None = None, run: str = "") -> PromoteInputs:
    """Enter a contest, as a run of its own unless one is named."""
    return PromoteInputs(
        report=challenger.uri,
        champion_report=champion.uri if champion else "",
        domain="shapes",
        run=run or uuid.uuid4().hex,
    )


@pytest.fixture
def contest(lab: Lab) -> Contest:
    """Promote one report: margin .02, no class may fall by more than .05."""

    def enter(
        challenger: Artifact, champion: Artifact | None = None, time: str = NOON, margin: float = 0.02, run: str = ""
    ) -> Record:
        return promote(PromoteConfig(margin=margin), entry(challenger, champion, run), lab.store, time)

    return enter


def pointer(store: Store) -> Champion:
    (throne,) = thrones(store, "shapes")
    return throne.champion


def test_the_first_challenger_reigns(lab: Lab, contest: Contest) -> None:
    first = report(lab, "first", 0.1)
    decision = contest(first)
    assert (decision.decision, decision.champion) == ("promoted", first.manifest.inputs["checkpoint"])
    champion = pointer(lab.store)
    assert champion.checkpoint == decision.champion
    assert (champion.report, champion.dataset) == (first.uri, DATASET)
    assert (champion.measure, champion.figure) == ("mask AP", 0.1)
    assert [reign.time for reign in champion.history] == [NOON]


def test_a_better_one_takes_over_and_the_history_is_kept(lab: Lab, contest: Contest) -> None:
    contest(report(lab, "first", 0.5, 0.5))
    decision = contest(report(lab, "second", 0.6, 0.5), time="2030-01-02T12:00:00+00:00")
    assert decision.decision == "promoted"
    assert "0.550" in decision.reason
    assert "0.500" in decision.reason
    champion = pointer(lab.store)
    assert [called(reign.checkpoint) for reign in champion.history] == ["first", "second"]
    assert champion.history[-1].time == "2030-01-02T12:00:00+00:00"
    assert champion.history[-1].report == champion.report


@pytest.mark.parametrize(
    ("aps", "why"),
    [
        ((0.4, 0.5), "a lead of 0.02 is needed"),
        ((0.5, 0.5), "a lead of 0.02 is needed"),
        ((0.52, 0.51), "a lead of 0.02 is needed"),
        ((0.9, 0.44), "class class-1 falls from 0.500 to 0.440: at most 0.05 is allowed"),
    ],
)
def test_a_challenger_that_is_not_better_enough_or_loses_a_class_is_refused(
    lab: Lab, contest: Contest, aps: tuple[float, ...], why: str
) -> None:
    contest(report(lab, "first", 0.5, 0.5))
    before = pointer(lab.store)
    decision = contest(report(lab, "second", *aps))
    assert (decision.decision, decision.champion) == ("kept", before.checkpoint)
    assert why in decision.reason
    assert pointer(lab.store) == before


@pytest.mark.parametrize("aps", [(0.52, 0.52), (0.9, 0.45), (0.9, 0.5)])
def test_the_limits_themselves_are_allowed(lab: Lab, contest: Contest, aps: tuple[float, ...]) -> None:
    contest(report(lab, "first", 0.5, 0.5))
    assert contest(report(lab, "second", *aps)).decision == "promoted"


def test_without_a_margin_any_lead_will_do_but_a_draw_will_not(lab: Lab, contest: Contest) -> None:
    contest(report(lab, "first", 0.5))
    assert contest(report(lab, "twin", 0.5), margin=0).decision == "kept"
    assert contest(report(lab, "better", 0.501), margin=0).decision == "promoted"


def test_a_class_without_truth_does_not_count(lab: Lab, contest: Contest) -> None:
    contest(report(lab, "first", 0.5, None))
    assert contest(report(lab, "second", 0.6, None)).decision == "promoted"


def test_the_champion_itself_changes_nothing(lab: Lab, contest: Contest) -> None:
    first = report(lab, "first", 0.5)
    contest(first)
    before = lab.store.read_versioned(champion_path("shapes", lab.table.key))
    assert contest(first).decision == "unchanged"
    assert contest(report(lab, "first", 0.9, dataset=OTHER)).decision == "unchanged"
    assert lab.store.read_versioned(champion_path("shapes", lab.table.key)) == before


def test_on_a_new_dataset_the_champion_is_judged_by_its_report_there(lab: Lab, contest: Contest) -> None:
    contest(report(lab, "first", 0.9))
    there = report(lab, "first", 0.3, dataset=OTHER)
    decision = contest(report(lab, "second", 0.4, dataset=OTHER), champion=there)
    assert decision.decision == "promoted"
    assert pointer(lab.store).dataset == OTHER


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"dataset": OTHER}, f"dataset {DATASET} is not {OTHER}"),
        ({"split": "test"}, "split val is not test"),
        ({"config": {"max_detections": 100}}, "max_detections None is not 100"),
        ({"config": {"score_threshold": 0.3}}, "score_threshold None is not 0.3"),
        ({"predicted": {"score_threshold": 0.5}}, "predict.score_threshold None is not 0.5"),
        (
            {"predicted": {"limit": 9}, "dataset": OTHER},
            f"dataset {DATASET} is not {OTHER}, predict.limit None is not 9",
        ),
    ],
)
@pytest.mark.parametrize("handed_over", [False, True])
def test_reports_that_measure_other_things_are_not_compared_and_the_champion_stays(
    lab: Lab, contest: Contest, fields: dict[str, Any], told: str, *, handed_over: bool
) -> None:
    first = report(lab, "first", 0.5)
    contest(first)
    kept = contest(report(lab, "second", 0.9, **fields), champion=first if handed_over else None)
    assert (kept.decision, called(kept.champion)) == ("kept", "first")
    assert kept.reason.startswith("not compared with the champion ")
    assert kept.reason.endswith(told)
    assert len(pointer(lab.store).history) == 1


LOOK_UP = "maskline.evaluate.promote.evaluation_of"


class Sounds(Evaluation):
    """A kind that the laboratory does not know."""

    modules = libraries = ()
    headline = "f1"

    def evaluate(self, config: EvaluationConfig, compared: Comparison) -> Evaluated:
        raise NotImplementedError

    def standing(self, report: Artifact) -> Standing:
        return Standing("F1", report.manifest.figures["f1"], {})


def test_reports_on_other_kinds_of_record_are_not_compared_and_the_champion_stays(
    lab: Lab, contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOOK_UP, lambda name: Sounds() if name == "sound/1" else evaluation_of(name))
    first = report(lab, "first", 0.5, record="")  # as reports were sealed before they told
    contest(first)
    kept = contest(report(lab, "second", 0.9, record="sound/1", figures={"f1": 0.9}))
    assert (kept.decision, called(kept.champion)) == ("kept", "first")
    assert kept.reason.endswith(f"its report {first.uri} is about records of kind 'coco/1', not 'sound/1'")


def test_what_only_shows_results_hinders_no_comparison(lab: Lab, contest: Contest) -> None:
    contest(report(lab, "first", 0.5, config={"worst_cases": 2, "reading": "aloud"}))
    assert contest(report(lab, "second", 0.9, config={"worst_cases": 9, "reading": ""})).decision == "promoted"


@pytest.mark.parametrize("reigning", [False, True])
def test_nobody_is_crowned_for_the_split_that_models_learn_from(lab: Lab, contest: Contest, *, reigning: bool) -> None:
    if reigning:
        contest(report(lab, "first", 0.5))
    kept = contest(report(lab, "second", 0.9, split="train"), run="one")
    assert kept.decision == "kept"
    assert called(kept.champion) == ("first" if reigning else "")
    assert "split 'train', which models learn from" in kept.reason
    assert len(thrones(lab.store)) == reigning
    assert contest(report(lab, "third", 0.6)).decision == "promoted"


def test_a_champion_of_other_classes_is_nobodys_rival(lab: Lab, contest: Contest) -> None:
    contest(report(lab, "first", 0.9))
    finer = lab.table.model_copy(update={"policy": "finer"})
    assert contest(report(lab, "second", 0.1, categories=finer)).decision == "promoted"
    assert contest(report(lab, "third", 0.2, categories=finer)).decision == "promoted"
    there = {throne.table.rpartition("-")[0]: called(throne.champion.checkpoint) for throne in thrones(lab.store)}
    assert there == {"test-1": "first", "finer": "third"}


@pytest.mark.parametrize("harm", ["gone", "unsealed", "damaged", "no manifest of ours"])
def test_a_champion_that_nobody_can_use_any_more_gives_way_and_the_reason_tells(
    lab: Lab, contest: Contest, harm: str
) -> None:
    contest(report(lab, "first", 0.9))
    prefix = pointer(lab.store).checkpoint.removeprefix(f"{lab.store.uri}/")
    if harm == "gone":
        for path in lab.store.list(prefix):
            lab.store.delete(path)
    elif harm == "unsealed":
        lab.store.delete(f"{prefix}/manifest.json")
    else:
        log = open_sealed(pointer(lab.store).checkpoint, "checkpoint").manifest.files["log.jsonl"].key
        lab.store.write(f"{prefix}/{log if harm == 'damaged' else 'manifest.json'}", b"{}")
    decision = contest(report(lab, "second", 0.1))
    assert (decision.decision, called(decision.champion)) == ("promoted", "second")
    assert re.search(r"the champion before is no use any more: \S*checkpoints/first-", decision.reason)
    assert [called(reign.checkpoint) for reign in pointer(lab.store).history] == ["first", "second"]


def test_a_champion_whose_report_is_damaged_is_not_compared_and_stays(lab: Lab, contest: Contest) -> None:
    first = report(lab, "first", 0.5)
    contest(first)
    key = first.manifest.files["metrics.json"].key
    lab.store.write(f"{first.manifest.prefix}/{key}", b"{}")
    kept = contest(report(lab, "second", 0.9))
    assert (kept.decision, called(kept.champion)) == ("kept", "first")
    assert f"{key} has 2 bytes, its manifest says" in kept.reason


def test_after_a_retirement_the_next_challenger_reigns_whoever_it_is(lab: Lab, contest: Contest) -> None:
    contest(report(lab, "first", 0.9))
    (throne,) = thrones(lab.store)
    retire(lab.store, throne, NOON)
    decision = contest(report(lab, "second", 0.1))
    assert (decision.decision, called(decision.champion)) == ("promoted", "second")
    assert [reign.retired for reign in pointer(lab.store).history] == [NOON, ""]


def test_what_cannot_enter_is_refused(lab: Lab, contest: Contest) -> None:
    with pytest.raises(InvalidInput, match="has no mask AP"):
        contest(report(lab, "empty", None))
    with pytest.raises(InvalidInput, match="without a checkpoint"):
        contest(report(lab, "stranger", 0.5, inputs={"dataset": DATASET, "predictions": "p"}))
    with pytest.raises(InvalidInput, match="of domain 'cells'"):
        contest(report(lab, "cell", 0.5, categories=lab.table.model_copy(update={"domain": "cells"})))
    with pytest.raises(NotFound):
        promote(
            PromoteConfig(),
            PromoteInputs(report=f"{lab.store.uri}/reports/a-b", champion_report="", domain="shapes", run="r"),
            lab.store,
            NOON,
        )
    assert not lab.store.exists(champion_path("shapes", lab.table.key))


def test_a_pointer_that_is_none_is_named(lab: Lab, contest: Contest) -> None:
    lab.store.write(champion_path("shapes", lab.table.key), b'{"schema_version": "maskline/champion/3"}')
    with pytest.raises(
        Corrupt, match=r"models/shapes/test-1-\w{8}/champion\.json is no document of schema maskline/champion/2"
    ):
        contest(report(lab, "first", 0.5))


class Overtaking:
    """A store in which somebody else acts once, right after the pointer was looked at."""

    def __init__(self, store: Store, act: Callable[[], object]) -> None:
        self._store, self._act = store, act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def read_versioned(self, path: str) -> tuple[bytes, str]:
        try:
            return self._store.read_versioned(path)
        finally:
            act, self._act = self._act, lambda: None
            act()


@pytest.mark.parametrize(("rival_ap", "outcome"), [(0.9, "kept"), (0.6, "promoted")])
@pytest.mark.parametrize("first_ap", [None, 0.5])
def test_whoever_is_overtaken_meets_the_new_champion(
    lab: Lab, contest: Contest, first_ap: float | None, rival_ap: float, outcome: str
) -> None:
    if first_ap is not None:
        contest(report(lab, "first", first_ap))
    rival, late = report(lab, "rival", rival_ap), report(lab, "late", 0.7)
    store: Any = Overtaking(lab.store, lambda: contest(rival))
    assert promote(PromoteConfig(), entry(late), store, NOON).decision == outcome
    names = [called(reign.checkpoint) for reign in pointer(lab.store).history]
    assert names == ["first"] * (first_ap is not None) + ["rival"] + ["late"] * (outcome == "promoted")


def test_whoever_is_overtaken_on_another_dataset_leaves_the_champion_and_says_why(lab: Lab, contest: Contest) -> None:
    first, late = report(lab, "first", 0.5), report(lab, "late", 0.7)
    contest(first)
    there, rival = report(lab, "first", 0.1, dataset=OTHER), report(lab, "rival", 0.4, dataset=OTHER)
    store: Any = Overtaking(lab.store, lambda: contest(rival, champion=there))
    kept = promote(PromoteConfig(), entry(late, first), store, NOON)
    assert (kept.decision, called(kept.champion)) == ("kept", "rival")
    assert f"{rival.uri} is another measurement: dataset {OTHER} is not {DATASET}" in kept.reason
    assert called(pointer(lab.store).checkpoint) == "rival"


@pytest.mark.parametrize("reigning", [False, True])
def test_challengers_at_once_leave_the_best_as_champion_and_a_whole_history(
    store: Store,
    lab_in: Callable[[Store], Lab],
    reigning: bool,  # noqa: FBT001
) -> None:
    lab = lab_in(store)
    if reigning:
        promote(PromoteConfig(), entry(report(lab, "old", 0.05)), store, NOON)
    challengers = [report(lab, f"c{number}", 0.1 * number) for number in range(1, 7)]
    together = Barrier(len(challengers))

    def enter(challenger: Artifact) -> Record:
        together.wait()
        return promote(PromoteConfig(), entry(challenger), store, NOON)

    with ThreadPoolExecutor(len(challengers)) as pool:
        decisions = list(pool.map(enter, challengers))
    champion = pointer(store)
    assert called(champion.checkpoint) == "c6"
    assert [reign.figure for reign in champion.history] == sorted({reign.figure for reign in champion.history})
    promoted = {
        c.manifest.inputs["checkpoint"] for c, d in zip(challengers, decisions, strict=True) if d.decision == "promoted"
    }
    assert {reign.checkpoint for reign in champion.history if called(reign.checkpoint) != "old"} == promoted
    assert {decision.decision for decision in decisions} <= {"promoted", "kept"}
    assert any(called(reign.checkpoint) == "old" for reign in champion.history) == reigning


def test_every_decision_leaves_a_record(lab: Lab, contest: Contest) -> None:
    first, second = report(lab, "first", 0.5), report(lab, "second", 0.4)
    for challenger, champion, run, decision in ((first, None, "one", "promoted"), (second, first, "two", "kept")):
        told = contest(challenger, champion, run=run)
        assert read_record(lab.store, "shapes", run) == told
        assert (told.run, told.time, told.decision) == (run, NOON, decision)
        assert (told.report, told.champion_report) == (challenger.uri, champion.uri if champion else "")
        assert (told.checkpoint, told.champion) == (challenger.manifest.inputs["checkpoint"], reigns(lab))


def reigns(lab: Lab) -> str:
    return pointer(lab.store).checkpoint


def test_a_run_decides_once_whatever_happened_since(lab: Lab, contest: Contest) -> None:
    first, second = report(lab, "first", 0.5), report(lab, "second", 0.6)
    decided = contest(first, run="one")
    contest(second)
    assert contest(first, run="one", time="2030-01-02T12:00:00+00:00") == decided
    assert [called(reign.checkpoint) for reign in pointer(lab.store).history] == ["first", "second"]


class Killed(Exception):
    """The pod is gone."""


class Dying:
    """A store whose user is killed right before, or right after, it makes the first object under a prefix."""

    def __init__(self, store: Store, prefix: str, *, after: bool) -> None:
        self._store, self._prefix, self._after = store, prefix, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def create(self, path: str, data: bytes) -> None:
        if path.startswith(self._prefix) and not self._after:
            raise Killed
        self._store.create(path, data)
        if path.startswith(self._prefix):
            raise Killed


@pytest.mark.parametrize("prefix", ["models/shapes/test-1-", "models/shapes/runs/"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("overtaken", [False, True])
def test_a_promotion_killed_at_any_write_and_tried_again_is_a_promotion(
    lab: Lab,
    contest: Contest,
    prefix: str,
    after: bool,  # noqa: FBT001
    overtaken: bool,  # noqa: FBT001
) -> None:
    first, second = report(lab, "first", 0.5), report(lab, "second", 0.6)
    dying: Any = Dying(lab.store, prefix, after=after)
    with pytest.raises(Killed):
        promote(PromoteConfig(), entry(first, run="one"), dying, NOON)
    crowned = lab.store.exists(champion_path("shapes", lab.table.key))
    if overtaken and crowned:
        contest(second)
    again = contest(first, run="one", time="2030-01-02T12:00:00+00:00")
    assert (again.decision, again.checkpoint) == ("promoted", first.manifest.inputs["checkpoint"])
    assert "the first champion" in again.reason
    names = [called(reign.checkpoint) for reign in pointer(lab.store).history]
    assert names == ["first"] + ["second"] * (overtaken and crowned)


def test_a_run_cannot_decide_on_two_reports(lab: Lab, contest: Contest) -> None:
    first, second = report(lab, "first", 0.5), report(lab, "second", 0.6)
    contest(first, run="one")
    with pytest.raises(InvalidInput, match=r"run one has decided on .*first.* already"):
        contest(second, run="one")
    assert reigns(lab) == first.manifest.inputs["checkpoint"]


def test_two_pods_of_one_run_at_once_decide_one_thing(store: Store, lab_in: Callable[[Store], Lab]) -> None:
    lab = lab_in(store)
    challenger, pods = report(lab, "first", 0.5), 6
    together = Barrier(pods)

    def enter(number: int) -> Record:
        together.wait()
        return promote(PromoteConfig(), entry(challenger, run="one"), store, f"2030-01-01T12:00:0{number}+00:00")

    with ThreadPoolExecutor(pods) as pool:
        told = list(pool.map(enter, range(pods)))
    assert {record.decision for record in told} == {"promoted"}
    assert len(set(told)) == 1
    assert len(pointer(store).history) == 1
    assert store.list("models/shapes/runs") == [record_path("shapes", "one")]


def test_figures_of_another_schema_are_named_with_it(lab: Lab, contest: Contest) -> None:
    files = {"metrics.json": b'{"schema_version": "maskline/metrics/2"}'}
    inputs = {"checkpoint": "file:///data/checkpoints/x", "dataset": DATASET, "predictions": "p"}
    strange = lab.seal("report", "x", files, inputs=inputs)
    with pytest.raises(Corrupt, match=rf"^{strange.uri}/metrics\.json is no document of schema maskline/metrics/1: "):
        contest(strange)


def test_a_kind_without_figures_of_classes_is_judged_by_its_headline_alone(
    lab: Lab, contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOOK_UP, lambda _name: Sounds())
    for name, figure, decision in (("first", 0.5, "promoted"), ("second", 0.4, "kept"), ("third", 0.6, "promoted")):
        decided = contest(report(lab, name, 0.0, record="sound/1", figures={"f1": figure}))
        assert decided.decision == decision
    assert decided.reason == "F1 0.600 against the champion's 0.500"
    assert pointer(lab.store).measure == "F1"
