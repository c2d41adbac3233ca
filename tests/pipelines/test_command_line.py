"""The command `maskline`: what it prints, and what it says to bad input."""

import json
import re
import socket
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from maskline.contract.artifact import Kind, Manifest, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.runs.record import RUN
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.store.s3 import S3Store
from maskline.pipelines.command_line import app
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.server.ports import free_ports

TABLE = CategoryTable(domain="dots", policy="plain", categories=(Category(id=1, name="dot", colour="#102030"),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def maskline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def sealed(store: Store, kind: Kind, figures: dict[str, object]) -> str:
    prefix = place(kind, "tiny", "0123456789ab")
    files = {"a.txt": write_file(store, prefix, "a.txt", b"text")}
    manifest = Manifest(
        kind=kind, record="", name="tiny", id="0123456789ab", stage="test", categories=TABLE, config={}, inputs={},
        files=files, figures=figures,
    )  # fmt: skip
    return seal(store, manifest).uri


def test_help_names_every_command() -> None:
    text = maskline("--help").output
    assert all(f" {command} " in text for command in ("run", "compile", "artifacts", "report"))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (
            ["nothing"],
            "no pipeline 'nothing'; there are: evaluate, predict, retrain, train-and-evaluate, or a compiled .yaml",
        ),
        (["gone.yaml"], "pipeline gone.yaml: No such file or directory"),
        (["--parameters", "dmo"], "no parameter set 'dmo'; there are: demo, demo-warm, or a .yaml file of yours"),
        (["--parameters", "gone.yaml"], "parameter file gone.yaml: "),
        (
            ["-p", "sample=3"],
            "no parameter 'sample' (did you mean draw_samples?); there are: domain, draw_preset, draw_samples, ",
        ),
        (["-p", "draw_samples=many"], "parameter draw_samples = 'many': it must be a whole number"),
        (["-p", "draw_samples=1.5"], "parameter draw_samples = '1.5': it must be a whole number"),
        (["-p", "draw_samples=true"], "parameter draw_samples = 'true': it must be a whole number"),
        (["-p", "promote_margin=high"], "parameter promote_margin = 'high': it must be a number"),
        (["-p", "promote_margin=Infinity"], "parameter promote_margin = 'Infinity': it must be a number"),
        (["-p", "promote_largest_class_drop=-1"], "promote: largest_class_drop = -1.0: Input should be greater than "),
        (["retrain", "-p", "seed=-2"], "render: seed = -2: "),
        (["-p", 'overrides={"predict": {"splat": 1}}'], "overrides: predict: unknown field 'splat'"),
        (
            ["evaluate", "-p", "checkpoint=x", "-p", "dataset=x", "-p", "reading=aloud"],
            "reading 'aloud' does not exist",
        ),
        (["-p", "samples"], "'samples': it must be name=value"),
        (["--images", "gone"], "--images gone: no such folder"),
        (["--store", "ftp://x"], "store 'ftp://x': the scheme must be s3:// or file://"),
        (["--store", "s3://b/x", "--port", "13000"], "--port 13000 is for the embedded store, but --store s3://b/x"),
    ],
)
def test_bad_input_is_one_message_and_leaves_no_run_behind(words: list[str], named: str, folder: Path) -> None:
    result = maskline("run", "--folder", folder, *words)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {named}")
    assert result.stderr.count("\n") == 1
    assert not (folder / "runs").exists()


