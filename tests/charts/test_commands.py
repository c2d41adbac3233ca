"""The command lines that the chart hands to containers are maskline's own: run here, against a stub of Kubeflow.

The pods' files are put into a folder, and the paths and the address in the arguments exchanged for it and for the stub.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kfp_stub.server import Stub, serving
from typer.testing import CliRunner, Result

from maskline.pipelines.command_line import app
from maskline.pipelines.compiler.stamping.parts import parameters
from maskline.pipelines.compiler.stamping.stamp import stamp
from maskline.pipelines.dag import compiled
from maskline.pipelines.dag.parameters import typed
from maskline.pipelines.kubeflow.register import read_settings
from maskline.pipelines.kubeflow.schedules.schedule_file import read_schedules

MOUNTED = "/etc/maskline"
Run = Callable[[str, dict[str, Any]], Result]


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving(Stub()) as server:
        yield server


@pytest.fixture
def mounted(tmp_path: Path, find: Callable[..., Any]) -> Callable[[list[dict[str, Any]]], Path]:
    """Put what the pods mount into a folder."""

    def put(documents: list[dict[str, Any]]) -> Path:
        for name, text in find(documents, "ConfigMap", "-client")["data"].items():
            (tmp_path / "config").mkdir(exist_ok=True)
            (tmp_path / "config" / name).write_text(text, "utf-8")
        (tmp_path / "token").mkdir(exist_ok=True)
        for name in ("token", "access-token"):
            (tmp_path / "token" / name).write_text("a-token", "utf-8")
        return tmp_path

    return put


@pytest.fixture
def run(stub: Stub, mounted: Callable[..., Path]) -> Callable[..., list[Result]]:
    """Run the containers of a pod, one after the other as Kubernetes does."""

    def containers(documents: list[dict[str, Any]], template: dict[str, Any]) -> list[Result]:
        folder = mounted(documents)
        stub.state.multi_user = any("--namespace" in str(one) for one in template["spec"]["containers"])
        stub.token = "a-token" if "--token-file" in str(template) else ""
        results = []
        for container in template["spec"].get("initContainers", []) + template["spec"]["containers"]:
            assert container["command"] == ["maskline"]
            words = [
                word.replace(MOUNTED, str(folder)) for word in container["args"] if not word.startswith("--ca-file")
            ]
            words = [f"--endpoint={stub.endpoint}" if word.startswith("--endpoint=") else word for word in words]
            results.append(CliRunner().invoke(app, words))
            assert results[-1].exit_code == 0, results[-1].output
        return results

    return containers


def schedules(stub: Stub) -> dict[str, str]:
    return {one["display_name"]: one["trigger"]["cron_schedule"]["cron"] for one in stub.state.schedules.values()}


def test_the_schedule_file_is_one(configuration: str, render: Callable[..., Any], mounted: Callable[..., Path]) -> None:
    folder = mounted(render(configuration)) / "config"
    known = compiled.names()
    for entry in read_schedules(folder / "schedules.yaml"):
        assert entry.pipeline in known
    assert read_schedules(folder / "no-schedules.yaml") == []


def stamped(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the pipelines as they are registered, each with its two documents."""
    settings = read_settings(folder / "config/settings.yaml", {})
    texts = {name: compiled.find(name).read_text("utf-8") for name in compiled.names()}
    return {name: list(yaml.safe_load_all(stamp(text, settings))) for name, text in texts.items()}


def plain() -> dict[str, list[dict[str, Any]]]:
    """Return the pipelines as they are compiled."""
    return {name: list(yaml.safe_load_all(compiled.find(name).read_text("utf-8"))) for name in compiled.names()}


