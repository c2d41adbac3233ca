"""maskline schedule: the server comes to hold what the file says, and nobody else's schedules change."""

import json
from pathlib import Path
from typing import Any

import pytest
from kfp_stub.commands import Apply, Command
from kfp_stub.server import Stub

NIGHTLY = {"name": "nightly", "cron": "0 0 3 * * *", "parameters": {"draw_samples": 500}}
WEEKLY = {"name": "weekly", "cron": "0 30 4 * * SUN", "version": "latest", "enabled": False}


def schedules(of: str, /, **changed: object) -> tuple[dict[str, object], dict[str, object]]:
    return {"pipeline": of, **NIGHTLY, **changed}, {"pipeline": of, **WEEKLY}


def kept(stub: Stub, name: str) -> dict[str, Any]:
    (found,) = stub.state.named(stub.state.schedules, name)
    return found


def foreign(stub: Stub, pipeline: str, name: str, description: str = "by hand") -> dict[str, Any]:
    (found,) = stub.state.named(stub.state.pipelines, pipeline)
    experiment = stub.state.add_experiment({"display_name": f"of {name}"})
    return stub.state.add_schedule(
        {
            "display_name": name,
            "description": description,
            "experiment_id": experiment["experiment_id"],
            "pipeline_version_reference": {"pipeline_id": found["pipeline_id"]},
            "trigger": {"periodic_schedule": {"interval_second": "3600"}, "cron_schedule": {"cron": "0 0 5 * * *"}},
            "max_concurrency": "2",
            "mode": "ENABLE",
        }
    )


def test_what_is_created_is_what_the_file_says(stub: Stub, apply: Apply, registered: str) -> None:
    done = apply(*schedules(registered))
    assert done.stdout == "nightly: created\nweekly: created\n", done.stderr
    (version,) = stub.state.versions.values()
    (experiment,) = stub.state.named(stub.state.experiments, "maskline")
    nightly = kept(stub, "nightly")
    assert nightly["pipeline_version_reference"] == {
        "pipeline_id": version["pipeline_id"],
        "pipeline_version_id": version["pipeline_version_id"],
    }
    assert nightly["trigger"] == {"cron_schedule": {"cron": "0 0 3 * * *"}}
    assert nightly["runtime_config"] == {"parameters": {"draw_samples": 500}}
    assert (nightly["max_concurrency"], nightly["no_catchup"], nightly["mode"]) == ("1", True, "ENABLE")
    assert nightly["experiment_id"] == experiment["experiment_id"]
    weekly = kept(stub, "weekly")
    assert weekly["pipeline_version_reference"] == {"pipeline_id": version["pipeline_id"]}
    assert weekly["mode"] == "DISABLE"


def test_a_parameter_that_is_json_may_be_a_mapping(stub: Stub, apply: Apply, registered: str) -> None:
    overrides = {"train": {"learning_rate": 0.001}}
    done = apply(*schedules(registered, parameters={"overrides": overrides}))
    assert done.exit_code == 0, done.stderr
    assert kept(stub, "nightly")["runtime_config"] == {"parameters": {"overrides": json.dumps(overrides)}}


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"promote_margin": 2}, "promote: margin = 2.0: "),
        ({"promote_margin": float("nan")}, "parameter promote_margin = nan: it must be a number"),
        ({"overrides": {"train": {"learning_rate": float("inf")}}}, "parameter overrides = "),
        ({"overrides": {"evaluate": {"gallery": 3}}}, "overrides: evaluate: unknown field 'gallery'"),
        ({"seed": 2**32}, "train preset 'pointrend-r50': seed = 4294967296: "),
    ],
)
def test_a_schedule_whose_runs_would_fail_by_their_form_is_refused_and_nothing_is_changed(
    stub: Stub, apply: Apply, registered: str, parameters: dict[str, object], told: str
) -> None:
    stub.requests.clear()
    done = apply(*schedules(registered, parameters=parameters))
    assert done.exit_code == 1
    assert done.stderr.startswith(f"error: schedule 'nightly': {told}")
    assert stub.changes == []


