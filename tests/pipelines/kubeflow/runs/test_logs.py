"""maskline logs: what a step of a run prints, while it runs and when it is over."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from kfp_stub.argo import Workflow
from kfp_stub.commands import Command
from kfp_stub.life import RECORDED, Moment, as_recorded, grow, in_state, live
from kfp_stub.refusal import Refusal
from kfp_stub.server import Request, Stub
from typer.testing import Result

CHATTER = "I1129 15:12:45.471228      15 main.go:139] Setting log level to: '1'\n"
Logs = Callable[..., Result]


@pytest.fixture
def logs(maskline: Command, stub: Stub, pipelines: list[str]) -> Logs:
    """Start a run, let it live, and ask for its logs."""

    def ask(workflow: Workflow | None, *words: str, moments: tuple[Moment, ...] = (), pipeline: str = "") -> Result:
        assert maskline("submit", pipeline or pipelines[0], "--version", "latest").exit_code == 0
        (run,) = stub.state.runs
        if workflow:
            grow(stub, workflow)()
        live(stub, iter(moments))
        stub.requests.clear()
        return maskline("logs", run, *words, "--poll", "0.01")

    return ask


def test_the_log_of_a_recorded_failure_is_shown_without_the_launchers_chatter(stub: Stub, logs: Logs) -> None:
    stub.state.logs["retrain-7mlfm-2136535861"] = (RECORDED / "log-of-failed-node.txt").read_text()
    done = logs(None, "train", pipeline="retrain", moments=tuple(as_recorded("run-failed")))
    assert done.exit_code == 0, done.output
    first, *launcher = done.stdout.splitlines()
    assert first.startswith("error: train preset 'demo': unknown field 'nope' (known: ")
    assert [line[:1] for line in launcher] == ["E", "F"]
    assert done.stderr == "note: --- train ---\n"


def test_a_log_is_followed_line_by_line_until_its_step_has_ended(stub: Stub, logs: Logs, workflow: Workflow) -> None:
    stub.is_ui = True  # the API of a server of one user has no logs of living pods

    def saying(state: str, log: str) -> Moment:
        later = Workflow(workflow.name)
        later.step("train", state, log=log)
        return in_state("RUNNING", then=grow(stub, later))

    moments = (
        saying("RUNNING", CHATTER),
        saying("RUNNING", f"{CHATTER}one\n"),
        saying("RUNNING", f"{CHATTER}one\n\none\ntwo\n"),
        saying("SUCCEEDED", f"{CHATTER}one\none\ntwo\nthree\n"),
    )
    done = logs(workflow, "train", moments=moments)
    assert (done.exit_code, done.stdout) == (0, "one\none\ntwo\nthree\n")
    looks = [request for request in stub.requests if "v2beta1/runs/" in request.path]
    assert len(looks) == 4, "the run goes on, the step does not"


def test_a_node_that_keeps_the_end_of_a_log_only_makes_nothing_come_twice(
    stub: Stub, logs: Logs, workflow: Workflow
) -> None:
    stub.is_ui = True

    def saying(state: str, log: str) -> Moment:
        later = Workflow(workflow.name)
        later.step("train", state, log=log)
        return in_state("RUNNING", then=grow(stub, later))

    done = logs(workflow, "train", moments=(saying("RUNNING", "1\n2\n3\n"), saying("SUCCEEDED", "3\n4\n")))
    assert done.stdout == "1\n2\n3\n4\n"


def test_a_step_that_has_not_begun_is_waited_for(stub: Stub, logs: Logs, workflow: Workflow) -> None:
    later = Workflow(workflow.name)
    later.step("train", "SUCCEEDED", log="at last\n")
    done = logs(workflow, "train", moments=(in_state("RUNNING"), in_state("RUNNING", then=grow(stub, later))))
    assert (done.exit_code, done.stdout) == (0, "at last\n")
    assert done.stderr == "note: train has not begun yet\nnote: --- train ---\n"


def test_a_step_that_will_not_begin_is_named(logs: Logs, workflow: Workflow) -> None:
    workflow.step("render-plan", "FAILED")
    done = logs(workflow, "train", moments=(in_state("FAILED"),))
    assert done.exit_code == 1
    assert done.stderr.startswith("error: run ")
    assert done.stderr.endswith(" ended before train began\n")


@pytest.mark.parametrize("name", ["render: draw", "render-work", "render: d", "render-w"])
def test_a_step_is_known_by_title_or_task_or_the_beginning_of_either(name: str, logs: Logs, workflow: Workflow) -> None:
    workflow.step("render-work", "SUCCEEDED", turn=0, turns=1, log="drawn\n")
    workflow.close_loop()
    assert logs(workflow, name, moments=(in_state("SUCCEEDED"),)).stdout == "drawn\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tarin", "has no step 'tarin': render: plan, render: draw, render: seal, train, "),
        ("render", ": render: plan, render: draw, render: seal\n"),
    ],
)
def test_a_name_that_stands_for_no_step_or_several_is_refused_with_those_there_are(
    name: str, said: str, logs: Logs, workflow: Workflow
) -> None:
    workflow.step("train", "RUNNING")
    done = logs(workflow, name, moments=(in_state("RUNNING"),))
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_parts_of_a_loop_that_failed_come_first(logs: Logs, workflow: Workflow) -> None:
    for turn, state in enumerate(["SUCCEEDED", "FAILED", "SUCCEEDED"]):
        workflow.step("render-work", state, turn=turn, turns=3, log=f"part {turn}\n")
    done = logs(workflow, "render-work", moments=(in_state("FAILED"),))
    assert done.stdout == "part 1\npart 0\npart 2\n"
    assert done.stderr.splitlines() == [
        f"note: --- render: draw, part {part} of 3 ---" for part in (2, 1, 3)
    ]  # fmt: skip


def test_without_a_step_all_are_shown_in_the_order_in_which_they_began(logs: Logs, workflow: Workflow) -> None:
    workflow.step("render-plan", "SUCCEEDED", log="planned\n")
    workflow.step("train", "FAILED", log="error: no\n")
    done = logs(workflow, moments=(in_state("FAILED"),))
    assert (done.exit_code, done.stdout) == (0, "planned\nerror: no\n")


def test_what_launcher_and_argo_say_of_their_own_work_is_left_out(logs: Logs, workflow: Workflow) -> None:
    argo = 'time=2026-11-29T19:05:49.938Z level=INFO msg="{}" argo=true{}\n'
    dump = 'I1129 18:50:00.662525      15 launcher_v2.go:1230] ExecutorOutput: {\n  "artifacts": {\n  }\n}\n'
    said = argo.format("waiting for signals", " signalPath=/x") + "mine\n" + CHATTER + dump + "mine, too\n"
    workflow.step("train", "SUCCEEDED", log=said + argo.format("sub-process exited", " error=<nil>"))
    assert logs(workflow, "train", moments=(in_state("SUCCEEDED"),)).stdout == "mine\nmine, too\n"


def test_what_only_the_launcher_says_is_shown_where_a_container_said_nothing(logs: Logs, workflow: Workflow) -> None:
    workflow.step("train", "SUCCEEDED", log=CHATTER)
    assert logs(workflow, "train", moments=(in_state("SUCCEEDED"),)).stdout == CHATTER


def test_what_prepares_a_step_is_shown_where_it_failed(logs: Logs, workflow: Workflow) -> None:
    workflow.step("train", driver="FAILED", log="F1129 1:1:1.1 1 main.go:8] no such secret\n")
    done = logs(workflow, "train", moments=(in_state("FAILED"),))
    assert "no such secret" in done.stdout
    assert done.stderr == "note: --- train, Kubeflow's driver ---\n"


def test_a_log_whose_pod_is_gone_comes_from_the_archive(logs: Logs, workflow: Workflow) -> None:
    workflow.step("train", "SUCCEEDED", log="archived\n")
    workflow.pods_are_gone = True
    assert logs(workflow, "train", moments=(in_state("SUCCEEDED"),)).stdout == "archived\n"


def test_a_log_that_is_gone_is_told_in_one_line(stub: Stub, logs: Logs, workflow: Workflow) -> None:
    workflow.step("train", "SUCCEEDED", log="never seen\n")
    moments = (in_state("SUCCEEDED", then=lambda: setattr(workflow, "log_of", lambda *_, **__: None)),)
    done = logs(workflow, "train", moments=moments)
    assert (done.exit_code, done.stdout) == (1, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"error: {stub.endpoint} has no log of {workflow.name}-")
    assert last.endswith("); while a pod runs, the address of Kubeflow's UI shows its log")
    assert "github.com" not in done.stderr


@pytest.mark.parametrize("status", [404, 500])
def test_a_server_that_refuses_to_show_one_says_why(status: int, stub: Stub, logs: Logs, workflow: Workflow) -> None:
    def refuse(request: Request) -> None:
        if request.path.endswith("/log"):
            raise Refusal(status, "not today")

    workflow.step("train", "SUCCEEDED")
    done = logs(workflow, "train", moments=(in_state("SUCCEEDED", then=lambda: setattr(stub, "before", refuse)),))
    assert done.exit_code == 1
    assert f"{status}: not today" in done.stderr.splitlines()[-1]


def test_the_ui_has_another_address_for_logs(stub: Stub, logs: Logs, workflow: Workflow) -> None:
    stub.is_ui = True
    workflow.step("train", "SUCCEEDED", log="by the UI\n")
    assert logs(workflow, "train", moments=(in_state("SUCCEEDED"),)).stdout == "by the UI\n"
    (asked,) = [request for request in stub.requests if "log" in request.path]
    assert asked.path == "/k8s/pod/logs"
    assert asked.query["podname"].startswith(f"{workflow.name}-metadata-0-1-retry-system-container-impl-")


def test_a_server_of_several_users_shows_a_pod_while_it_lives(
    stub: Stub, maskline: Command, logs: Logs, workflow: Workflow
) -> None:
    workflow.step("train", "RUNNING", log="alive\n")
    logs(workflow, "train", moments=(in_state("SUCCEEDED"),))
    (run,) = stub.state.runs
    stub.state.multi_user = True
    later = Workflow(workflow.name)
    later.step("train", "RUNNING", log="alive\n")
    live(stub, iter([in_state("RUNNING", then=grow(stub, later)), in_state("SUCCEEDED")]))
    done = maskline("logs", run, "train", "--namespace", "team-a", "--poll", "0.01")
    assert done.stdout == "alive\n"
    assert done.stderr == "note: --- train ---\n"


def test_a_log_whose_pod_is_gone_is_an_artifact_to_the_ui(stub: Stub, logs: Logs, workflow: Workflow) -> None:
    stub.is_ui = True
    workflow.step("train", "SUCCEEDED", log="archived\n")
    workflow.pods_are_gone = True
    assert logs(workflow, "train", moments=(in_state("SUCCEEDED"),)).stdout == "archived\n"


def test_every_attempt_is_shown(logs: Logs, workflow: Workflow) -> None:
    workflow.step("train", "FAILED", log="first\n")
    workflow.again("train", "SUCCEEDED", log="second\n")
    done = logs(workflow, "train", moments=(in_state("SUCCEEDED"),))
    assert done.stdout == "first\nsecond\n"
    assert done.stderr == "note: --- train, attempt 1 ---\nnote: --- train, attempt 2 ---\n"


def test_a_log_that_comes_when_its_pod_has_ended_is_announced(stub: Stub, logs: Logs, workflow: Workflow) -> None:
    workflow.step("train", "RUNNING", log="late\n")
    done = logs(workflow, "train", moments=(in_state("RUNNING"), in_state("SUCCEEDED")))
    assert (done.exit_code, done.stdout) == (0, "late\n")
    assert done.stderr.startswith(f"note: train: {stub.endpoint} has no log of ")


def test_an_unknown_run_is_named(maskline: Command) -> None:
    done = maskline("logs", "no-such-run")
    assert done.exit_code == 1
    assert "cannot show run no-such-run: 404" in done.stderr


def test_ctrl_c_ends_the_following_without_a_word(stub: Stub, pipelines: list[str], maskline: Command) -> None:
    assert maskline("submit", pipelines[0], "--version", "latest").exit_code == 0
    (run,) = stub.state.runs
    looked = threading.Event()
    stub.before = lambda request: looked.set() if request.path.startswith("/apis/v2beta1/runs/") else None
    program = "import sys; from maskline.pipelines.command_line import app; app(sys.argv[1:])"
    words = [sys.executable, "-c", program, "logs", run, "--poll", "0.01", "--endpoint", stub.endpoint]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as following:
        try:
            assert looked.wait(60)
            following.send_signal(signal.SIGINT)
            _, said = following.communicate(timeout=60)
        finally:
            following.kill()
    assert (following.returncode, said) == (130, "")
