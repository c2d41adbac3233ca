"""The runner on pipelines that kfp compiled, with real processes as tasks."""
# mypy: disable-error-code="untyped-decorator,valid-type"
# ruff: noqa: ARG001 - a component only declares its arguments

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl, kubernetes
from kfp.dsl import HTML, ContainerSpec, Output, OutputPath, PipelineTaskFinalStatus

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag import ir
from maskline.pipelines.dag.run import Run
from maskline.pipelines.engines.engine import Command, Ending
from maskline.pipelines.errors import EngineFailed, TaskFailed
from maskline.pipelines.local.runner import Runner

STAGE = str(Path(__file__).parents[1] / "stage.py")
RunFlow = Callable[..., Any]
Marks = Callable[[], set[str]]


def container(verb: str) -> ContainerSpec:
    return ContainerSpec(image="maskline/test:1", command=["python3", STAGE], args=[verb, "{{$}}"])


@dsl.container_component
def count(folder: str, count: int, items: OutputPath(list)) -> ContainerSpec:
    return container("count")


@dsl.container_component
def note(folder: str, word: str, said: OutputPath(str)) -> ContainerSpec:
    return container("note")


@dsl.container_component
def meet(folder: str, word: str, count: int) -> ContainerSpec:
    return container("meet")


@dsl.container_component
def fail(folder: str, good: int, code: int, said: OutputPath(str)) -> ContainerSpec:
    return container("fail")


@dsl.container_component
def artifact(folder: str, uri: OutputPath(str), page: Output[HTML]) -> ContainerSpec:
    return container("artifact")


@dsl.container_component
def say(folder: str, words: str, page: Output[HTML]) -> ContainerSpec:
    return container("say")


@dsl.container_component
def silent(folder: str, said: OutputPath(str)) -> ContainerSpec:
    return container("silent")


@dsl.container_component
def secret(folder: str, said: OutputPath(str)) -> ContainerSpec:
    return container("secret")


@dsl.container_component
def files(folder: str, said: OutputPath(str)) -> ContainerSpec:
    return container("files")


@dsl.container_component
def slow(folder: str) -> ContainerSpec:
    return container("slow")


@dsl.container_component
def told(folder: str, word: str, said: OutputPath(str)) -> ContainerSpec:
    return container("note")


@dsl.container_component
def hear(folder: str, run: str, deaf: str, status: PipelineTaskFinalStatus) -> ContainerSpec:
    return container("hear")


def uncached(task: Any) -> Any:
    return task.set_caching_options(enable_caching=False)


@dsl.pipeline(name="loop")
def loop(folder: str, turns: int = 3) -> None:
    listed = uncached(count(folder=folder, count=turns))
    with dsl.ParallelFor(listed.outputs["items"], parallelism=2) as item:
        turn = uncached(note(folder=folder, word=item))
    uncached(note(folder=folder, word="after")).after(turn)


def test_a_loop_runs_once_per_element_and_what_comes_after_waits_for_all(
    run_flow: RunFlow, marks: Marks, states: Any, tmp_path: Path
) -> None:
    results = run_flow(loop)
    assert marks() == {"0", "1", "2", "after"}
    assert states.count == {"note": 3}
    assert results.parameters["note-2"] == {"said": "after"}
    logs = {str(path.relative_to(tmp_path / "runs")) for path in (tmp_path / "runs").rglob("*.log")}
    assert logs == {"count/1.log", "note.0/1.log", "note.1/1.log", "note.2/1.log", "note-2/1.log"}


@dsl.pipeline(name="crowd")
def crowd(folder: str, at_once: int = 2) -> None:
    listed = uncached(count(folder=folder, count=5))
    with dsl.ParallelFor(listed.outputs["items"], parallelism=2) as item:
        uncached(meet(folder=folder, word=item, count=at_once))


@pytest.mark.parametrize(("parallel", "most"), [(4, 2), (1, 1)])
def test_turns_run_at_once_but_never_more_than_loop_and_machine_allow(
    parallel: int, most: int, run_flow: RunFlow, scratch: Path
) -> None:
    # Each turn waits until `at_once` turns have come, so the test would fail by hanging if they came one by one.
    run_flow(crowd, parallel=parallel, at_once=most)
    seen = [int(path.read_text()) for path in scratch.glob("seen-*")]
    assert len(seen) == 5
    assert max(seen) == most


