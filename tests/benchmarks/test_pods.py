"""Which pods a run starts, and which follow one another."""

from collections.abc import Mapping

import pytest
from cluster.pipeline import Pipeline, read
from cluster.pods import Pod, Work, expand, longest_chain
from cluster.scenarios import SIDES

BEFORE = SIDES["before"]
PREDICT = {"predict-plan": 2.0, "predict-work": 14.0, "predict-seal": 2.0}


def run(pipeline: str, seconds: Mapping[str, float], iterations: int = 0, fails: str = "") -> dict[str, Pod]:
    """Return the pods of a run of the pipelines of before; iterations: of each loop."""
    found = read(BEFORE / f"{pipeline}.yaml")
    loops = dict.fromkeys(found.steps() & {"render-work", "predict-work"}, iterations)
    return {pod.name: pod for pod in expand(found, Work(seconds, loops, frozenset(fails.split())))}


def everything(pipeline: str) -> dict[str, float]:
    return dict.fromkeys(read(BEFORE / f"{pipeline}.yaml").steps(), 1.0)


def test_a_step_costs_a_driver_and_a_pod_one_after_the_other() -> None:
    pods = run("evaluate", everything("evaluate"))

    assert longest_chain(pods.values()) == ["root-driver", "predict-driver", "predict", "evaluate-driver", "evaluate"]
    assert len(pods) == 5


def test_an_empty_loop_costs_its_driver_and_an_iteration_three_pods_more() -> None:
    numbers = [len(run("predict", PREDICT, iterations)) for iterations in (0, 1, 5)]

    assert numbers == [6, 6 + 3, 6 + 15]


def test_a_condition_that_does_not_hold_costs_its_driver() -> None:
    pipeline = "train-and-evaluate"
    own_pictures = {"predict-plan", "predict-work", "predict-seal"}
    without = {step: seconds for step, seconds in everything(pipeline).items() if step not in own_pictures}

    added = run(pipeline, everything(pipeline)).keys() - run(pipeline, without).keys()
    assert len(added) == 5  # two pods for each of the two steps, and the loop's driver
    assert {name for name in run(pipeline, without) if name.startswith("condition")} == {"condition-2-driver"}


def test_what_runs_at_exit_waits_for_everything_and_runs_after_a_failure_too() -> None:
    pods = run("retrain", everything("retrain"), 1, fails="train")

    assert pods["notify-driver"].after == pods.keys() - {"notify-driver", "notify"}
    assert {"train", "notify"} <= pods.keys()
    assert not {"predict", "promote"} & pods.keys()


def test_a_failure_in_a_loop_ends_the_run() -> None:
    pods = run("predict", PREDICT, 3, fails="predict-work")

    assert "predict-work[2]" in pods
    assert "predict-seal" not in pods


def test_work_for_a_step_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="pipeline predict has no step 'predict-pla'"):
        run("predict", {"predict-pla": 2.0})


def test_a_step_that_runs_must_have_its_seconds() -> None:
    with pytest.raises(ValueError, match="step 'predict-seal' runs, and nothing says for how many seconds"):
        run("predict", {"predict-plan": 2.0, "predict-work": 14.0})


def test_a_loop_keeps_the_limit_of_the_file() -> None:
    pipeline: Pipeline = read(BEFORE / "predict.yaml")

    assert [task.limit for task in pipeline.tasks if task.name == "for-loop-1"] == [16]
