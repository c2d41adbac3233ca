"""What would else show in the log of a job: Helm tells it, in one line, before anything is installed."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from maskline.pipelines.compiler.stamping.parts import parts_of
from maskline.pipelines.dag import compiled
from maskline.pipelines.kubeflow.schedules.cron import check_cron

Values = dict[str, Any]
Try = Callable[..., "subprocess.CompletedProcess[str]"]


def nightly(**changed: Any) -> Values:
    return {"schedules": [{"name": "nightly", "pipeline": "retrain", "cron": "0 0 3 * * *", **changed}]}


@pytest.fixture
def attempt(helm: Callable[..., Any], chart_folder: Path, tmp_path: Path) -> Try:
    """Render the chart with some values."""

    def run(values: Values, major: int = 4) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "values.yaml").write_text(json.dumps(values), "utf-8")
        done: subprocess.CompletedProcess[str] = helm(
            major, "template", "m", chart_folder, "--values", tmp_path / "values.yaml"
        )
        return done

    return run


STEPS = ", ".join(sorted(parts_of(*(compiled.find(name).read_text("utf-8") for name in compiled.names())).steps))
REFUSED: dict[str, tuple[Values, str]] = {
    "a misspelt step": (
        {"pipelines": {"steps": {"trian": {"gpus": 0}}}},
        f"pipelines.steps: no step 'trian'; there are: {STEPS}\n",
    ),
    "a request above the limit": (
        {"pipelines": {"steps": {"train": {"memory": {"request": "1025Mi", "limit": "1Gi"}}}}},
        "pipelines.steps.train.memory: a request of 1025Mi is more than the limit of 1Gi\n",
    ),
    "a misspelt pipeline": (
        {"pipelines": {"names": ["retran"]}},
        f"pipelines.names: no pipeline 'retran'; there are: {', '.join(compiled.names())}\n",
    ),
    "a misspelt default": ({"pipelines": {"defaults": {"sede": 1}}}, "pipelines.defaults: no parameter 'sede'; there"),
    "a default of another type": (
        {"pipelines": {"defaults": {"seed": 1.5}}},
        "pipelines.defaults: parameter seed = 1.5: it must be a whole number\n",
    ),
    "a number for a text": (
        {"pipelines": {"defaults": {"domain": 1}}},
        "parameter domain = 1: it must be a text, or a mapping where it is JSON\n",
    ),
    "a mapping for a number": (nightly(parameters={"seed": {"a": 1}}), 'seed = {"a":1}: it must be a whole number\n'),
    "the pipeline of a schedule": (
        nightly(pipeline="retran"),
        f"schedules: nightly: no pipeline 'retran'; there are: {', '.join(compiled.names())}\n",
    ),
    "the parameter of a schedule": (
        nightly(parameters={"sede": 1}),
        "schedules: nightly: no parameter 'sede'; there are: domain, ",
    ),
    "two schedules of one name": (
        {"schedules": nightly()["schedules"] * 2},
        "schedules: two are called 'nightly'\n",
    ),
    "an hour that no day has": (
        nightly(cron="0 0 24 * * *"),
        "schedules: nightly: cron '0 0 24 * * *': hour '24' must be 0 to 23, a range a-b, * or a step */n\n",
    ),
    "seconds of a CronJob": (
        {"scheduler": "cronjob", **nightly(cron="30 0 3 * * *")},
        "schedules: nightly: cron '30 0 3 * * *' must begin with second 0: a CronJob knows no seconds\n",
    ),
    "one secret for two things": (
        {"s3": {"secretName": "x"}, "webhook": {"secretName": "x"}},
        "webhook.secretName: 'x' is s3.secretName too; they must be two secrets\n",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_is_told_in_a_line(why: str, major: int, attempt: Try) -> None:
    values, line = REFUSED[why]
    done = attempt(values, major)
    assert done.returncode != 0
    assert f": {line}" in done.stderr or f" {line}" in done.stderr, done.stderr


TAKEN: dict[str, Values] = {
    "no schedules": {"schedules": None},
    "the parameters of another version, which nobody here knows": nightly(version="latest", parameters={"sede": 1}),
    "the pipeline of another version": nightly(version="0.0.9", pipeline="theirs"),
    "a number as a text": nightly(parameters={"seed": "7", "promote_margin": "1e-3"}),
    "JSON as a text": nightly(parameters={"overrides": '{"train": {}}'}),
    "a request that is the limit": {
        "pipelines": {"steps": {"train": {"memory": {"request": "1024Mi", "limit": "1Gi"}, "cpu": "1.5"}}}
    },
}


@pytest.mark.parametrize("why", TAKEN)
def test_is_taken(why: str, major: int, attempt: Try) -> None:
    done = attempt(TAKEN[why], major)
    assert done.returncode == 0, done.stderr


CRONS = [
    "0 0 3 * * *", "59 59 23 31 12 6", "0 0 3 ? * mon-FRI", "0 */6 1-5/2 1,15 JAN,mar SUN", "00 07 3 * * *",
    "0 60 3 * * *", "0 0 24 * * *", "0 0 3 0 * *", "0 0 3 32 * *", "0 0 3 * 13 *", "0 0 3 * MAI *", "0 0 3 * * 7",
    "0 */0 3 * * *", "0 0 3 */* * *", "0 0 3, * * *", "0 0 -3 * * *", "0 0 3 * JANUARY *", "0 0 3 *,1 * *",
]  # fmt: skip


@pytest.mark.parametrize("cron", CRONS)
def test_the_chart_and_the_command_agree_about_a_cron(cron: str, attempt: Try) -> None:
    try:
        check_cron(cron)
        fault = ""
    except ValueError as error:
        fault = str(error)
    done = attempt(nightly(cron=cron))
    assert (done.returncode == 0) == (not fault), fault + done.stderr


def test_numbers_and_mappings_arrive_as_they_are_meant(attempt: Try) -> None:
    values = {"promote_margin": 1e-7, "seed": 20000000, "overrides": {"train": {"learning_rate": 1e-7, "steps": 10**7}}}
    done = attempt({**nightly(parameters=values), "pipelines": {"defaults": values}})
    (data,) = [one["data"] for one in yaml.safe_load_all(done.stdout) if one and one["kind"] == "ConfigMap"]
    (schedule,) = yaml.safe_load(data["schedules.yaml"])
    settings = yaml.safe_load(data["settings.yaml"])
    stamped = {name: settings[f"default.{name}"] for name in values}
    for found in (schedule["parameters"], yaml.safe_load(data["parameters.nightly.yaml"]), stamped):
        assert float(found["promote_margin"]) == 1e-7
        assert found["seed"] == 20000000
        assert json.loads(found["overrides"]) == values["overrides"]


@pytest.mark.parametrize("name", ["settings", "schedules", "no-schedules"])
def test_a_schedule_may_have_any_name(name: str, attempt: Try) -> None:
    done = attempt(nightly(name=name, parameters={"seed": 7}))
    (data,) = [one["data"] for one in yaml.safe_load_all(done.stdout) if one and one["kind"] == "ConfigMap"]
    assert yaml.safe_load(data["settings.yaml"]) == {}
    assert yaml.safe_load(data["no-schedules.yaml"]) == []
    assert [one["name"] for one in yaml.safe_load(data["schedules.yaml"])] == [name]


def test_the_chart_knows_the_pipelines_of_its_version(chart_folder: Path) -> None:
    subprocess.run([sys.executable, chart_folder.parent / "tools/pipelines.py", "--check"], check=True)
