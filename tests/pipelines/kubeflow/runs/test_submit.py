"""maskline submit: a run of a version, with parameters that the pipeline has."""

from pathlib import Path

import pytest
from kfp_stub.commands import Command
from kfp_stub.server import Drop, Request, Stub

from maskline.pipelines.kubeflow.versions import package_version


def run_of(stub: Stub) -> dict[str, object]:
    (run,) = stub.state.runs.values()
    return run


def test_a_run_names_the_version_the_experiment_and_only_what_was_chosen(
    maskline: Command, stub: Stub, registered: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("draw_samples: 500\n")
    done = maskline(
        "submit", registered, "--parameters", tmp_path / "mine.yaml", "-p", "seed=7", "--name", "try",
        "--experiment", "first tries",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    run = run_of(stub)
    assert done.stdout == f"run: {run['run_id']}\nUI: {stub.endpoint}/#/runs/details/{run['run_id']}\n"
    assert run["runtime_config"] == {"parameters": {"draw_samples": 500, "seed": 7}}
    assert run["display_name"] == "try"
    (version,) = stub.state.versions.values()
    assert run["pipeline_version_reference"] == {
        "pipeline_id": version["pipeline_id"],
        "pipeline_version_id": version["pipeline_version_id"],
    }
    (experiment,) = stub.state.named(stub.state.experiments, "first tries")
    assert experiment["experiment_id"] == run["experiment_id"]


def test_a_second_run_finds_the_experiment_behind_others(maskline: Command, stub: Stub, registered: str) -> None:
    for number in range(5):
        stub.state.add_experiment({"display_name": f"other {number}"})
    assert maskline("submit", registered).exit_code == maskline("submit", registered).exit_code == 0
    assert len(list(stub.state.named(stub.state.experiments, "maskline"))) == 1
    assert len({run["experiment_id"] for run in stub.state.runs.values()}) == 1
    assert all(str(run["display_name"]).startswith(f"{registered} 20") for run in stub.state.runs.values())


def test_an_archived_experiment_is_refused_because_nobody_would_see_the_run(
    maskline: Command, stub: Stub, registered: str
) -> None:
    stub.state.add_experiment({"display_name": "maskline"})["storage_state"] = "ARCHIVED"
    done = maskline("submit", registered)
    assert done.stderr.startswith("error: experiment 'maskline' is archived on http")
    assert stub.state.runs == {}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["-p", "sampels=3"], "no parameter 'sampels'"),
        (["-p", "promote_margin=2"], "promote: margin = 2.0: Input should be less than or equal to 1"),
        (["-p", "promote_margin=NaN"], "parameter promote_margin = 'NaN': it must be a number"),
        (["-p", "promote_margin=1e999"], "parameter promote_margin = '1e999': it must be a number"),
        (["-p", "seed=4294967296"], "train preset 'pointrend-r50': seed = 4294967296: "),
        (["-p", 'overrides={"evaluate": {"gallery": 3}}'], "overrides: evaluate: unknown field 'gallery'"),
        (["-p", 'overrides={"train": {"steps": NaN}}'], "parameter overrides = "),
        (["-p", "draw_samples=many"], "parameter draw_samples = 'many': it must be a whole number"),
        (["-p", "draw_samples"], "'draw_samples': it must be name=value"),
        (["--experiment", "100%"], "experiment '100%': it must be 1 to 100 letters, without %"),
        (["--name", "x" * 256], "it must be 255 letters at most"),
        (["--version", "0.0.9"], "has no version '0.0.9'; there are: "),
    ],
)
def test_what_cannot_run_is_refused_before_anything_is_made(
    words: list[str], named: str, maskline: Command, stub: Stub, registered: str
) -> None:
    done = maskline("submit", registered, *words)
    assert done.exit_code == 1
    assert named in done.stderr
    assert done.stderr.count("\n") == 1
    assert stub.changes == []


def test_what_nobody_registered_is_named_with_the_command_that_does(
    maskline: Command, stub: Stub, pipeline: str
) -> None:
    missing = maskline("submit", pipeline)
    assert f"has no pipeline '{pipeline}'; maskline register puts ours there" in missing.stderr
    stub.state.add_pipeline({"display_name": pipeline})
    other = maskline("submit", pipeline)
    assert f"but not as maskline {package_version()} has it; maskline register puts it there" in other.stderr
    assert maskline("submit", "nothing").stderr.startswith("error: no pipeline 'nothing'; there are: ")


def test_pinned_is_what_this_package_registered_and_latest_is_the_newest(
    maskline: Command, stub: Stub, registered: str
) -> None:
    stamped = maskline("register", registered, "--set", "registry=registry.example.org/team").stdout
    first, ours = stub.state.versions.values()
    text = "pipelineInfo: {name: x}\nroot: {inputDefinitions: {parameters: {far: {parameterType: BOOLEAN}}}}\n"
    newest = stub.state.add_version({"pipelineid": first["pipeline_id"], "name": "by-hand"}, "x.yaml", text)
    stub.tag = "unknown"
    assert maskline("submit", registered).exit_code == 0
    assert maskline("submit", registered, "--version", "latest", "-p", "far=true").exit_code == 0
    assert maskline("submit", registered, "--version", "by-hand", "-p", "far=false").exit_code == 0
    assert maskline("submit", registered, "--version", package_version()).exit_code == 0
    assert maskline("submit", registered, "--version", stamped.split()[1].rstrip(":")).exit_code == 0
    chosen = [run["pipeline_version_reference"]["pipeline_version_id"] for run in stub.state.runs.values()]
    ids = [version["pipeline_version_id"] for version in (ours, newest, newest, first, ours)]
    assert chosen == ids
    assert "parameter 'far' has no default" in maskline("submit", registered, "--version", "latest").stderr


def test_what_starts_a_run_is_sent_once_even_if_no_answer_comes(maskline: Command, stub: Stub, registered: str) -> None:
    def swallow(request: Request) -> None:
        if request.path.endswith("/runs") and request.changes:
            raise Drop

    stub.after = swallow
    done = maskline("submit", registered)
    assert done.exit_code == 1
    assert len(stub.state.runs) == 1
