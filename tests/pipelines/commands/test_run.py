"""`maskline run`: what it prints, what it says to bad input, and what its folder is like."""

import re
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from maskline.contract.runs.record import RUN
from maskline.contract.store.s3 import S3Store
from maskline.pipelines.command_line import app
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.server.ports import free_ports


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def maskline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_help_names_every_command() -> None:
    text = maskline("--help").output
    assert all(f" {command} " in text for command in ("run", "compile", "artifacts", "report"))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (
            ["nothing"],
            "no pipeline 'nothing'; there are: evaluate, predict, pseudo-label, retrain, train-and-evaluate, or ",
        ),
        (["gone.yaml"], "pipeline gone.yaml: No such file or directory"),
        (["--parameters", "dmo"], "no parameter set 'dmo'; there are: cells-demo, demo, demo-warm, "),
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