@dsl.container_component
def threads(folder: str, word: str) -> ContainerSpec:
    return container("threads")


@dsl.pipeline(name="shares")
def shares(folder: str) -> None:
    uncached(threads(folder=folder, word="alone"))
    listed = uncached(count(folder=folder, count=2))
    with dsl.ParallelFor(listed.outputs["items"]) as item:
        uncached(threads(folder=folder, word=item))


@pytest.mark.parametrize(("chosen", "alone", "each"), [(None, "None", "4"), ("3", "3", "3")])
def test_the_turns_of_a_loop_share_the_cores_unless_the_user_chose(
    chosen: str | None, alone: str, each: str, run_flow: RunFlow, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if chosen:
        monkeypatch.setenv("OMP_NUM_THREADS", chosen)
    run_flow(shares, parallel=8)
    assert marks() == {f"alone-{alone}", f"0-{each}", f"1-{each}"}


@dsl.pipeline(name="choice")
def choice(folder: str, images: str = "") -> None:
    first = uncached(note(folder=folder, word="first"))
    with dsl.If(images != ""):
        inner = uncached(note(folder=folder, word=first.outputs["said"]))
        uncached(note(folder=folder, word="inside")).after(inner)
    uncached(note(folder=folder, word="beside"))


def test_a_condition_that_holds_lets_its_tasks_run(run_flow: RunFlow, marks: Marks) -> None:
    run_flow(choice, images="a folder with 'quotes'")
    assert marks() == {"first", "inside", "beside"}


def test_a_condition_that_does_not_hold_skips_its_tasks_only(run_flow: RunFlow, marks: Marks, states: Any) -> None:
    run_flow(choice)
    assert marks() == {"first", "beside"}
    assert sorted(states.states.values()) == ["done", "done", "skipped", "skipped"]


@dsl.pipeline(name="retry")
def retry(folder: str, good: int = 3, code: int = 1) -> None:
    tried = uncached(fail(folder=folder, good=good, code=code))
    tried.set_retry(2, backoff_duration="0s", backoff_factor=2)
    uncached(note(folder=folder, word=tried.outputs["said"]))


@pytest.mark.parametrize("code", [1, 2, 137])
def test_a_container_that_fails_is_not_started_again_as_kubeflow_does_it(
    run_flow: RunFlow, marks: Marks, states: Any, tmp_path: Path, code: int
) -> None:
    """Kubeflow Pipelines 2.17.0, whose retryPolicy is OnError: one attempt, whatever the exit code."""
    with pytest.raises(TaskFailed) as failure:
        run_flow(retry, good=9, code=code)
    assert str(failure.value) == f"fail: attempt 1 went wrong\nlog: {tmp_path}/runs/fail/1.log"
    assert marks() == {"attempt-1"}
    assert states.states == {"fail": "failed", "note": "waiting"}
    assert (tmp_path / "runs" / "fail" / "1.log").read_text() == "working step=1\nerror: attempt 1 went wrong\n"


class Broken:
    """An engine that refuses every command."""

    async def run(self, command: Command) -> Ending:
        raise EngineFailed(f"no space left for {command.name}")


def test_a_container_that_the_engine_lost_is_started_again(compile_flow: Any, states: Any, tmp_path: Path) -> None:
    run = Run(tmp_path / "runs", "2030-01-02T03:04:05Z", {})
    runner = Runner(ir.load(compile_flow(retry)), Broken(), states, run, parallel=2)
    with pytest.raises(TaskFailed) as failure:
        asyncio.run(runner.run({"folder": "", "good": 1, "code": 1}))
    log = tmp_path / "runs" / "fail" / "3.log"
    assert str(failure.value) == f"fail: the engine failed: no space left for fail/3\nlog: {log}"
    assert log.exists()
    assert len(states.retries) == 2
    assert states.states == {"fail": "failed", "note": "waiting"}


@dsl.pipeline(name="page")
def page(folder: str) -> None:
    uncached(artifact(folder=folder))


def test_the_uri_of_an_artifact_is_not_the_path_of_its_file(run_flow: RunFlow) -> None:
    results = run_flow(page)
    uri, path = results.parameters["artifact"]["uri"], results.artifacts["artifact"]["page"]
    assert uri == "minio://local-runs/v2/artifacts/runs/artifact/1/page"
    assert path.read_text() == "<p>page</p>"
    assert not Path(uri).exists()


@dsl.pipeline(name="speaking")
def speaking(folder: str, words: str = "") -> None:
    uncached(say(folder=folder, words=words))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            '{"artifacts": {"page": {"artifacts": [{"name": "page", "uri": "s3://maskline/project/datasets/x"}]}}}',
            'artifact "page": URI "s3://maskline/project/datasets/x" does not have expected bucket prefix "minio://local-',
        ),
        (
            '{"artifacts": {"page": {"artifacts": [{"uri": "URI", "metadata": {"ap": NaN}}]}}}',
            "failed to unmarshall ExecutorOutput: invalid value NaN",
        ),
        (
            '{"artifacts": {"page": {"artifacts": [{"uri": "URI", "metadata": {"ap": null}}]}}}',
            "metadata of artifact 'page': ap: unknown/unsupported value type",
        ),
        ('{"artefacts": {}}', 'failed to unmarshall ExecutorOutput: unknown field "artefacts"'),
        ('{"artifacts": {"page": {"artifacts": [{"uri": "URI", "size": 3}]}}}', 'unknown field "size"'),
    ],
)
def test_what_kubeflows_launcher_refuses_of_a_step_is_refused_here(run_flow: RunFlow, said: str, why: str) -> None:
    with pytest.raises(TaskFailed) as failure:
        run_flow(speaking, words=said)
    assert why in str(failure.value)