def test_applied_again_nothing_is_sent_that_changes_anything(stub: Stub, apply: Apply, registered: str) -> None:
    apply(*schedules(registered))
    stub.requests.clear()
    again = apply(*schedules(registered, cron=" 0 0  3 * * * "))  # the same, written otherwise
    assert again.stdout == "nightly: unchanged\nweekly: unchanged\n"
    assert stub.changes == []


@pytest.mark.parametrize(
    "change",
    [{"cron": "0 0 4 * * *"}, {"parameters": {"draw_samples": 501}}, {"version": "latest"}, {"experiment": "other"}],
    ids=lambda change: next(iter(change)),
)
def test_a_change_replaces_that_schedule_and_no_other(
    change: dict[str, object], stub: Stub, apply: Apply, registered: str
) -> None:
    apply(*schedules(registered))
    before = {name: kept(stub, name)["recurring_run_id"] for name in ("nightly", "weekly")}
    done = apply(*schedules(registered, **change))
    assert done.stdout == "nightly: changed\nweekly: unchanged\n"
    assert kept(stub, "nightly")["recurring_run_id"] != before["nightly"]
    assert stub.state.deleted == {before["nightly"]: "ORPHAN"}  # its runs go on
    assert kept(stub, "nightly")["mode"] == "ENABLE"
    assert kept(stub, "weekly")["recurring_run_id"] == before["weekly"]
    stub.requests.clear()
    assert apply(*schedules(registered, **change)).stdout == "nightly: unchanged\nweekly: unchanged\n"
    assert stub.changes == []


def test_pausing_and_enabling_keep_the_schedule(stub: Stub, apply: Apply, registered: str) -> None:
    apply(*schedules(registered))
    first = kept(stub, "nightly")["recurring_run_id"]
    assert apply(*schedules(registered, enabled=False)).stdout.startswith("nightly: paused\n")
    assert kept(stub, "nightly")["mode"] == "DISABLE"
    assert apply(*schedules(registered, enabled=False)).stdout.startswith("nightly: unchanged\n")
    assert apply(*schedules(registered)).stdout.startswith("nightly: enabled\n")
    assert (kept(stub, "nightly")["mode"], kept(stub, "nightly")["recurring_run_id"]) == ("ENABLE", first)


def test_a_paused_one_that_changes_stays_paused_all_the_while(stub: Stub, apply: Apply, registered: str) -> None:
    apply(*schedules(registered, enabled=False))
    stub.requests.clear()
    assert apply(*schedules(registered, enabled=False, cron="0 0 5 * * *")).stdout.startswith("nightly: changed\n")
    assert kept(stub, "nightly")["mode"] == "DISABLE"
    assert not [path for _, path in stub.changes if path.endswith(":enable")]


def test_somebody_who_paused_ours_by_hand_is_overruled_by_the_file(stub: Stub, apply: Apply, registered: str) -> None:
    apply(*schedules(registered))
    stub.state.switch(kept(stub, "nightly")["recurring_run_id"], "DISABLE")
    assert apply(*schedules(registered)).stdout.startswith("nightly: enabled\n")


def test_what_left_the_file_goes_and_what_others_made_stays(stub: Stub, apply: Apply, registered: str) -> None:
    strangers = [foreign(stub, registered, f"theirs {number}") for number in range(3)]
    spoilt = foreign(stub, registered, "spoilt", 'maskline/schedule/1 {"owner": "default')
    apply(*schedules(registered))
    nightly, _ = schedules(registered)
    done = apply(nightly)
    assert done.stdout == "nightly: unchanged\nweekly: removed\n"
    assert apply().stdout == "nightly: removed\n"
    assert list(stub.state.schedules.values()) == [*strangers, spoilt]


def test_another_owner_can_not_remove_ours(stub: Stub, apply: Apply, maskline: Command, registered: str) -> None:
    apply(*schedules(registered))
    refused = maskline("schedule", "remove", "nightly", "--owner", "team-b")
    assert refused.stderr.endswith(": its owner is 'default'\n")
    assert len(stub.state.schedules) == 2