@pytest.mark.parametrize(
    "text", ["overrides: {train: {ema: .nan}}", "promote_margin: .inf", "overrides: {train: 2026-01-02}"]
)
def test_a_parameter_file_holds_nothing_that_json_does_not_know(text: str, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    result = maskline("run", "--folder", folder, "--parameters", tmp_path / "mine.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: parameter {text.partition(':')[0]} = ")
    assert result.stderr.count("\n") == 1


def test_a_parameter_file_spells_overrides_out(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "mine.yaml").write_text("overrides: {train: {steps: 3}}\nseed: x\n")
    result = maskline("run", "--folder", folder, "--parameters", tmp_path / "mine.yaml")
    assert result.stderr == "error: parameter seed = 'x': it must be a whole number\n"


@pytest.mark.parametrize("port", [60000, 55536, -1])
def test_a_port_that_cannot_be_is_refused(port: int, folder: Path) -> None:
    result = maskline("run", "--folder", folder, "--port", str(port))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: port {port}: it must be 1 to 55535, or 0 for any free one")


@pytest.mark.parametrize("option", ["--images={}", "-pimages={}"])
def test_pictures_where_the_run_would_replace_them_are_refused(option: str, folder: Path) -> None:
    (folder / "overlays" / "mine").mkdir(parents=True)
    result = maskline("run", "--folder", folder, option.format(folder / "overlays" / "mine"))
    assert result.exit_code == 1
    assert f"a run replaces everything in {folder}/overlays" in result.stderr
    assert not (folder / "runs").exists()


def test_a_users_own_gitignore_is_kept(folder: Path) -> None:
    folder.mkdir()
    (folder / ".gitignore").write_text("*.log\n")
    with Folder(folder).locked():
        assert (folder / ".gitignore").read_text() == "*.log\n"


@pytest.mark.parametrize("name", ["overlays", "report.html"])
def test_a_folder_where_a_run_would_replace_somebodys_files_is_refused(name: str, folder: Path) -> None:
    (folder / name).mkdir(parents=True)
    result = maskline("run", "--folder", folder)
    assert (
        result.stderr == f"error: {folder}/{name} is not of a run, and a run would replace it; name another --folder\n"
    )
    assert (folder / name).exists()


def test_missing_keys_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    result = maskline("run", "--folder", folder, "--store", "s3://bucket/x")
    assert result.exit_code == 1
    assert "s3://bucket/x needs S3 keys: there is nothing in AWS_ACCESS_KEY_ID" in result.stderr


def test_wrong_keys_and_a_missing_bucket_are_found_before_any_task_starts(
    s3_store: S3Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = maskline("run", "--folder", folder, "--store", "s3://gone/x")
    assert missing.exit_code == 1
    assert "gone" in missing.stderr
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    denied = maskline("run", "--folder", folder, "--store", s3_store.uri)
    assert denied.exit_code == 1
    assert denied.stderr.startswith("error: ")
    assert missing.stderr.count("\n") == denied.stderr.count("\n") == 1
    assert not (folder / "runs").exists()


def test_a_port_that_is_taken_is_named(folder: Path) -> None:
    (port,) = free_ports(1)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen()
        result = maskline("run", "--folder", folder, "--port", str(port))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: port {port} cannot be used")


def test_a_folder_that_is_a_file_is_named(folder: Path) -> None:
    folder.write_text("")
    result = maskline("run", "--folder", folder)
    assert result.stderr == f"error: folder {folder} cannot be used: File exists\n"


def test_runs_of_one_second_in_one_store_have_two_ids_wherever_they_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.strftime", lambda form: "20300102-030405" if form == "%Y%m%d-%H%M%S" else "")
    elsewhere = Folder(folder / "elsewhere")
    ids = {place.new_run().name for place in (Folder(folder), Folder(folder), elsewhere, elsewhere)}
    assert len(ids) == 4
    assert all(re.fullmatch(r"20300102-030405-[0-9a-f]{8}", run) and re.fullmatch(RUN, run) for run in ids)


def test_ids_of_runs_sort_by_time_whatever_chance_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, runs = iter(("ff", "00", "7f")), []
    for second in ("20291231-235959", "20300101-000000", "20300101-000001"):
        monkeypatch.setattr("time.strftime", lambda _, now=second: now)
        runs.append(Folder(folder).new_run(lambda _: next(chance)).name)
    assert runs == sorted(runs) == ["20291231-235959-ff", "20300101-000000-00", "20300101-000001-7f"]


def test_artifacts_lists_what_is_sealed_with_its_key_figures(directory_store: DirectoryStore, folder: Path) -> None:
    splits = {"train": {"samples": 50}, "val": {"samples": 10}}
    uri = sealed(directory_store, "dataset", {"splits": splits})
    sealed(directory_store, "report", {"mask_ap": 0.51234, "mask_ap50": None, "images": 10})
    directory_store.write("reports/half-0123456789ab/report.html", b"not sealed")
    lines = maskline("artifacts", "--folder", folder, "--store", directory_store.uri).stdout.splitlines()
    assert lines[0].split() == ["kind", "name", "id", "key", "figures", "URI"]
    assert [line.split()[:5] for line in lines[1:]] == [
        ["dataset", "tiny", "0123456789ab", "train=50", "val=10"],
        ["report", "tiny", "0123456789ab", "images=10", "mask_ap=0.5123"],
    ]
    assert uri in lines[1]


def test_artifacts_show_prints_the_manifest(directory_store: DirectoryStore, folder: Path) -> None:
    uri = sealed(directory_store, "predictions", {"images": 3})
    shown = json.loads(maskline("artifacts", "--folder", folder, "--store", directory_store.uri, "show", uri).stdout)
    assert (shown["uri"], shown["kind"], shown["figures"]) == (uri, "predictions", {"images": 3})


@pytest.mark.parametrize(
    ("uri", "named"),
    [("datasets/gone-0123456789ab", "does not exist: a dataset was expected"), ("nonsense/x", "is no artifact")],
)
def test_artifacts_show_of_nothing_says_so(uri: str, named: str, directory_store: DirectoryStore, folder: Path) -> None:
    store = directory_store.uri
    result = maskline("artifacts", "--folder", folder, "--store", store, "show", f"{store}/{uri}")
    assert result.exit_code == 1
    assert named in result.stderr


def test_before_the_first_run_there_is_nothing_to_list_or_open(folder: Path) -> None:
    assert maskline("artifacts", "--folder", folder).stderr.startswith(f"error: no store in {folder} yet")
    assert maskline("report", "--folder", folder).stderr.startswith(f"error: no report in {folder} yet")
    assert not folder.exists()


def test_report_prints_the_path_and_opens_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    folder.mkdir()
    (folder / "report.html").touch()
    assert maskline("report", "--folder", folder).stdout.strip() == str(folder / "report.html")
    assert opened == [(folder / "report.html").as_uri()]


def test_compile_check_passes_on_the_committed_files() -> None:
    assert maskline("compile", "--check").exit_code == 0


def test_compile_set_writes_a_stamped_copy_of_the_pipeline_that_is_named(tmp_path: Path) -> None:
    output = tmp_path / "mine.yaml"
    for words, name in ((["compile"], "train-and-evaluate"), (["compile", "retrain"], "retrain")):
        assert maskline(*words, "--set", "registry=registry.example.org", "--output", output).exit_code == 0
        assert "image: registry.example.org/train:" in output.read_text()
        assert f"\n  name: {name}\n" in output.read_text()
    for alone in (["--set", "registry=registry.example.org"], ["--output", str(output)], ["--kubernetes"]):
        assert maskline("compile", *alone).stderr.startswith("error: --set and --output belong together")


def test_compile_kubernetes_writes_objects_to_apply(tmp_path: Path) -> None:
    output = tmp_path / "mine.yaml"
    words = ("--set", "registry=registry.example.org", "--kubernetes", "--output", output)
    assert maskline("compile", "predict", *words).exit_code == 0
    kinds = [document["kind"] for document in yaml.safe_load_all(output.read_text())]
    assert kinds == ["Pipeline", "PipelineVersion"]
    assert "image: registry.example.org/predict:" in output.read_text()
