"""values.schema.json is the reference: whole, closed, and stricter than a typing error."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CHART = Path(__file__).parents[2] / "charts/maskline"
KEYS = ("s3.accessKey=anaccesskey", "s3.secretKey=asecretkey")  # drawn ones would differ
SCHEDULE = "schedules[0].name=n,schedules[0].pipeline=retrain"
REFUSED = {
    "a misspelt key": ("networkPolicy.enabeld=true", "enabeld"),
    "a misspelt group": ("embededStore.enabled=true", "embededStore"),
    "a misspelt size of a step": ("pipelines.steps.train.gpu=0", "gpu"),
    "a misspelt key of a list": (f"{SCHEDULE},schedules[0].cron=0 0 3 * * *,schedules[0].corn=x", "corn"),
    "the tag latest": ("images.tag=latest", "tag"),
    "a digest that is too short": ("images.digests.store=sha256:12ab", "digests"),
    "a digest of an image there is not": ("images.digests.trian=sha256:12ab", "trian"),
    "a cron of five fields": (f"{SCHEDULE},schedules[0].cron=0 3 * * *", "cron"),
    "a cron that starts more than one run in a minute": (f"{SCHEDULE},schedules[0].cron=* 0 3 * * *", "cron"),
    "a schedule without a cron": (SCHEDULE, "cron"),
    "a schedule whose name no object may have": (
        "schedules[0].name=Nightly_run,schedules[0].pipeline=retrain,schedules[0].cron=0 0 3 * * *",
        "name",
    ),
    "an unknown scheduler": ("scheduler=cron", "scheduler"),
    "a node selector without a value": ("gpuPool.nodeSelector=pool", "nodeSelector"),
    "an endpoint without a scheme": ("kubeflow.endpoint=ml-pipeline:8888", "endpoint"),
    "an S3 endpoint with a path": ("s3.endpoint=https://s3.example.org/bucket", "endpoint"),
    "an S3 endpoint with a user": ("s3.endpoint=https://key@s3.example.org", "endpoint"),
    "a region that is no word": ("s3.region=eu central", "region"),
    "a store with an empty name in it": ("s3.store=s3://bucket//project", "store"),
    "a store that is no S3 URI": ("s3.store=bucket/project", "store"),
    "a size without a unit Kubernetes knows": ("embeddedStore.size=20GB", "size"),
    "a container without limits": ("jobs.resources.limits=null", "limits"),
    "a token that lives too short": ("kubeflow.token.expirationSeconds=60", "expirationSeconds"),
    "the bucket that the probes list": ("embeddedStore.bucket=ready", "bucket"),
    "text for a number": ("jobs.backoffLimit=many", "backoffLimit"),
    "a group taken away": ("embeddedStore=null", "embeddedStore"),
    "a switch taken away": ("networkPolicy.enabled=null", "enabled"),
    "a number taken away": ("jobs.backoffLimit=null", "backoffLimit"),
    "a step of no size": ("pipelines.steps.train.memory=0Mi", "memory"),
    "a request without a limit": ("pipelines.steps.train.cpu.request=1m", "limit"),
    "half a byte": ("pipelines.steps.train.memory=500m", "memory"),
    "a default that is a list": ("pipelines.defaults.domain={a,b}", "domain"),
    "a label that Kubernetes refuses": ("pipelines.podLabels.team=a team", "team"),
    "a label whose key it refuses": ("pipelines.podLabels.a/b/c=x", "a/b/c"),
    "a label that Maskline needs": (r"pipelines.podLabels.app\.kubernetes\.io/part-of=x", "part-of"),
    "an annotation that Argo would fill in": (r"pipelines.podAnnotations.a=\{\{x", "podAnnotations"),
    "a secret called like a volume of the pods": ("s3.secretName=scratch", "secretName"),
    "an experiment that a server would not find": (
        f"{SCHEDULE},schedules[0].cron=0 0 3 * * *,schedules[0].experiment=50%",
        "experiment",
    ),
}


@pytest.fixture(scope="module")
def schema(chart_folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((chart_folder / "values.schema.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def defaults(chart_folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((chart_folder / "values.yaml").read_text("utf-8"))
    return found


def keys(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every key that the schema has, with what it says of it."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}.{name}", inner
        yield from keys(inner, f"{path}.{name}")
    for part in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(part, dict) and "description" in part:
            yield f"{path}[]", part
            yield from keys(part, f"{path}[]")


def test_every_key_is_described(schema: dict[str, Any]) -> None:
    found = dict(keys(schema))
    assert len(found) > 100
    assert not [path for path, inner in found.items() if len(inner.get("description", "")) < 3]


def test_every_object_says_which_keys_it_may_have(schema: dict[str, Any]) -> None:
    objects = {path: inner for path, inner in [("", schema), *keys(schema)] if "object" in inner["type"]}
    closed = [path for path, inner in objects.items() if inner["additionalProperties"] is False]
    maps = {path for path in objects if path not in closed}
    assert len(closed) > 30
    assert {path.rpartition(".")[2] for path in maps} == {  # maps of Kubernetes' own, whose keys are the user's
        "annotations", "default", "defaultRequest", "defaults", "hard", "nodeSelector", "parameters", "podAnnotations",
        "podLabels", "steps",
    }  # fmt: skip


def test_every_default_is_in_the_schema_and_every_key_has_a_default(
    schema: dict[str, Any], defaults: dict[str, Any]
) -> None:
    def paths(values: dict[str, Any], schema: dict[str, Any], path: str = "") -> Iterator[str]:
        for name, value in values.items():
            yield f"{path}.{name}"
            if "properties" in schema["properties"].get(name, {}):
                yield from paths(value, schema["properties"][name], f"{path}.{name}")

    assert set(paths(defaults, schema)) == {path for path, _ in keys(schema) if "[]" not in path}


def test_what_has_a_default_cannot_be_taken_away_unless_that_is_empty(
    schema: dict[str, Any], defaults: dict[str, Any]
) -> None:
    def check(schema: dict[str, Any], values: dict[str, Any]) -> None:
        needed = [name for name in schema["properties"] if values[name] not in ("", [], {})]
        assert schema.get("required", []) == needed
        for name, inner in schema["properties"].items():
            if "properties" in inner:
                check(inner, values[name])

    check(schema, defaults)


@pytest.mark.parametrize("why", REFUSED)
def test_is_refused_by_name(why: str, major: int, helm: Callable[..., Any], chart_folder: Path) -> None:
    setting, name = REFUSED[why]
    done = helm(major, "template", "m", chart_folder, "--set", setting)
    assert done.returncode != 0
    assert name in done.stderr
    assert "schema" in done.stderr


def empties(values: dict[str, Any]) -> dict[str, Any]:
    """Return those of the defaults that are empty, as null, which is Helm's way to take a value away."""
    found = {name: empties(value) if isinstance(value, dict) and value else None for name, value in values.items()}
    return {name: none for name, none in found.items() if none or values[name] in ("", [], {})}


@pytest.fixture
def taken_away(defaults: dict[str, Any], tmp_path: Path) -> Path:
    (tmp_path / "none.yaml").write_text(yaml.safe_dump(empties(defaults)), "utf-8")
    return tmp_path / "none.yaml"


def test_a_value_taken_away_is_an_empty_one(
    configuration: str, major: int, helm: Callable[..., Any], chosen: Callable[..., Any], taken_away: Path
) -> None:
    words = [*chosen(configuration), "--set", ",".join(KEYS)]
    first, second = (helm(major, "template", "m", CHART, *added, *words) for added in ([], ["--values", taken_away]))
    assert second.returncode == 0, second.stderr
    assert first.stdout == second.stdout


def test_keys_for_a_store_elsewhere_are_asked_for(major: int, helm: Callable[..., Any], chart_folder: Path) -> None:
    done = helm(major, "template", "m", chart_folder, "--set", "s3.create=true")
    assert done.returncode != 0
    assert "s3.create needs s3.accessKey, s3.secretKey and s3.store" in done.stderr


def test_the_readme_says_what_the_schema_says(chart_folder: Path) -> None:
    script = chart_folder.parent / "tools/reference.py"
    subprocess.run([sys.executable, script, "--check"], check=True)