@dsl.pipeline(name="mute")
def mute(folder: str) -> None:
    uncached(silent(folder=folder))


def test_an_output_that_was_promised_and_not_written_is_a_failure_that_names_it(run_flow: RunFlow) -> None:
    with pytest.raises(TaskFailed, match="silent: it ended well, but wrote no output 'said'"):
        run_flow(mute)


@dsl.pipeline(name="secrets")
def secrets(folder: str) -> None:
    uncached(secret(folder=folder))


def test_a_task_inherits_none_of_the_users_own_secrets(run_flow: RunFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the user's own")
    monkeypatch.setenv("MASKLINE_STORE", "the user's own")
    assert run_flow(secrets).parameters["secret"]["said"] == "None None"


def mounted(task: Any, secret: str, *, optional: bool = False) -> Any:
    kubernetes.use_secret_as_volume(uncached(task), secret, "/etc/some/secret", optional=optional)
    return task.set_env_variable("SECRETS", "/etc/some/secret")


@dsl.pipeline(name="mounts")
def mounts(folder: str) -> None:
    mounted(files(folder=folder), "maskline-s3")
    mounted(files(folder=folder), "nobody", optional=True)


def test_a_mounted_secret_is_a_folder_of_its_keys_and_an_optional_one_that_is_not_there_is_empty(
    run_flow: RunFlow,
) -> None:
    results = run_flow(mounts).parameters
    assert json.loads(results["files"]["said"]) == {"accesskey": "the-key", "store": "s3://bucket/x"}
    assert results["files-2"]["said"] == "{}"


@dsl.pipeline(name="unknown-mount")
def unknown_mount(folder: str) -> None:
    mounted(files(folder=folder), "nobody")


def test_a_mounted_secret_that_is_not_there_is_named(run_flow: RunFlow) -> None:
    with pytest.raises(InvalidInput, match="exec-files needs the secret 'nobody'"):
        run_flow(unknown_mount)


@dsl.pipeline(name="late")
def late(folder: str) -> None:
    task = uncached(slow(folder=folder)).set_retry(1, backoff_duration="0s")
    kubernetes.set_timeout(task, 1)


def test_a_task_that_runs_longer_than_its_time_is_ended(run_flow: RunFlow, marks: Marks) -> None:
    with pytest.raises(TaskFailed, match="slow: it ran longer than its 1 s"):
        run_flow(late)
    assert marks() == {"attempt-1"}


@dsl.pipeline(name="placeholders")
def placeholders(folder: str) -> None:
    uncached(told(folder=folder, word=dsl.PIPELINE_JOB_ID_PLACEHOLDER))
    uncached(told(folder=folder, word=dsl.PIPELINE_JOB_CREATE_TIME_UTC_PLACEHOLDER))


def test_a_task_is_told_the_runs_id_and_when_it_was_made(run_flow: RunFlow, marks: Marks) -> None:
    run_flow(placeholders)
    assert marks() == {"runs", "2030-01-02T03:04:05Z"}


@dsl.pipeline(name="handled")
def handled(folder: str, good: int = 1, code: int = 1, deaf: str = "") -> None:
    heard = uncached(hear(folder=folder, run=dsl.PIPELINE_JOB_ID_PLACEHOLDER, deaf=deaf))
    with dsl.ExitHandler(heard.set_retry(1, backoff_duration="0s")):
        listed = uncached(count(folder=folder, count=2))
        with dsl.ParallelFor(listed.outputs["items"]) as item:
            turn = uncached(note(folder=folder, word=item))
        tried = uncached(fail(folder=folder, good=good, code=code)).after(turn)
        uncached(note(folder=folder, word=tried.outputs["said"]))


def heard_in(scratch: Path) -> Any:
    return json.loads((scratch / "heard.json").read_text())


def test_what_runs_at_exit_is_told_of_success(run_flow: RunFlow, scratch: Path, states: Any) -> None:
    results = run_flow(handled)
    status = {"state": "COMPLETE", "pipelineJobResourceName": "runs", "pipelineTaskName": "exit-handler-1", "error": {}}
    assert heard_in(scratch) == ["runs", status]
    assert results.parameters["fail"] == {"said": "attempt 1"}
    assert set(states.states.values()) == {"done"}
    assert list(states.states)[-1] == "hear"


def test_what_runs_at_exit_is_told_of_a_failure_and_not_why_and_the_failure_stays_one(
    run_flow: RunFlow, scratch: Path, states: Any, tmp_path: Path
) -> None:
    with pytest.raises(TaskFailed) as failure:
        run_flow(handled, good=9)
    assert str(failure.value) == f"fail: attempt 1 went wrong\nlog: {tmp_path}/runs/fail/1.log"
    run, status = heard_in(scratch)
    assert (run, status["state"]) == ("runs", "FAILED")
    assert status["error"] == {}
    assert states.states == {"count": "done", "note": "done", "fail": "failed", "note-2": "waiting", "hear": "done"}


def test_a_failure_at_exit_is_the_runs_own(run_flow: RunFlow, tmp_path: Path) -> None:
    with pytest.raises(TaskFailed) as failure:
        run_flow(handled, deaf="yes")
    assert str(failure.value) == f"hear: nobody is there\nlog: {tmp_path}/runs/hear/1.log"


def test_of_two_failures_both_are_told_the_first_one_first(run_flow: RunFlow) -> None:
    with pytest.raises(TaskFailed, match=r"(?s)^fail: attempt 1 went wrong\nlog: .*\nhear: nobody is there\nlog: "):
        run_flow(handled, good=9, deaf="yes")


@dsl.pipeline(name="handled-secret")
def handled_secret(folder: str) -> None:
    heard = uncached(hear(folder=folder, run="one", deaf=""))
    with dsl.ExitHandler(heard):
        mounted(files(folder=folder), "nobody")


def test_what_runs_at_exit_is_told_of_a_run_that_could_not_begin(run_flow: RunFlow, scratch: Path) -> None:
    with pytest.raises(InvalidInput, match="needs the secret 'nobody'"):
        run_flow(handled_secret)
    assert heard_in(scratch)[1]["state"] == "FAILED"


@dsl.pipeline(name="idle")
def idle(folder: str, turns: int = 0) -> None:
    heard = uncached(hear(folder=folder, run="one", deaf=""))
    with dsl.ExitHandler(heard):
        listed = uncached(count(folder=folder, count=turns))
        with dsl.ParallelFor(listed.outputs["items"]) as item:
            turn = uncached(note(folder=folder, word=item))
        uncached(note(folder=folder, word="after")).after(turn)


def test_a_loop_over_nothing_is_done_at_once_and_never_said_to_have_ended(
    run_flow: RunFlow, scratch: Path, states: Any
) -> None:
    """Kubeflow Pipelines 2.17.0: what follows runs, and the handler is told RUNNING of a run in which all went well."""
    run_flow(idle)
    assert states.states == {"count": "done", "note": "skipped", "note-2": "done", "hear": "done"}
    assert heard_in(scratch)[1]["state"] == "RUNNING"