def test_two_files_of_two_owners_live_on_one_server(
    stub: Stub, apply: Apply, maskline: Command, registered: str, tmp_path: Path
) -> None:
    apply(*schedules(registered))
    (tmp_path / "b.yaml").write_text(f"- {{name: nightly, pipeline: {registered}, cron: 0 0 1 * * *}}\n")
    done = maskline("schedule", "apply", tmp_path / "b.yaml", "--owner", "team-b")
    assert done.stdout == "nightly: created\n"
    assert done.stderr == "note: nightly: somebody else's schedule has this name too; it is left alone\n"
    assert len(stub.state.schedules) == 3
    assert apply(*schedules(registered)).stdout == "nightly: unchanged\nweekly: unchanged\n"


def test_a_new_registration_moves_what_is_pinned_and_not_what_follows_the_latest(
    stub: Stub, apply: Apply, maskline: Command, registered: str
) -> None:
    apply(*schedules(registered))
    maskline("register", registered, "--set", "registry=registry.example.org/team")
    assert apply(*schedules(registered)).stdout == "nightly: changed\nweekly: unchanged\n"
    newest = list(stub.state.versions.values())[-1]
    reference = kept(stub, "nightly")["pipeline_version_reference"]
    assert reference["pipeline_version_id"] == newest["pipeline_version_id"]


def test_remove_takes_ours_and_only_ours(stub: Stub, apply: Apply, maskline: Command, registered: str) -> None:
    apply(*schedules(registered))
    foreign(stub, registered, "theirs")
    assert maskline("schedule", "remove", "nightly").stdout == "nightly: removed\n"
    gone = maskline("schedule", "remove", "nightly")
    assert (gone.exit_code, gone.stderr) == (1, f"error: no schedule 'nightly' of ours on {stub.endpoint}\n")
    refused = maskline("schedule", "remove", "theirs")
    assert refused.stderr.endswith("of ours on " + stub.endpoint + ": it was not made by maskline\n")
    assert {one["display_name"] for one in stub.state.schedules.values()} == {"weekly", "theirs"}


def test_the_list_shows_everybodys(stub: Stub, apply: Apply, maskline: Command, registered: str) -> None:
    assert maskline("schedule", "list").stdout == "there are no schedules\n"
    apply(*schedules(registered))
    foreign(stub, registered, "theirs")
    nightly = kept(stub, "nightly")
    for state in ("FAILED", "SUCCEEDED"):
        body = {key: nightly[key] for key in ("experiment_id", "pipeline_version_reference")}
        run = stub.state.add_run({"display_name": "nightly 1", **body})
        run |= {"recurring_run_id": nightly["recurring_run_id"], "state": state}
    lines = [" ".join(line.split()) for line in maskline("schedule", "list").stdout.splitlines()]
    (version,) = stub.state.versions.values()
    last = run["created_at"].replace("T", " ")[:16]
    assert lines[1:] == [
        f"nightly {registered} {version['display_name']} 0 0 3 * * * enabled {last} UTC SUCCEEDED maskline (default)",
        f"theirs {registered} latest 0 0 5 * * * enabled none yet somebody else",
        f"weekly {registered} latest 0 30 4 * * SUN paused none yet maskline (default)",
    ]


def test_a_list_of_things_that_are_gone_still_lists(
    stub: Stub, apply: Apply, maskline: Command, registered: str
) -> None:
    apply(*schedules(registered))
    stub.state.pipelines.clear()
    stub.state.versions.clear()
    done = maskline("schedule", "list")
    assert done.exit_code == 0
    assert done.stdout.count("(gone)") == 3


def test_one_that_the_server_cannot_show_may_be_ours_so_none_is_put_beside_it(
    stub: Stub, apply: Apply, maskline: Command, registered: str
) -> None:
    apply(*schedules(registered))
    broken = kept(stub, "nightly")
    kept_of_it = {key: broken[key] for key in ("recurring_run_id", "created_at")}
    broken.clear()
    broken |= {**kept_of_it, "display_name": "", "error": {"code": 13, "message": "Failed to convert"}}
    stub.requests.clear()
    done = apply(*schedules(registered))
    assert f"cannot show recurring run {broken['recurring_run_id']}: Failed to convert; delete it" in done.stderr
    assert stub.changes == []
    assert "error: Failed to convert" in " ".join(maskline("schedule", "list").stdout.split())
