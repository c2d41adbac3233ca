"""The schedule file: a fault anywhere is named, and nothing is changed."""

import re
from pathlib import Path

import pytest
from kfp_stub.commands import Apply, Command
from kfp_stub.server import Stub

from maskline.contract.errors import InvalidInput
from maskline.pipelines.kubeflow.schedules.cron import check_cron
from maskline.pipelines.kubeflow.schedules.schedule_file import read_schedules


def schedules(of: str, /, **changed: object) -> tuple[dict[str, object], dict[str, object]]:
    nightly = {"name": "nightly", "pipeline": of, "cron": "0 0 3 * * *", "parameters": {"draw_samples": 500}}
    return {**nightly, **changed}, {"name": "weekly", "pipeline": of, "cron": "0 30 4 * * SUN"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"cron": "0 3 * * *"}, "schedule 1 (nightly): cron = '0 3 * * *': these are five fields"),
        ({"cron": "0 0 25 * * *"}, "cron = '0 0 25 * * *': hour '25' must be 0 to 23"),
        ({"crom": "0 0 3 * * *"}, "unknown field 'crom' (known: name, pipeline, version, cron, parameters, "),
        ({"enabled": "yes"}, "enabled = 'yes': Input should be a valid boolean"),
        ({"name": "50%"}, "schedule 1 (50%): name = '50%': it must be 1 to 100 letters, digits"),
        ({"name": "weekly"}, "two schedules are called 'weekly'"),
        ({"parameters": {"sampels": 3}}, "schedule 'nightly': no parameter 'sampels'"),
        (
            {"parameters": {"draw_samples": "many"}},
            "schedule 'nightly': parameter draw_samples = 'many': it must be a whole number",
        ),
        ({"pipeline": "nothing"}, "no pipeline 'nothing'; there are: "),
        ({"version": "0.0.9"}, "has no version '0.0.9'; there are: "),
        ({"experiment": " x"}, "experiment ' x': it must be 1 to 100 letters"),
    ],
    ids=str,
)
def test_one_fault_anywhere_and_nothing_is_changed(
    change: dict[str, object], named: str, stub: Stub, apply: Apply, registered: str
) -> None:
    nightly, weekly = schedules(registered, **change)
    done = apply(nightly, weekly)
    assert done.exit_code == 1
    assert named in done.stderr
    assert done.stderr.count("\n") == 1
    assert stub.changes == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "it must hold a list of schedules; [] for none"),
        ("nightly: {}", "it must hold a list of schedules; [] for none"),
        ("- nightly", "schedule 1 must be a mapping, not 'nightly'"),
        ("- {name: nightly}", "field 'pipeline' is missing"),
        ("- {", "is not YAML"),
    ],
)
def test_a_file_that_is_no_list_is_refused_unread(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(text)
    with pytest.raises(InvalidInput) as refused:
        read_schedules(tmp_path / "broken.yaml")
    assert named in str(refused.value)


def test_an_empty_file_removes_nothing(
    stub: Stub, apply: Apply, maskline: Command, registered: str, schedule_file: Path
) -> None:
    apply(*schedules(registered))
    schedule_file.write_text("")
    assert maskline("schedule", "apply", schedule_file).exit_code == 1
    assert len(stub.state.schedules) == 2


def test_a_file_that_is_not_there_is_named(maskline: Command, stub: Stub) -> None:
    assert "schedule file gone.yaml: No such file" in maskline("schedule", "apply", "gone.yaml").stderr
    assert stub.requests == []


DOCUMENT = (Path(__file__).parents[4] / "docs" / "schedule.md").read_text()


def test_the_documented_file_can_be_applied(maskline: Command, stub: Stub, schedule_file: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    schedule_file.write_text(example)
    assert maskline("register").exit_code == 0
    done = maskline("schedule", "apply", schedule_file)
    assert done.stdout == "nightly: created\n", done.stderr
    assert len(stub.state.schedules) == 1


def test_the_documented_times_are_cron() -> None:
    rows = re.findall(r"^\| `(.+)` \| .+ \|$", DOCUMENT, re.MULTILINE)
    times = [row.replace("` | `", " ") for row in rows if row.count("` | `") == 5]
    assert len(times) == 5
    assert [check_cron(time) for time in times] == times
