"""The config map kfp-launcher: one namespace has one, and where Kubeflow makes it the chart must not."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

ELSEWHERE = (
    "launcherConfig.create=true",
    "launcherConfig.pipelineRoot=s3://team-bucket/kubeflow",
    "launcherConfig.endpoint=https://s3.example.org",
    "launcherConfig.region=eu-central-1",
)
EMBEDDED = ("embeddedStore.enabled=true", "launcherConfig.create=true", "s3.accessKey=a", "s3.secretKey=b")


def test_nobody_makes_it_unasked(configuration: str, render: Callable[..., Any]) -> None:
    assert "kfp-launcher" not in [one["metadata"]["name"] for one in render(configuration)]


def test_kubeflows_launcher_finds_the_same_store(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    documents = render(settings=EMBEDDED)
    data = find(documents, "ConfigMap", "kfp-launcher")["data"]
    provider = yaml.safe_load(data["providers"])["s3"]["default"]
    secret = find(documents, "Secret", "maskline-s3")
    assert data["defaultPipelineRoot"] == "s3://maskline/kubeflow"
    assert f"http://{provider['endpoint']}" == secret["stringData"]["endpoint"]
    assert provider["disableSSL"] is True
    reference = provider["credentials"]["secretRef"]
    assert reference["secretName"] == "maskline-s3"
    assert {reference["accessKeyKey"], reference["secretKeyKey"]} <= secret["stringData"].keys()


def test_https_stays_https(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    data = find(render("existing-store", settings=ELSEWHERE), "ConfigMap", "kfp-launcher")["data"]
    provider = yaml.safe_load(data["providers"])["s3"]["default"]
    assert (provider["endpoint"], provider["disableSSL"], provider["region"]) == (
        "s3.example.org",
        False,
        "eu-central-1",
    )


@pytest.mark.parametrize(
    ("settings", "region"),
    [
        (ELSEWHERE, "eu-central-1"),
        (ELSEWHERE[:-1], "us-east-1"),
        ((*ELSEWHERE[:-1], "s3.region=eu-west-3"), "eu-west-3"),
    ],
)
def test_the_launcher_signs_for_the_stores_region(
    render: Callable[..., Any], find: Callable[..., Any], settings: tuple[str, ...], region: str
) -> None:
    data = find(render("existing-store", settings=settings), "ConfigMap", "kfp-launcher")["data"]
    assert yaml.safe_load(data["providers"])["s3"]["default"]["region"] == region


@pytest.mark.parametrize(("owner", "named"), [({}, "Kubeflow"), ({"meta.helm.sh/release-name": "other"}, "other")])
def test_one_that_is_there_is_told_with_what_to_do(
    owner: dict[str, str], named: str, major: int, upgrade: Callable[..., Any], cluster: Any
) -> None:
    cluster.put("ConfigMap", "kfp-launcher", metadata={"annotations": owner} if owner else {}, data={})
    done = upgrade(major, "--set", ",".join(EMBEDDED))
    assert done.returncode != 0
    assert (
        f": launcherConfig.create: namespace team-a has a config map kfp-launcher already, made by {named}: "
        "set launcherConfig.create to false, artifacts go where that one says\n" in done.stderr
    )


def test_our_own_is_upgraded(major: int, upgrade: Callable[..., Any], cluster: Any) -> None:
    cluster.put("ConfigMap", "kfp-launcher", metadata={"annotations": {"meta.helm.sh/release-name": "m"}}, data={})
    done = upgrade(major, "--set", ",".join(EMBEDDED))
    assert done.returncode == 0, done.stderr
    assert "name: kfp-launcher" in done.stdout
