"""The stub is as strict as the SDK's models and answers as a real server did: otherwise no test here would say much."""

import json
import re
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest
from kfp_stub.bodies import faults
from kfp_stub.commands import Apply, Command
from kfp_stub.life import in_state, recorded
from kfp_stub.server import Stub

from maskline.pipelines.kubeflow.versions import package_version

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def ask(stub: Stub, path: str) -> Any:
    with urllib.request.urlopen(f"{stub.endpoint}/apis/v2beta1/{path}") as answer:  # noqa: S310 - it is here
        return json.load(answer)


def shape(value: Any) -> Any:
    """Return what a reader relies on: fields and types, times that stand for "never", and words in capitals."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items() if key != "parameters"}
    if isinstance(value, list):
        return shape(value[0]) if value else []
    if isinstance(value, str):
        if TIME.fullmatch(value):
            return "time" if value > "1971" else value
        return value if re.fullmatch(r"[A-Z]+", value) else "text"
    return type(value).__name__


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"display_nam": "x"}, "body: unknown field 'display_nam' of V2beta1RecurringRun"),
        ({"no_catchup": "yes"}, "body.no_catchup: 'yes' is no bool"),
        ({"max_concurrency": 1}, "body.max_concurrency: 1 is no str"),
        ({"mode": "ON"}, "body.mode: 'ON' is none of ['MODE_UNSPECIFIED', 'ENABLE', 'DISABLE']"),
        ({"trigger": {"cron_schedule": {"crom": "x"}}}, "unknown field 'crom' of V2beta1CronSchedule"),
        ({"trigger": {"cron_schedule": {"start_time": "soon"}}}, "'soon' is no datetime"),
        ({"runtime_config": {"parameters": [1]}}, "body.runtime_config.parameters: [1] is no object"),
        ({"plugins_input": []}, "is no object"),
    ],
)
def test_a_field_of_another_name_or_type_is_found(body: dict[str, object], fault: str) -> None:
    assert [one for one in faults("V2beta1RecurringRun", body) if fault in one]


def test_what_the_models_allow_is_allowed() -> None:
    body = {
        "display_name": "nightly",
        "max_concurrency": "1",
        "no_catchup": True,
        "mode": "ENABLE",
        "trigger": {"cron_schedule": {"cron": "0 0 3 * * *", "start_time": "2026-01-01T00:00:00Z"}},
        "runtime_config": {"parameters": {"samples": 3, "overrides": {"train": {"steps": 3}}}},
    }
    assert faults("V2beta1RecurringRun", body) == []


def test_it_tells_how_it_is_as_the_real_one_did(stub: Stub) -> None:
    real = recorded("healthz")
    assert ask(stub, "healthz") | {"pipeline_store": real["pipeline_store"]} == real


def test_a_run_looks_as_the_real_one_did_when_it_began(maskline: Command, stub: Stub, registered: str) -> None:
    assert maskline("submit", registered, "-p", "seed=0").exit_code == 0
    (run,) = stub.state.runs
    assert shape(ask(stub, f"runs/{run}")) == shape(recorded("run-after-000s"))


def test_a_run_that_is_over_has_a_time_and_no_error(maskline: Command, stub: Stub, registered: str) -> None:
    assert maskline("submit", registered, "-p", "seed=0").exit_code == 0
    ((key, run),) = stub.state.runs.items()
    in_state("FAILED", "RUNNING")(run)
    real = {key: value for key, value in recorded("run-failed").items() if key != "run_details"}
    assert shape(ask(stub, f"runs/{key}")) == shape(real)
    assert "error" not in real


def test_lists_look_as_the_real_ones_did(stub: Stub, apply: Apply, registered: str) -> None:
    apply({"name": "nightly", "pipeline": registered, "cron": "0 0 3 * * *", "parameters": {"seed": 1}})
    real = recorded("experiments")
    ours = ask(stub, "experiments")
    assert (ours["total_size"], [one["display_name"] for one in ours["experiments"]]) == (2, ["Default", "maskline"])
    assert shape(ours["experiments"][0]) == shape(real["experiments"][0])
    assert shape(ours["experiments"][1]) | {"last_run_created_at": "time"} == shape(
        real["experiments"][1]
    )  # it had runs
    assert shape(ask(stub, "recurringruns")) == shape(recorded("recurringruns"))


def test_pipelines_of_a_server_that_keeps_them_as_kubernetes_objects_are_found_by_their_names(
    maskline: Command, stub: Stub, pipeline: str, registered: str
) -> None:
    ours = next(iter(stub.state.versions.values()))["pipeline_spec"]
    stub.state.pipelines.clear()
    stub.state.versions.clear()
    for one in recorded("pipelines-kubernetes-store")["pipelines"]:
        stub.state.pipelines[one["pipeline_id"]] = dict(one)
        if one["name"] == pipeline:
            version = {"name": f"{pipeline}-{package_version()}", "display_name": package_version()}
            made = {"pipeline_version_id": "1", "created_at": one["created_at"], "pipeline_id": one["pipeline_id"]}
            stub.state.versions["1"] = version | made | {"pipeline_spec": ours}
    done = maskline("submit", registered)
    assert done.exit_code == 0, done.stderr
    (run,) = stub.state.runs.values()
    assert run["pipeline_version_reference"]["pipeline_version_id"] == "1"


@pytest.mark.parametrize("real", recorded("refusals"), ids=lambda real: f"{real['method']} {real['path'][:30]}")
def test_it_refuses_what_the_real_one_refused_in_the_same_words(
    real: dict[str, Any], stub: Stub, pipelines: list[str]
) -> None:
    (pipeline,) = stub.state.named(stub.state.pipelines, pipelines[0])
    version = next(iter(stub.state.versions))
    experiment = stub.state.add_experiment({"display_name": pipelines[0]})["experiment_id"]
    names = {"pipeline": pipeline["pipeline_id"], "version": version, "experiment": experiment, "name": pipelines[0]}

    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], text)

    body = filled(json.dumps(real["body"])).encode() if "body" in real else None
    request = urllib.request.Request(  # noqa: S310 - it is here
        f"{stub.endpoint}/apis/v2beta1/{filled(real['path'])}", data=body, method=real["method"]
    )
    request.add_header("Content-Type", "application/json")
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310 - it is here
    answer = json.load(refused.value)
    assert (refused.value.code, answer["code"]) == (real["status"], real["answer"]["code"])
    theirs, ours = (one.get("details", [{"message": ""}])[0]["message"] for one in (real["answer"], answer))
    assert ours == filled(theirs)
