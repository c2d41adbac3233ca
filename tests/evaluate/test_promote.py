"""Who reigns: one champion per domain, whoever comes when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Corrupt, InvalidInput, NotFound
from maskline.contract.store import Store
from maskline.contract.champion import Champion, champion_path, read_champion
from maskline.evaluate.config import PromoteConfig
from maskline.evaluate.metrics import Metrics
from maskline.evaluate.promote import Decision, PromoteInputs, promote

if TYPE_CHECKING:
    from tests.evaluate.conftest import Lab

NOON = "2030-01-01T12:00:00+00:00"
DATASET = "file:///data/datasets/frozen-000000000001"
OTHER = "file:///data/datasets/other-000000000002"
Contest = Callable[..., Decision]


def report(lab: "Lab", name: str, *aps: float | None, dataset: str = DATASET, **fields: Any) -> Artifact:
    """Seal a report of checkpoint `name` with these mask APs per class; the overall one is their mean."""
    known = [ap for ap in aps if ap is not None]
    overall = sum(known) / len(known) if known else None
    counts = dict.fromkeys(("truths", "detections", "found", "rough", "mistaken", "unseen", "false_alarms"), 1)
    unknown = dict.fromkeys(Metrics.model_fields.keys() - {"schema_version"}, None)
    per_class = {
        f"class-{number}": counts | dict.fromkeys(("ap50", "ap75", "box_ap", "box_ap50", "box_ap75")) | {"ap": ap}
        for number, ap in enumerate(aps)
    }
    figures = {"split": "val", "images": 9, "images_without_detections": 0, "truths": 9, "detections": 9}
    scores = {"mask_ap": overall, "score_threshold": 0.5, "per_class": per_class, "curves": {}, "domain": {}}
    metrics = Metrics.model_validate(unknown | figures | scores)
    inputs = {"checkpoint": f"file:///data/checkpoints/{name}", "dataset": dataset, "predictions": "p"}
    files = {"metrics.json": metrics.model_dump_json().encode()}
    return lab.seal("report", name, files, **({"inputs": inputs} | fields))


@pytest.fixture
def contest(lab: "Lab") -> Contest:
    """Promote one report: margin .02, no class may fall by more than .05."""

    def enter(
        challenger: Artifact, champion: Artifact | None = None, time: str = NOON, margin: float = 0.02
    ) -> Decision:
        inputs = PromoteInputs(report=challenger.uri, champion_report=champion.uri if champion else "", domain="shapes")
        return promote(PromoteConfig(margin=margin), inputs, lab.store, time)

    return enter


def pointer(store: Store) -> Champion:
    found = read_champion(store, "shapes")
    assert found is not None
    return found[0]


def test_the_first_challenger_reigns(lab: "Lab", contest: Contest) -> None:
    first = report(lab, "first", 0.1)
    decision = contest(first)
    assert (decision.decision, decision.champion) == ("promoted", "file:///data/checkpoints/first")
    champion = pointer(lab.store)
    assert champion.checkpoint == decision.champion
    assert (champion.report, champion.dataset, champion.mask_ap) == (first.uri, DATASET, 0.1)
    assert [reign.time for reign in champion.history] == [NOON]


def test_a_better_one_takes_over_and_the_history_is_kept(lab: "Lab", contest: Contest) -> None:
    contest(report(lab, "first", 0.5, 0.5))
    decision = contest(report(lab, "second", 0.6, 0.5), time="2030-01-02T12:00:00+00:00")
    assert decision.decision == "promoted"
    assert "0.550" in decision.reason
    assert "0.500" in decision.reason
    champion = pointer(lab.store)
    assert [reign.checkpoint.rpartition("/")[2] for reign in champion.history] == ["first", "second"]
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
    lab: "Lab", contest: Contest, aps: tuple[float, ...], why: str
) -> None:
    contest(report(lab, "first", 0.5, 0.5))
    before = pointer(lab.store)
    decision = contest(report(lab, "second", *aps))
    assert (decision.decision, decision.champion) == ("kept", "file:///data/checkpoints/first")
    assert why in decision.reason
    assert pointer(lab.store) == before


@pytest.mark.parametrize("aps", [(0.52, 0.52), (0.9, 0.45), (0.9, 0.5)])
def test_the_limits_themselves_are_allowed(lab: "Lab", contest: Contest, aps: tuple[float, ...]) -> None:
    contest(report(lab, "first", 0.5, 0.5))
    assert contest(report(lab, "second", *aps)).decision == "promoted"


def test_without_a_margin_any_lead_will_do_but_a_draw_will_not(lab: "Lab", contest: Contest) -> None:
    contest(report(lab, "first", 0.5))
    assert contest(report(lab, "twin", 0.5), margin=0).decision == "kept"
    assert contest(report(lab, "better", 0.501), margin=0).decision == "promoted"


def test_a_class_without_truth_does_not_count(lab: "Lab", contest: Contest) -> None:
    contest(report(lab, "first", 0.5, None))
    assert contest(report(lab, "second", 0.6, None)).decision == "promoted"


def test_the_champion_itself_changes_nothing(lab: "Lab", contest: Contest) -> None:
    first = report(lab, "first", 0.5)
    contest(first)
    before = lab.store.read_versioned(champion_path("shapes"))
    assert contest(first).decision == "unchanged"
    assert contest(report(lab, "first", 0.9, dataset=OTHER)).decision == "unchanged"
    assert lab.store.read_versioned(champion_path("shapes")) == before


def test_on_a_new_dataset_the_champion_is_judged_by_its_report_there(lab: "Lab", contest: Contest) -> None:
    contest(report(lab, "first", 0.9))
    there = report(lab, "first", 0.3, dataset=OTHER)
    decision = contest(report(lab, "second", 0.4, dataset=OTHER), champion=there)
    assert decision.decision == "promoted"
    assert pointer(lab.store).dataset == OTHER


def test_reports_on_different_datasets_are_not_compared(lab: "Lab", contest: Contest) -> None:
    first = report(lab, "first", 0.5)
    contest(first)
    challenger = report(lab, "second", 0.9, dataset=OTHER)
    for given in (None, first):
        with pytest.raises(InvalidInput) as fault:
            contest(challenger, champion=given)
        assert DATASET in str(fault.value)
        assert OTHER in str(fault.value)
    assert len(pointer(lab.store).history) == 1


def test_what_cannot_enter_is_refused(lab: "Lab", contest: Contest) -> None:
    with pytest.raises(InvalidInput, match="has no mask AP"):
        contest(report(lab, "empty", None))
    with pytest.raises(InvalidInput, match="without a checkpoint"):
        contest(report(lab, "stranger", 0.5, inputs={"dataset": DATASET, "predictions": "p"}))
    with pytest.raises(InvalidInput, match="of domain 'cells'"):
        contest(report(lab, "cell", 0.5, categories=lab.table.model_copy(update={"domain": "cells"})))
    with pytest.raises(NotFound):
        promote(
            PromoteConfig(),
            PromoteInputs(report=f"{lab.store.uri}/reports/a-b", champion_report="", domain="shapes"),
            lab.store,
            NOON,
        )
    assert not lab.store.exists(champion_path("shapes"))


def test_a_pointer_that_is_none_is_named(lab: "Lab", contest: Contest) -> None:
    lab.store.write(champion_path("shapes"), b'{"schema_version": "maskline/champion/2"}')
    with pytest.raises(Corrupt, match=r"models/shapes/champion\.json is no document of schema maskline/champion/1"):
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
    lab: "Lab", contest: Contest, first_ap: float | None, rival_ap: float, outcome: str
) -> None:
    if first_ap is not None:
        contest(report(lab, "first", first_ap))
    rival, late = report(lab, "rival", rival_ap), report(lab, "late", 0.7)
    store: Any = Overtaking(lab.store, lambda: contest(rival))
    inputs = PromoteInputs(report=late.uri, champion_report="", domain="shapes")
    assert promote(PromoteConfig(), inputs, store, NOON).decision == outcome
    names = [reign.checkpoint.rpartition("/")[2] for reign in pointer(lab.store).history]
    assert names == ["first"] * (first_ap is not None) + ["rival"] + ["late"] * (outcome == "promoted")


def test_being_overtaken_on_another_dataset_is_a_clear_error(lab: "Lab", contest: Contest) -> None:
    first, late = report(lab, "first", 0.5), report(lab, "late", 0.7)
    contest(first)
    there, rival = report(lab, "first", 0.1, dataset=OTHER), report(lab, "rival", 0.4, dataset=OTHER)
    store: Any = Overtaking(lab.store, lambda: contest(rival, champion=there))
    inputs = PromoteInputs(report=late.uri, champion_report=first.uri, domain="shapes")
    with pytest.raises(InvalidInput, match="rival has no report on") as fault:
        promote(PromoteConfig(), inputs, store, NOON)
    assert OTHER in str(fault.value)
    assert pointer(lab.store).checkpoint.endswith("rival")


@pytest.mark.parametrize("reigning", [False, True])
def test_challengers_at_once_leave_the_best_as_champion_and_a_whole_history(
    store: Store,
    lab_in: "Callable[[Store], Lab]",
    reigning: bool,  # noqa: FBT001
) -> None:
    lab = lab_in(store)
    if reigning:
        inputs = PromoteInputs(report=report(lab, "old", 0.05).uri, champion_report="", domain="shapes")
        promote(PromoteConfig(), inputs, store, NOON)
    challengers = [report(lab, f"c{number}", 0.1 * number) for number in range(1, 7)]
    together = Barrier(len(challengers))

    def enter(challenger: Artifact) -> Decision:
        inputs = PromoteInputs(report=challenger.uri, champion_report="", domain="shapes")
        together.wait()
        return promote(PromoteConfig(), inputs, store, NOON)

    with ThreadPoolExecutor(len(challengers)) as pool:
        decisions = list(pool.map(enter, challengers))
    champion = pointer(store)
    assert champion.checkpoint.endswith("c6")
    assert [reign.mask_ap for reign in champion.history] == sorted({reign.mask_ap for reign in champion.history})
    promoted = {
        c.manifest.inputs["checkpoint"] for c, d in zip(challengers, decisions, strict=True) if d.decision == "promoted"
    }
    assert {reign.checkpoint for reign in champion.history if not reign.checkpoint.endswith("old")} == promoted
    assert {decision.decision for decision in decisions} <= {"promoted", "kept"}
    assert any(reign.checkpoint.endswith("old") for reign in champion.history) == reigning
