"""What was recorded on a cluster comes out of the simulation within 10 %."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster.controller import REQUEUE_S, Cluster, Span, simulate
from cluster.pipeline import read
from cluster.pods import LAUNCHER_S, Pod, Work, expand
from cluster.scenarios import SIDES
from cluster.workflow_size import size

RECORDINGS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("recordings.yaml").read_text("utf-8"))
LARGE = {"train": 0.5, "predict": 0.5, "predict-champion": 0.5}  # what the values of those runs asked for, in cores
WIDE = "130 pictures in three shards"


def pods(recording: dict[str, Any]) -> list[Pod]:
    pipeline = read(SIDES["before"] / f"{recording['pipeline']}.yaml")
    seconds = {step: taken - LAUNCHER_S for step, taken in recording.get("pods", {}).items()}
    cores = {step: asked for step, asked in LARGE.items() if step in pipeline.steps()}
    fails = frozenset(recording.get("fails", ()))
    return expand(pipeline, Work(seconds or recording["work"], recording["iterations"], fails, cores))


def simulated(recording: dict[str, Any]) -> tuple[float, dict[str, Span]]:
    cluster = Cluster(recording.get("requeue", REQUEUE_S), recording.get("cores", float("inf")))
    return simulate(pods(recording), cluster)


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=RECORDINGS)
def test_a_run_takes_as_long_as_it_took(recording: dict[str, Any]) -> None:
    total, _ = simulated(recording)

    assert total == pytest.approx(recording["total"], rel=0.1)


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=RECORDINGS)
def test_a_run_has_as_many_pods_as_it_had(recording: dict[str, Any]) -> None:
    assert len(pods(recording)) == recording["number"]


# Of the others only the sums are known.
TIMED = {name: recording for name, recording in RECORDINGS.items() if "made" in recording}


@pytest.mark.parametrize("recording", TIMED.values(), ids=TIMED)
def test_every_pod_is_made_in_the_look_in_which_it_was_made(recording: dict[str, Any]) -> None:
    _, spans = simulated(recording)

    assert {step: spans[step].made for step in recording["made"]} == pytest.approx(recording["made"], abs=REQUEUE_S)


def test_three_shards_are_drawn_one_after_another_where_the_node_has_one_core_left() -> None:
    _, spans = simulated(RECORDINGS[WIDE])

    assert [spans[f"render-work[{shard}]"].over for shard in range(3)] == pytest.approx([65, 71, 79], abs=5)


def test_after_12_minutes_90_of_200_shards_are_drawn() -> None:
    recording = RECORDINGS[WIDE] | {"iterations": {"render-work": 200}}
    _, spans = simulated(recording)

    drawn = sum(span.over <= 12 * 60 for name, span in spans.items() if name.startswith("render-work["))
    assert drawn == pytest.approx(90, rel=0.1)


@pytest.mark.parametrize("recording", TIMED.values(), ids=TIMED)
def test_a_run_leaves_as_many_nodes_as_it_left(recording: dict[str, Any]) -> None:
    assert size(read(SIDES["before"] / f"{recording['pipeline']}.yaml"), pods(recording)).nodes == recording["nodes"]
