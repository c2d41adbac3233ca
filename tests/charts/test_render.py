"""Every supported configuration renders, alike with both Helms, to what several versions of Kubernetes know."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

OLDEST, NEWEST = "1.29", "1.37"


@pytest.fixture(scope="module")
def about(chart_folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((chart_folder / "Chart.yaml").read_text("utf-8"))
    return found


def test_lint_finds_nothing(
    major: int, configuration: str, helm: Callable[..., Any], chart_folder: Path, chosen: Callable[..., Any]
) -> None:
    done = helm(major, "lint", "--strict", "--quiet", chart_folder, *chosen(configuration))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[WARNING]" not in done.stdout
    assert "[ERROR]" not in done.stdout


def test_both_helms_render_the_same(configuration: str, render: Callable[..., Any]) -> None:
    def ordered(major: int) -> list[Any]:
        return sorted(render(configuration, major=major), key=lambda one: (one["kind"], one["metadata"]["name"]))

    assert ordered(3) == ordered(4)


@pytest.mark.parametrize("kubernetes", [OLDEST, "1.33", NEWEST])
def test_kubernetes_knows_every_field(configuration: str, kubernetes: str, render: Callable[..., Any]) -> None:
    for document in render(configuration):
        kubernetes_validate.validate(document, kubernetes, strict=True)


def test_the_schemas_would_find_a_misspelt_field(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    job = find(render("kind"), "Job", "register")
    misspelt = {**job, "spec": {**job["spec"], "backoffLimitt": 1}}
    with pytest.raises(kubernetes_validate.ValidationError, match="backoffLimitt"):
        kubernetes_validate.validate(misspelt, NEWEST, strict=True)


def test_every_object_is_of_a_kind_that_the_schemas_know(configuration: str, render: Callable[..., Any]) -> None:
    custom = {one["apiVersion"] for one in render(configuration) if "." in one["apiVersion"].split("/")[0]}
    assert custom <= {"networking.k8s.io/v1", "rbac.authorization.k8s.io/v1"}


def test_an_older_kubernetes_is_refused(major: int, helm: Callable[..., Any], chart_folder: Path) -> None:
    done = helm(major, "template", "m", chart_folder, "--kube-version", "1.28")
    assert done.returncode != 0
    assert "1.29" in done.stderr


def test_chart_and_packages_have_one_version(about: dict[str, Any]) -> None:
    assert about["version"] == about["appVersion"] == version("maskline-pipelines")


def test_the_chart_names_the_kfp_that_compiles_the_pipelines(about: dict[str, Any], chart_folder: Path) -> None:
    assert about["annotations"]["maskline.dev/kfp"] == version("kfp")
    readme = " ".join((chart_folder / "README.md").read_text("utf-8").split())
    assert f"compiled with kfp {version('kfp')}" in readme


def test_the_supported_kubernetes_begins_where_the_tests_begin(about: dict[str, Any]) -> None:
    assert about["kubeVersion"] == f">={OLDEST}.0-0"


def test_the_notes_tell_three_commands(
    configuration: str, helm: Callable[..., Any], chart_folder: Path, chosen: Callable[..., Any]
) -> None:
    done = helm(4, "install", "m", chart_folder, "--dry-run=client", *chosen(configuration))
    _, _, notes = done.stdout.partition("NOTES:\n")
    commands = [line.strip() for line in notes.splitlines() if line.startswith("     ")]
    assert [command.split()[0] for command in commands] == ["kubectl", "kubectl", "maskline"], done.stderr


def test_every_configuration_is_in_the_readme(configuration: str, chart_folder: Path) -> None:
    readme = (chart_folder / "README.md").read_text("utf-8")
    assert configuration == "defaults" or f"(ci/{configuration}.yaml)" in readme
