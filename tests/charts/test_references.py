"""Objects that name each other mean each other: selectors, ports, roles, accounts."""

from collections.abc import Callable
from typing import Any

import pytest

Document = dict[str, Any]
Documents = list[Document]


@pytest.fixture
def documents(configuration: str, render: Callable[..., Any]) -> Documents:
    found: Documents = render(configuration)
    return found


def kind(documents: Documents, name: str) -> Documents:
    return [one for one in documents if one["kind"] == name]


def matches(selector: dict[str, str], labels: dict[str, str]) -> bool:
    return bool(selector) and selector.items() <= labels.items()


def ports(template: dict[str, Any]) -> dict[str, int]:
    return {
        port["name"]: port["containerPort"]
        for container in template["spec"]["containers"]
        for port in container.get("ports", [])
    }


def test_a_workload_selects_its_own_pods(documents: Documents, pods: Callable[..., Any]) -> None:
    for document in kind(documents, "StatefulSet"):
        chosen = [
            name
            for name, template in pods(documents).items()
            if matches(document["spec"]["selector"]["matchLabels"], template["metadata"]["labels"])
        ]
        assert chosen == [f"StatefulSet/{document['metadata']['name']}"]


def test_a_service_leads_to_one_workload_and_a_port_it_has(documents: Documents, pods: Callable[..., Any]) -> None:
    for document in kind(documents, "Service"):
        (template,) = [
            one for one in pods(documents).values() if matches(document["spec"]["selector"], one["metadata"]["labels"])
        ]
        assert {port["targetPort"] for port in document["spec"]["ports"]} <= ports(template).keys()


def test_a_network_policy_is_about_pods_and_ports_that_exist(documents: Documents, pods: Callable[..., Any]) -> None:
    for document in kind(documents, "NetworkPolicy"):
        spec = document["spec"]
        chosen = [
            one
            for one in pods(documents).values()
            if matches(spec["podSelector"]["matchLabels"], one["metadata"]["labels"])
        ]
        assert chosen, document["metadata"]["name"]
        assert set(spec["policyTypes"]) == {"Ingress", "Egress"}
        open_ports = {port["port"] for rule in spec["ingress"] for port in rule["ports"]}
        assert open_ports == {number for template in chosen for number in ports(template).values()}


def test_the_store_lets_tasks_in_and_nothing_out(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    spec = find(render("air-gapped"), "NetworkPolicy", "store")["spec"]
    assert spec["egress"] == []
    (rule,) = spec["ingress"]
    tasks, named, others = rule["from"]
    assert tasks == {"podSelector": {"matchLabels": {"pipelines.kubeflow.org/v2_component": "true"}}}
    assert named == {"podSelector": {"matchLabels": {"maskline.dev/store-client": "true"}}}
    assert others["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "backup"}
    assert others["podSelector"]["matchLabels"] == {"app": "rclone"}


@pytest.mark.parametrize(("example", "port"), [("kind", 8888), ("air-gapped", 443)])
def test_the_job_reaches_the_api_and_dns_only(
    example: str, port: int, render: Callable[..., Any], find: Callable[..., Any]
) -> None:
    spec = find(render(example), "NetworkPolicy", "client")["spec"]
    assert spec["ingress"] == []
    assert [{one["port"] for one in rule["ports"]} for rule in spec["egress"]] == [{port}, {53}]
    assert all(rule["to"] for rule in spec["egress"])


@pytest.mark.parametrize(
    ("settings", "peer", "port"),
    [
        (
            ("networkPolicy.dns.cidr=169.254.20.10/32",),
            {"ipBlock": {"cidr": "169.254.20.10/32"}},
            53,
        ),
        (
            (
                "networkPolicy.dns.namespace=openshift-dns",
                "networkPolicy.dns.podLabels.k8s-app=null",
                r"networkPolicy.dns.podLabels.dns\.operator\.openshift\.io/daemonset-dns=default",
                "networkPolicy.dns.port=5353",
            ),
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "openshift-dns"}},
                "podSelector": {"matchLabels": {"dns.operator.openshift.io/daemonset-dns": "default"}},
            },
            5353,
        ),
    ],
    ids=["NodeLocal DNSCache", "OpenShift"],
)
def test_dns_may_be_elsewhere(
    settings: tuple[str, ...], peer: Document, port: int, render: Callable[..., Any], find: Callable[..., Any]
) -> None:
    _, dns = find(render("defaults", settings=settings), "NetworkPolicy", "client")["spec"]["egress"]
    assert dns == {"to": [peer], "ports": [{"protocol": name, "port": port} for name in ("UDP", "TCP")]}


def test_a_role_names_what_it_is_about(documents: Documents) -> None:
    assert not kind(documents, "ClusterRole")
    for document in kind(documents, "Role"):
        for rule in document["rules"]:
            assert rule["apiGroups"] == ["pipelines.kubeflow.org"]
            assert "*" not in rule["resources"] + rule["verbs"]


def test_only_a_server_that_asks_gets_a_role(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    assert not kind(render("kind"), "Role")
    recurring = find(render("multi-user"), "Role")["rules"]
    cronjob = find(render("cronjob"), "Role")["rules"]
    assert [rule["resources"] for rule in recurring] == [["pipelines", "pipelines/versions", "experiments"], ["jobs"]]
    assert [rule["resources"] for rule in cronjob] == [["pipelines", "pipelines/versions", "experiments"], ["runs"]]


def test_a_binding_joins_a_role_and_an_account_of_the_release(documents: Documents) -> None:
    roles = {one["metadata"]["name"] for one in kind(documents, "Role")}
    accounts = {one["metadata"]["name"] for one in kind(documents, "ServiceAccount")}
    for document in kind(documents, "RoleBinding"):
        assert document["roleRef"]["name"] in roles
        assert {subject["name"] for subject in document["subjects"]} <= accounts
        assert {subject["namespace"] for subject in document["subjects"]} == {"team-a"}


def test_a_pod_runs_under_an_account_of_the_release(documents: Documents, pods: Callable[..., Any]) -> None:
    accounts = {one["metadata"]["name"] for one in kind(documents, "ServiceAccount")}
    for template in pods(documents).values():
        assert template["spec"]["serviceAccountName"] in accounts | {"default"}


def test_the_secret_leads_to_the_store(render: Callable[..., Any], find: Callable[..., Any]) -> None:
    documents = render("kind")
    secret = find(documents, "Secret", "maskline-s3")["stringData"]
    service = find(documents, "Service", "store")
    assert (
        secret["endpoint"] == f"http://{service['metadata']['name']}.team-a.svc:{service['spec']['ports'][0]['port']}"
    )
    assert secret["store"] == "s3://maskline/project"