def executors(documents: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield label, container and platform settings of every executor."""
    platform = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    for label, executor in documents[0]["deploymentSpec"]["executors"].items():
        yield label, executor["container"], platform[label]


def test_what_differs_from_the_compiled_pipelines_is_stamped_into_them(
    configuration: str,
    render: Callable[..., Any],
    mounted: Callable[..., Path],
    chosen: Callable[..., Any],
    chart_folder: Path,
) -> None:
    values = yaml.safe_load((chart_folder / "values.yaml").read_text("utf-8"))
    for path in chosen(configuration)[1:]:
        for group, members in yaml.safe_load(path.read_text("utf-8")).items():
            values[group] = {**values[group], **members} if isinstance(members, dict) else members
    documents = render(configuration)
    for pipeline in stamped(mounted(documents)).values():
        for label, container, platform in executors(pipeline):
            stage = container["image"].rpartition("/")[2].partition(":")[0].partition("@")[0]
            digest = values["images"]["digests"][stage]
            version = f"@{digest}" if digest else ":0.1.0"
            assert container["image"] == f"{values['images']['registry']}/{stage}{version}"
            assert platform["imagePullPolicy"] == values["images"]["pullPolicy"]
            assert bool(platform.get("imagePullSecret")) == bool(values["images"]["pullSecret"])
            secrets = {mount["secretName"] for mount in platform["secretAsVolume"]}
            assert secrets <= {values["s3"]["secretName"], values["webhook"]["secretName"]}
            labels = {"app.kubernetes.io/part-of": "maskline", **values["pipelines"].get("podLabels", {})}
            assert platform["podMetadata"]["labels"] == labels
            assert platform["podMetadata"].get("annotations", {}) == values["pipelines"].get("podAnnotations", {})
            gpus = values["pipelines"]["steps"].get(label.removeprefix("exec-"), {}).get("gpus")
            accelerator = container["resources"].get("accelerator")
            assert gpus is None or bool(gpus) == bool(accelerator)
            if accelerator:
                assert accelerator["resourceType"] == values["gpuPool"]["resource"]
                key, _, value = values["gpuPool"]["nodeSelector"].partition("=")
                assert platform.get("nodeSelector", {}).get("labels") == ({key: value} if key else None)


def test_the_form_begins_with_the_defaults_of_the_values(
    render: Callable[..., Any], mounted: Callable[..., Path], chart_folder: Path
) -> None:
    defaults = yaml.safe_load((chart_folder / "ci/kind.yaml").read_text("utf-8"))["pipelines"]["defaults"]
    found = {name: parameters(spec) for name, (spec, _) in stamped(mounted(render("kind"))).items()}
    for name, (spec, _) in plain().items():
        for parameter in parameters(spec).values():
            default = typed(parameter, defaults[parameter.name]) if parameter.name in defaults else parameter.default
            assert found[name][parameter.name].default == default
    assert {name for form in found.values() for name in form} >= defaults.keys()


def test_a_step_is_as_large_as_the_values_say(render: Callable[..., Any], mounted: Callable[..., Path]) -> None:
    (asked,) = [
        container["resources"]
        for label, container, _ in executors(stamped(mounted(render("kind")))["retrain"])
        if label == "exec-train"
    ]
    assert (asked["resourceCpuRequest"], asked["resourceCpuLimit"]) == ("1", "4")
    assert (asked["resourceMemoryRequest"], asked["resourceMemoryLimit"]) == ("2Gi", "6Gi")


def test_defaults_stamp_nothing(render: Callable[..., Any], mounted: Callable[..., Path]) -> None:
    documents = render("defaults")
    assert stamped(mounted(documents)) == plain()


@pytest.mark.parametrize("example", ["kind", "multi-user", "air-gapped", "gpu-pool", "existing-store", "minimal"])
def test_installing_registers_the_pipelines_and_applies_the_schedules(
    example: str,
    render: Callable[..., Any],
    pods: Callable[..., Any],
    find: Callable[..., Any],
    run: Callable[..., list[Result]],
    stub: Stub,
) -> None:
    documents = render(example)
    template = pods(documents)["Job/m-maskline-register"]
    register, apply = run(documents, template)
    assert {one["name"] for one in stub.state.pipelines.values()} == set(compiled.names())
    assert register.output.count(": created") == len(compiled.names())
    wanted = yaml.safe_load(find(documents, "ConfigMap", "-client")["data"]["schedules.yaml"])
    assert schedules(stub) == {one["name"]: one["cron"] for one in wanted}
    register, apply = run(documents, template)
    assert "created" not in register.output + apply.output


def test_a_rollback_applies_the_older_schedules_too(
    configuration: str, render: Callable[..., Any], find: Callable[..., Any]
) -> None:
    hooks = find(render(configuration), "Job", "-register")["metadata"]["annotations"]["helm.sh/hook"]
    assert set(hooks.split(",")) == {"post-install", "post-upgrade", "post-rollback"}


def test_deleting_removes_the_schedules_of_this_release_and_no_other(
    render: Callable[..., Any], pods: Callable[..., Any], run: Callable[..., list[Result]], stub: Stub
) -> None:
    documents = render("kind")
    run(documents, pods(documents)["Job/m-maskline-register"])
    (ours,) = stub.state.schedules.values()
    stranger = {**ours, "recurring_run_id": "theirs", "description": "made by hand"}
    stub.state.schedules["theirs"] = stranger
    run(documents, pods(documents)["Job/m-maskline-unschedule"])
    assert list(stub.state.schedules) == ["theirs"]


def test_a_cronjob_submits_and_waits(
    render: Callable[..., Any], pods: Callable[..., Any], run: Callable[..., list[Result]], stub: Stub
) -> None:
    documents = render("cronjob")
    templates = pods(documents)
    run(documents, templates["Job/m-maskline-register"])
    assert schedules(stub) == {}
    stub.after = lambda _: [one.update(state="SUCCEEDED") for one in stub.state.runs.values()] and None
    run(documents, templates["CronJob/m-maskline-nightly"])
    (started,) = stub.state.runs.values()
    assert started["runtime_config"]["parameters"] == {
        "draw_preset": "demo",
        "draw_samples": 1200,
        "promote_margin": 0.01,
        "overrides": '{"train":{"learning_rate":0.00001}}',
    }
    (experiment,) = [one for one in stub.state.experiments.values() if one["experiment_id"] == started["experiment_id"]]
    assert experiment["display_name"] == "nightly"
