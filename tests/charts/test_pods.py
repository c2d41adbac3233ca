"""What every pod of every configuration keeps to: the "restricted" Pod Security Standard, and more."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

VOLUMES = {"configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"}
RESOURCES = {"cpu", "memory", "ephemeral-storage"}
FORBIDDEN = {"hostNetwork", "hostPID", "hostIPC", "hostUsers", "runtimeClassName"}
SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|CREDENTIAL")
IMAGE = re.compile(r"[a-z0-9.:/_-]+/[a-z]+(:(?P<tag>[A-Za-z0-9._-]+)|@sha256:[0-9a-f]{64})")
Pods = dict[str, dict[str, Any]]


@pytest.fixture
def documents(configuration: str, render: Callable[..., Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = render(configuration)
    return found


@pytest.fixture
def templates(documents: list[dict[str, Any]], pods: Callable[..., Pods]) -> Pods:
    found = pods(documents)
    assert found, "a configuration without a pod"
    return found


def containers(templates: Pods) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, template in templates.items():
        spec = template["spec"]
        assert "ephemeralContainers" not in spec
        for container in spec.get("initContainers", []) + spec["containers"]:
            yield f"{name}/{container['name']}", container


def test_a_container_can_change_nothing_but_its_volumes(templates: Pods) -> None:
    for name, container in containers(templates):
        assert container["securityContext"] == {
            "runAsNonRoot": True,
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        }, name


def test_a_pod_runs_as_nobody_in_particular(templates: Pods) -> None:
    for name, template in templates.items():
        spec = template["spec"]
        context = spec["securityContext"]
        assert (context["runAsNonRoot"], context["runAsUser"], context["runAsGroup"]) == (True, 10001, 10001), name
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert "sysctls" not in context, name
        assert not FORBIDDEN & spec.keys(), name
        for container in spec["containers"]:
            assert not [port for port in container.get("ports", []) if "hostPort" in port], name


def test_a_pod_gets_no_token_of_kubernetes(templates: Pods, documents: list[dict[str, Any]]) -> None:
    for name, template in templates.items():
        assert template["spec"]["automountServiceAccountToken"] is False, name
        assert template["spec"]["enableServiceLinks"] is False, name
        for volume in template["spec"]["volumes"]:
            for source in volume.get("projected", {}).get("sources", []):
                assert source["serviceAccountToken"]["audience"] == "pipelines.kubeflow.org", name
    for document in documents:
        if document["kind"] == "ServiceAccount":
            assert document["automountServiceAccountToken"] is False


def test_volumes_are_of_the_allowed_types_and_bounded(templates: Pods) -> None:
    for name, template in templates.items():
        for volume in template["spec"]["volumes"]:
            (kind,) = volume.keys() - {"name"}
            assert kind in VOLUMES, name
            if kind == "emptyDir":
                assert volume["emptyDir"]["sizeLimit"], name


def test_every_mount_is_of_a_volume_and_only_data_and_scratch_can_be_written(
    templates: Pods, documents: list[dict[str, Any]]
) -> None:
    claims = {
        claim["metadata"]["name"]
        for document in documents
        if document["kind"] == "StatefulSet"
        for claim in document["spec"]["volumeClaimTemplates"]
    }
    for name, template in templates.items():
        volumes = {volume["name"] for volume in template["spec"]["volumes"]}
        for container, found in containers({name: template}):
            for mount in found["volumeMounts"]:
                assert mount["name"] in volumes | claims, container
                assert mount.get("readOnly") is True or mount["mountPath"] in {"/tmp", "/data"}, container  # noqa: S108
            assert "/tmp" in {mount["mountPath"] for mount in found["volumeMounts"]}, container  # noqa: S108


def test_a_container_says_what_it_needs_and_may_use(templates: Pods) -> None:
    for name, container in containers(templates):
        assert container["resources"]["requests"].keys() == RESOURCES, name
        assert container["resources"]["limits"].keys() == RESOURCES, name


def test_no_environment_holds_a_secret(templates: Pods) -> None:
    for name, container in containers(templates):
        for variable in container.get("env", []):
            assert variable.keys() == {"name", "value"}, name
            assert not SECRET.search(variable["name"]), name
        assert "envFrom" not in container, name


def test_keys_are_in_secrets_and_nowhere_else(documents: list[dict[str, Any]]) -> None:
    for document in documents:
        holds = any(key in str(document) for key in ("anaccesskey", "asecretkey", "hooks.example.org"))
        assert not holds or document["kind"] == "Secret", document["metadata"]["name"]


def test_an_image_names_its_version(templates: Pods) -> None:
    for name, container in containers(templates):
        match = IMAGE.fullmatch(container["image"])
        assert match, f"{name}: {container['image']}"
        assert match["tag"] != "latest", name


def test_a_digest_overrides_the_tag_and_pull_secrets_are_named(
    render: Callable[..., Any], pods: Callable[..., Pods]
) -> None:
    templates = pods(render("air-gapped"))
    assert {container["image"].partition("@")[0] for _, container in containers(templates)} == {
        "registry.internal.example.org:5000/team/maskline/pipelines",
        "registry.internal.example.org:5000/team/maskline/store",
    }
    assert all("@sha256:" in container["image"] for _, container in containers(templates))
    for template in templates.values():
        assert template["spec"]["imagePullSecrets"] == [{"name": "registry-keys"}]


def test_secrets_and_config_maps_that_pods_mount_are_made_or_named_by_the_user(
    documents: list[dict[str, Any]], templates: Pods
) -> None:
    made = {(one["kind"], one["metadata"]["name"]) for one in documents}
    elsewhere = {("ConfigMap", "company-ca"), ("Secret", "kubeflow-token")}
    for name, template in templates.items():
        for volume in template["spec"]["volumes"]:
            if "secret" in volume:
                assert ("Secret", volume["secret"]["secretName"]) in made | elsewhere, name
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in made | elsewhere, name


def test_a_cronjob_starts_no_second_run_beside_the_first(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    documents = render("cronjob")
    nightly, paused = (find(documents, "CronJob", name)["spec"] for name in ("nightly", "paused"))
    assert (nightly["schedule"], paused["schedule"]) == ("0 3 * * *", "15 */6 1-7 * MON")
    assert (nightly["suspend"], paused["suspend"]) == (False, True)
    for spec in (nightly, paused):
        assert spec["concurrencyPolicy"] == "Forbid"
        assert spec["timeZone"] == "Europe/Berlin"
        assert spec["startingDeadlineSeconds"] == 3600
        job = spec["jobTemplate"]["spec"]
        assert job["backoffLimit"] == 0
        (container,) = job["template"]["spec"]["containers"]
        assert "--wait" in container["args"]
