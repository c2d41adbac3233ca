"""maskline submit --wait: a line when a step begins and ends, and why a run did not succeed."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from kfp_stub.argo import Workflow
from kfp_stub.life import RECORDED, Moment, as_recorded, grow, in_state, live, recorded
from kfp_stub.refusal import Refusal
from kfp_stub.server import Drop, Request, Stub
from typer.testing import Result

from maskline.pipelines.kubeflow.runs import watch

Waited = Callable[..., Result]
LOOKS = [f"run-after-{seconds}s" for seconds in ("000", "024", "048", "096", "160")]
EXECUTOR = "retrain-7mlfm-2136535861"  # the id of the node whose log is recorded
TRAIN = "it asks for cpu 4, memory 8Gi, 1 nvidia.com/gpu"


def lines(done: Result) -> list[str]:
    """Return what was told, without the address of the run and without the seconds."""
    told = done.stdout.splitlines()[2:]
    assert all(re.match(r" *\d+\.\d s  ", line) for line in told), told
    return [" ".join(line.split()[2:]) for line in told]


def run_id(stub: Stub) -> str:
    (run,) = stub.state.runs
    return run


def lived(stub: Stub, workflow: Workflow, *moments: Moment) -> None:
    """Let the run begin with what the workflow has by now, and go on through `moments`."""
    live(stub, iter([in_state("RUNNING", then=grow(stub, workflow)), *moments]))


def test_a_recorded_run_is_told_in_its_steps(stub: Stub, waited: Waited) -> None:
    live(stub, as_recorded(*LOOKS, "run-at-end"))
    done = waited()
    assert done.exit_code == 0, done.output
    assert lines(done) == [
        "render: plan started",
        "render: plan done in 10 s",
        "render: draw started",
        "render: draw done 3/3 in 30 s",
        "render: seal started",
        "render: seal done in 10 s",
        "train started",
        "train done in 40 s",
        "predict started",
        "predict done in 39 s",
        "evaluate started",
        "evaluate done in 10 s",
        "predict: champion started",
        "predict: champion done in 43 s",
        "evaluate: champion started",
        "evaluate: champion done in 11 s",
        "promote started",
        "promote done in 21 s",
        "run done in 323 s",
    ]


def test_a_recorded_failure_ends_with_the_steps_own_words_and_the_command_that_shows_more(
    stub: Stub, waited: Waited
) -> None:
    stub.state.logs[EXECUTOR] = (RECORDED / "log-of-failed-node.txt").read_text()
    live(stub, as_recorded("run-failed"))
    done = waited("retrain")
    assert done.exit_code == 1
    error, log = done.stderr.splitlines()
    assert error.startswith("error: train failed after 10 s: train preset 'demo': unknown field 'nope' (known: name, ")
    assert log == f"log: maskline logs {run_id(stub)} train --endpoint {stub.endpoint}"
    assert error.removeprefix("error: ") in lines(done)
    assert lines(done)[-1] == "notify done in 10 s"


def test_a_recorded_loss_of_a_pod_is_a_second_attempt(stub: Stub, waited: Waited) -> None:
    live(stub, as_recorded("run-pod-deleted"))
    done = waited()
    assert done.exit_code == 0
    train = [line for line in lines(done) if line.startswith("train")]
    assert train == ["train started", "train attempt 1 was lost; attempt 2 began", "train done in 146 s"]


@pytest.mark.usefixtures("talkative")
def test_a_step_is_quoted_with_what_it_says_of_itself(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    stub.is_ui = True  # the API of a server of one user has no logs of living pods
    log = "I1129 15:12:45.471228      15 main.go:139] Setting log level\nloading\ntrain.step step=40 of=800 loss=1.2\n"
    workflow.step("train", "RUNNING", log=log)
    end = Workflow(workflow.name)
    end.step("train", "SUCCEEDED", log=f"{log}train.done step=800\nE1129 15:12:46.0 15 launcher_v2.go:1] x\n")
    lived(stub, workflow, in_state("RUNNING"), in_state("SUCCEEDED", then=grow(stub, end)))
    told = lines(waited())
    assert told[:2] == ["train started", "train train.step step=40 of=800 loss=1.2"]
    assert told[-2] == "train done in 30 s | train.done step=800"


@pytest.mark.usefixtures("talkative")
def test_a_log_that_cannot_be_had_is_no_fault(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    stub.older_api = False  # so nobody tells the names of pods
    workflow.step("train", "RUNNING", log="train.step step=40")
    lived(stub, workflow, in_state("RUNNING"), in_state("SUCCEEDED"))
    done = waited()
    assert done.exit_code == 0, done.output
    assert lines(done)[0] == "train started"


@pytest.mark.usefixtures("talkative")
def test_a_loop_is_told_in_parts_done_of_all_though_argo_begins_a_few_at_a_time(
    stub: Stub, waited: Waited, workflow: Workflow
) -> None:
    workflow.step("render-work", "RUNNING", turn=0, turns=3)

    def next_part(turn: int) -> Moment:
        def happen() -> None:
            workflow.step("render-work", "SUCCEEDED", turn=turn - 1, turns=3)
            workflow.step("render-work", "RUNNING", turn=turn, turns=3)

        return in_state("RUNNING", then=happen)

    def close() -> None:
        workflow.step("render-work", "SUCCEEDED", turn=2, turns=3)
        workflow.close_loop()

    lived(stub, workflow, next_part(1), next_part(2), in_state("SUCCEEDED", then=close))
    told = [line for line in lines(waited()) if line.startswith("render: draw")]
    assert told[:-1] == ["render: draw started", "render: draw 1/3", "render: draw 2/3"]
    assert re.fullmatch(r"render: draw done 3/3 in \d+ s", told[-1])


def test_a_part_of_a_loop_that_fails_is_named(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    workflow.step("render-work", "SUCCEEDED", turn=0, turns=3)
    workflow.step("render-work", "FAILED", turn=1, turns=3, log="error: no such preset\n")
    lived(stub, workflow, in_state("FAILED"))
    done = waited()
    assert done.exit_code == 1
    error, log = done.stderr.splitlines()
    assert re.fullmatch(r"error: render: draw failed after \d+ s: part 2 of 3: no such preset", error)
    assert log.startswith(f"log: maskline logs {run_id(stub)} 'render: draw' --endpoint ")


@pytest.mark.parametrize(
    ("message", "log", "said"),
    [
        ("main: Error (exit code 1)", "x\nerror: first\nerror: second\n", "second"),
        ("main: OOMKilled (exit code 137)", "step=4\n", "main: OOMKilled (exit code 137); last words: step=4"),
        ("main: OOMKilled (exit code 137)", "", "main: OOMKilled (exit code 137)"),
        ("main: Error (exit code 1)", "", "main: Error (exit code 1)"),
        ("", "Killed\n", "last words: Killed"),
        ("", "", "it says nothing"),
        (
            "main: Error (exit code 1)",
            "render.done\nE1129 15:12:46.021158      15 launcher_v2.go:130] failed: exit status 2\n",
            "last words: render.done",
        ),
        (
            "main: Error (exit code 1)",
            "done\nI1129 15:12:46.02      15 main.go:1] dump: {\n}\nF1129 15:12:46.02  15 m.go:9] failed to upload\n",
            "last words: failed to upload",
        ),
    ],
)  # fmt: skip
def test_why_a_step_failed_is_its_own_word_or_the_clusters(
    message: str, log: str, said: str, stub: Stub, waited: Waited, workflow: Workflow
) -> None:
    workflow.step("train", "FAILED", message=message, log=log)
    lived(stub, workflow, in_state("FAILED"))
    done = waited()
    assert done.exit_code == 1
    assert done.stderr.splitlines()[0] == f"error: train failed after 30 s: {said}"


def test_a_step_that_is_tried_again_as_a_whole_has_not_failed_yet(
    stub: Stub, waited: Waited, workflow: Workflow
) -> None:
    workflow.step("train", "FAILED", "FAILED", "FAILED", log="error: lost\n")
    workflow.try_again("train")
    again = in_state("RUNNING", then=lambda: workflow.again("train", "RUNNING"))
    end = in_state("SUCCEEDED", then=lambda: workflow.end("SUCCEEDED"))
    lived(stub, workflow, in_state("RUNNING"), again, end)
    done = waited()
    assert done.exit_code == 0
    assert [line.partition(" in ")[0] for line in lines(done) if line.startswith("train")] == [
        "train started",
        "train attempt 2 was lost; attempt 3 began",
        "train attempt 3 was lost; attempt 4 began",
        "train done",
    ]


@pytest.mark.usefixtures("talkative")
def test_a_run_too_wide_for_kubeflow_to_read_is_followed_all_the_same(
    stub: Stub, waited: Waited, workflow: Workflow
) -> None:
    workflow.step("train", "RUNNING")

    def compress() -> None:
        workflow.compress(run_id(stub))
        workflow.end("SUCCEEDED")
        workflow.step("predict", "RUNNING")

    lived(stub, workflow, in_state("RUNNING", then=compress), in_state("RUNNING"), in_state("SUCCEEDED"))
    told = [line.partition(" in ")[0] for line in lines(waited())]
    assert told == ["train started", "train done", "predict started", "predict done", "run done"]


@pytest.mark.usefixtures("talkative")
def test_a_recorded_pod_that_no_node_has_room_for_is_told_with_what_is_missing(stub: Stub, waited: Waited) -> None:
    def know() -> None:
        stub.state.older[run_id(stub)] = recorded("run-waits-workflow")

    live(stub, iter([in_state("RUNNING", then=know), *as_recorded("run-waits", "run-waits", "run-at-end")]))
    told = lines(waited())
    why = "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient nvidia.com/gpu"
    assert f"train pending for 0 s: {why}; {TRAIN}" in told


def test_a_recorded_end_by_somebody_is_told(stub: Stub, waited: Waited) -> None:
    live(stub, as_recorded("run-terminated"))
    done = waited()
    assert done.exit_code == 3
    assert done.stderr == f"error: run {run_id(stub)} was terminated during train\n"


def test_a_step_that_kubeflow_could_not_prepare_failed_too(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    workflow.step("train", driver="FAILED", message="main: Error (exit code 1)", log="F1129 1:1:1.1 1 main.go:8] no\n")
    lived(stub, workflow, in_state("FAILED"))
    assert waited().stderr.startswith("error: train failed after 0 s: Kubeflow could not prepare it: ")


def test_a_run_that_fails_without_a_step_is_told_in_argos_words(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    workflow.message = "Request entity too large:\nlimit is 3145728"
    workflow.step("train", "SUCCEEDED")
    lived(stub, workflow, in_state("FAILED"))
    done = waited()
    assert done.exit_code == 1
    assert done.stderr == f"error: run {run_id(stub)} ended as FAILED: Request entity too large: limit is 3145728\n"


@pytest.mark.parametrize("seen", [True, False], ids=["by its history", "by its deadline"])
def test_a_run_that_somebody_ended_has_an_exit_status_of_its_own(
    seen: bool,  # noqa: FBT001 - it is a parameter of the test
    stub: Stub,
    waited: Waited,
    workflow: Workflow,
) -> None:
    workflow.step("train", "FAILED", message="Step exceeded its deadline")
    workflow.deadline = None if seen else 0
    lived(stub, workflow, in_state("FAILED", *(["RUNNING", "CANCELING"] if seen else ["RUNNING"])))
    done = waited()
    assert done.exit_code == 3
    assert done.stderr == f"error: run {run_id(stub)} was terminated during train\n"
    assert "\nlog: " not in done.output


@pytest.mark.usefixtures("talkative")
def test_a_step_that_waits_is_named_with_what_it_asks_for(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    why = "Unschedulable: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu."
    workflow.step("train", "PENDING", message=why)
    later = Workflow(workflow.name)
    later.step("train", "RUNNING")
    lived(stub, workflow, in_state("RUNNING"), in_state("RUNNING", then=grow(stub, later)), in_state("SUCCEEDED"))
    told = lines(waited())
    assert told[:2] == ["train started", f"train pending for 0 s: {why}; {TRAIN}"]
    assert told[2] == "train waits no longer"


@pytest.mark.usefixtures("talkative")
def test_a_step_that_waits_is_named_where_argo_says_nothing(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    stub.older_api = False
    workflow.step("train", "PENDING")
    lived(stub, workflow, in_state("SUCCEEDED"))
    assert lines(waited())[1] == f"train pending for 0 s: {TRAIN}"


@pytest.mark.usefixtures("talkative")
def test_a_step_that_prints_does_not_wait_whatever_its_state(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    stub.is_ui = True  # the API of a server of one user has no logs of living pods
    workflow.step("train", "PENDING", log="train.step step=40\n")  # Argo has not looked at its pod yet
    lived(stub, workflow, in_state("RUNNING"), in_state("SUCCEEDED"))
    told = lines(waited())
    assert told[:2] == ["train started", "train train.step step=40"]
    assert not [line for line in told if "pending" in line]


@pytest.mark.usefixtures("talkative")
def test_what_prepares_a_step_may_wait_too(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    workflow.step("train", driver="PENDING", message="ImagePullBackOff")
    lived(stub, workflow, in_state("SUCCEEDED"))
    assert lines(waited())[0] == "train pending for 0 s: ImagePullBackOff"


def test_nobody_who_waits_for_less_than_a_minute_is_named(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    workflow.step("train", "PENDING", message="ContainerCreating")
    lived(stub, workflow, in_state("RUNNING"), in_state("SUCCEEDED"))
    assert not [line for line in lines(waited()) if "pending" in line]


def test_a_server_that_is_away_for_a_while_does_not_end_the_waiting(
    stub: Stub, waited: Waited, workflow: Workflow
) -> None:
    workflow.step("train", "SUCCEEDED")
    lived(stub, workflow, in_state("SUCCEEDED"))
    alive = stub.before
    away = iter([Refusal(503, "upgrading"), *[Drop()] * 4, Refusal(500, "starting")])

    def flaky(request: Request) -> None:
        if request.path.startswith("/apis/v2beta1/runs/") and (trouble := next(away, None)):
            raise trouble
        alive(request)

    stub.before = flaky
    done = waited()
    assert done.exit_code == 0, done.stderr
    told = [line for line in lines(done) if "asking again" in line or "answers again" in line]
    assert len(told) == 2
    assert told[1] == "the server answers again"
    assert len(stub.state.runs) == 1


def test_a_server_that_stays_away_ends_it(stub: Stub, waited: Waited, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(request: Request) -> None:
        if request.path.startswith("/apis/v2beta1/runs/"):
            raise Refusal(500, "broken")

    monkeypatch.setattr(watch, "_PATIENCE_S", 0.0)
    stub.before = gone
    done = waited()
    assert done.exit_code == 1
    assert "500: broken" in done.stderr


def test_a_version_that_was_deleted_leaves_steps_their_tasks_names(
    stub: Stub, waited: Waited, workflow: Workflow
) -> None:
    workflow.step("render-plan", "SUCCEEDED")
    lived(stub, workflow, in_state("SUCCEEDED"))
    stub.after = lambda request: stub.state.versions.clear() if request.path.endswith("/runs") else None
    done = waited()
    assert done.exit_code == 0, done.output
    assert lines(done)[0] == "render-plan started"


def test_a_failure_is_told_though_kubeflow_ends_the_run_before_its_steps(
    stub: Stub, waited: Waited, workflow: Workflow
) -> None:
    workflow.step("train", "RUNNING", log="error: no\n")
    workflow.lags = 3
    lived(stub, workflow, in_state("FAILED"))
    assert waited().stderr.startswith("error: train failed after 30 s: no\n")


def test_steps_that_will_not_come_are_not_told_of(stub: Stub, waited: Waited, workflow: Workflow) -> None:
    workflow.step("train", "FAILED")
    workflow.leave_out("predict")
    lived(stub, workflow, in_state("FAILED"))
    assert "predict" not in waited().output


def test_ctrl_c_ends_the_waiting_and_not_the_run(stub: Stub, pipelines: list[str]) -> None:
    looked = threading.Event()
    stub.before = lambda request: looked.set() if request.path.startswith("/apis/v2beta1/runs/") else None
    program = "import sys; from maskline.pipelines.command_line import app; app(sys.argv[1:])"
    submit = [sys.executable, "-c", program, "submit", pipelines[0], "--version", "latest"]
    words = [*submit, "--wait", "--poll", "0.01", "--endpoint", stub.endpoint]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as waiting:
        assert looked.wait(60)
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate()
    assert said == f"not waiting any longer; run {run_id(stub)} goes on\n"
    assert waiting.returncode == 130
    assert not [path for method, path in stub.changes if "terminate" in path or method == "DELETE"]
