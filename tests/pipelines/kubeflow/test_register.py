"""maskline register: every text is uploaded once, under a name that says what it is."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from kfp_stub.commands import Command
from kfp_stub.refusal import Refusal
from kfp_stub.server import Request, Stub

from maskline.pipelines.dag import compiled
from maskline.pipelines.kubeflow.versions import package_version

STAMP = ("--set", "registry=registry.example.org/team")


def names(stub: Stub) -> list[str]:
    return [version["display_name"] for version in stub.state.versions.values()]


def test_all_pipelines_become_versions_named_by_the_package(maskline: Command, stub: Stub) -> None:
    done = maskline("register")
    assert done.stdout.splitlines() == [f"{name} {package_version()}: created" for name in compiled.names()]
    kept = {pipeline["pipeline_id"]: pipeline["name"] for pipeline in stub.state.pipelines.values()}
    assert sorted(kept.values()) == compiled.names()
    for version in stub.state.versions.values():
        text = compiled.find(kept[version["pipeline_id"]]).read_text()
        assert list(version["pipeline_spec"].values()) == list(yaml.safe_load_all(text))


def test_a_second_time_changes_nothing(maskline: Command, stub: Stub, registered: str) -> None:
    done = maskline("register", registered)
    assert done.stdout == f"{registered} {package_version()}: unchanged\n"
    assert stub.changes == []


def test_a_stamped_text_is_a_version_of_its_own_and_found_again(
    maskline: Command, stub: Stub, registered: str, tmp_path: Path
) -> None:
    first = maskline("register", registered, *STAMP)
    assert first.exit_code == 0
    name = first.stdout.split()[1].rstrip(":")
    assert names(stub) == [package_version(), name]
    digits = name.removeprefix(f"{package_version()}-")
    assert len(digits) == 8
    assert int(digits, 16) >= 0
    version = list(stub.state.versions.values())[-1]
    assert "registry.example.org/team/" in str(version["pipeline_spec"])
    (tmp_path / "settings.yaml").write_text("registry: registry.example.org/team\n")
    stub.requests.clear()
    again = maskline("register", registered, "--settings", tmp_path / "settings.yaml")
    assert again.stdout == f"{registered} {name}: unchanged\n"
    assert stub.changes == []


def test_another_text_never_takes_the_name_of_a_version_that_is_there(
    maskline: Command, stub: Stub, registered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = compiled.find(registered).read_text()
    (tmp_path / f"{registered}.yaml").write_text(text.replace("sdkVersion", "# worked on since\nsdkVersion"))
    monkeypatch.setattr(compiled, "folder", lambda: tmp_path)
    assert maskline("register").exit_code == 0
    assert names(stub)[0] == package_version()
    assert names(stub)[1].startswith(f"{package_version()}-")


def test_names_fit_where_versions_are_kubernetes_objects(maskline: Command, stub: Stub, registered: str) -> None:
    assert maskline("register", registered, *STAMP).exit_code == 0
    kept = [version["name"] for version in stub.state.versions.values()]
    assert len(set(kept)) == len(kept)
    assert all(name.startswith(f"{registered}-") and name == name.lower() for name in kept)


def test_a_pipeline_of_another_case_is_not_taken_for_ours(maskline: Command, stub: Stub, pipeline: str) -> None:
    stub.state.add_pipeline({"display_name": pipeline.upper()})
    assert maskline("register", pipeline).exit_code == 0
    assert [one["name"] for one in stub.state.pipelines.values()] == [pipeline.upper(), pipeline]


def test_of_two_that_register_at_once_the_slower_finds_it_done(maskline: Command, stub: Stub, pipeline: str) -> None:
    def overtake(request: Request) -> None:
        if request.path.endswith("/upload_version"):
            stub.before = lambda _: None
            assert maskline("register", pipeline).exit_code == 0

    stub.before = overtake
    assert maskline("register", pipeline).stdout == f"{pipeline} {package_version()}: unchanged\n"
    assert names(stub) == [package_version()]


def test_an_upload_that_fails_leaves_nothing_that_the_next_trips_over(
    maskline: Command, stub: Stub, pipeline: str
) -> None:
    def full(request: Request) -> None:
        if request.path.endswith("/upload_version"):
            raise Refusal(500, "Failed to create a pipeline version")

    stub.before = full
    failed = maskline("register", pipeline)
    assert failed.exit_code == 1
    assert "500: Failed to create a pipeline version; it is a failure of the server" in failed.stderr
    stub.before = lambda _: None
    assert maskline("register", pipeline).stdout == f"{pipeline} {package_version()}: created\n"
    assert len(stub.state.pipelines) == 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nothing"], "no pipeline 'nothing'; there are: "),
        (["--set", "regsitry=x"], "--set regsitry=x: no such setting"),
        (["--set", f"digest.nothing=sha256:{'0' * 64}"], "no such setting"),
        (["--settings", "gone.yaml"], "--settings gone.yaml: "),
    ],
)
def test_bad_input_is_told_before_the_server_is_asked(
    words: list[str], named: str, maskline: Command, stub: Stub
) -> None:
    done = maskline("register", *words)
    assert done.exit_code == 1
    assert named in done.stderr
    assert stub.requests == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("- registry", "it must hold one mapping"),
        ("tag: 1.0", "tag = 1.0: it must be a text; put it between quotes"),
        ("tag: {", "is not YAML"),
        (
            "default.seed: {a: 1}",
            """--set default.seed={"a": 1}: parameter seed = '{"a": 1}': it must be a whole number""",
        ),
        ("default.seed: null", "default.seed = None: it must be a text"),
    ],
)
def test_a_settings_file_is_checked(text: str, named: str, maskline: Command, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(text)
    done = maskline("register", "--settings", tmp_path / "settings.yaml")
    assert named in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_settings_file_may_spell_defaults_out(maskline: Command, stub: Stub, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("{default.seed: 7, default.overrides: {train: {steps: 3}}}")
    maskline("register", "predict", "retrain", "--settings", tmp_path / "settings.yaml")
    forms = [
        one["pipeline_spec"]["pipeline_spec"]["root"]["inputDefinitions"]["parameters"]
        for one in stub.state.versions.values()
    ]
    assert [form["overrides"]["defaultValue"] for form in forms] == ['{"train": {"steps": 3}}'] * 2
    assert [form["seed"]["defaultValue"] for form in forms if "seed" in form] == [7]


def test_a_stages_digest_goes_into_the_pipelines_that_have_the_stage(maskline: Command, stub: Stub) -> None:
    digest = f"sha256:{'ab' * 32}"
    done = maskline("register", "--set", f"digest.train={digest}")
    assert done.exit_code == 0, done.stderr
    texts = [str(version["pipeline_spec"]) for version in stub.state.versions.values()]
    assert [digest in text for text in texts] == ["/train" in text for text in texts]


def test_settings_that_change_nothing_make_no_version_of_their_own(
    maskline: Command, stub: Stub, registered: str
) -> None:
    tag = compiled.find(registered).read_text().partition("/train:")[2].split()[0]
    assert maskline("register", registered, "--set", f"tag={tag}").stdout.endswith(": unchanged\n")
    assert stub.changes == []


@pytest.fixture
def manifested(stub: Stub, pipeline: str) -> Callable[[str, str], dict[str, object]]:
    """Put a version on the server as a Kubernetes manifest does: with a title, and without our mark."""
    made = stub.state.add_pipeline({"name": pipeline, "display_name": f"Maskline: {pipeline}"})

    def put(name: str, text: str) -> dict[str, object]:
        query = {"pipelineid": made["pipeline_id"], "name": f"{pipeline}-{name}", "display_name": name}
        return stub.state.add_version(query, "", text)

    return put


def test_what_a_manifest_made_is_found_and_pinned(
    maskline: Command, stub: Stub, pipeline: str, manifested: Callable[[str, str], dict[str, object]]
) -> None:
    made = manifested(package_version(), compiled.find(pipeline).read_text())
    manifested(f"{package_version()}0", compiled.find(pipeline).read_text())  # of a release far ahead
    assert maskline("register", pipeline).stdout.endswith(": unchanged\n")
    assert maskline("submit", pipeline).exit_code == 0
    (run,) = stub.state.runs.values()
    assert run["pipeline_version_reference"]["pipeline_version_id"] == made["pipeline_version_id"]


def test_a_manifest_of_another_text_is_not_taken_for_ours(
    maskline: Command, pipeline: str, manifested: Callable[[str, str], dict[str, object]]
) -> None:
    text = compiled.find(pipeline).read_text()
    manifested(package_version(), text.replace("/train:", "/trained:"))
    assert maskline("register", pipeline).stdout.startswith(f"{pipeline} {package_version()}-")
