"""`maskline artifacts` and `maskline champion`: what they tell, and that telling changes nothing."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from maskline.contract.artifact import Kind, Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.champion import Champion, Reign, crown, write_champion
from maskline.contract.runs.record import Record, write_record
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.pipelines.command_line import app

TABLE = CategoryTable(domain="shapes", policy="plain", categories=(Category(id=1, name="square", colour="#1f77b4"),))


def maskline(group: str, store: Store, folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [group, "--folder", str(folder), "--store", store.uri, *words])


def make(store: Store, kind: Kind, number: int, **inputs: str) -> str:
    id_ = f"{number:012x}"
    files = {"bytes": write_file(store, place(kind, "tiny", id_), "bytes", b"x" * 100_000)}
    manifest = Manifest(
        kind=kind, record="", name="tiny", id=id_, stage="any", categories=TABLE, config={}, inputs=inputs,
        files=files, figures={},
    )  # fmt: skip
    return seal(store, manifest).uri


def two_reigns(store: Store) -> list[str]:
    champion: Champion | None = None
    checkpoints = []
    for number in (1, 2):
        checkpoint = make(store, "checkpoint", number)
        report = make(store, "report", number, checkpoint=checkpoint)
        reign = Reign(time=f"2026-01-0{number}", checkpoint=checkpoint, report=report, dataset="d", measure="mask AP", figure=number / 4, reason="led")  # fmt: skip  # noqa: E501
        champion = crown(reign, champion)
        write_record(store, "shapes", record(number, checkpoint, report))
        checkpoints.append(checkpoint)
    assert champion
    write_champion(store, "shapes", TABLE.key, champion, None)
    return checkpoints


def record(number: int, checkpoint: str, report: str) -> Record:
    return Record(
        run=f"run-{number}", time=f"2026-01-0{number}", decision="kept", reason="", report=report, champion_report="",
        checkpoint=checkpoint, champion="",
    )  # fmt: skip


def test_prune_first_tells_and_with_yes_removes(directory_store: DirectoryStore, tmp_path: Path) -> None:
    two_reigns(directory_store)
    old = make(directory_store, "checkpoint", 9)
    write_record(directory_store, "shapes", record(0, old, ""))
    before = directory_store.list("")

    told = maskline("artifacts", directory_store, tmp_path, "prune", "--runs", "1")
    assert told.stdout.splitlines() == [
        f"would remove {old}  0.1 MB, only runs before the last 1 led to it",
        "0.1 MB would be removed; --yes does it",
    ]
    assert directory_store.list("") == before

    done = maskline("artifacts", directory_store, tmp_path, "prune", "--runs", "1", "--yes")
    assert done.stdout.splitlines() == [
        f"removing {old}  0.1 MB, only runs before the last 1 led to it",
        "0.1 MB removed",
    ]
    gone = set(before) - set(directory_store.list(""))
    assert gone == {path for path in before if path.startswith("checkpoints/tiny-000000000009/")}


def test_prune_keeps_at_least_one_run(directory_store: DirectoryStore, tmp_path: Path) -> None:
    assert maskline("artifacts", directory_store, tmp_path, "prune", "--runs", "0").exit_code == 2


def test_the_champion_and_those_before_are_shown_latest_first(directory_store: DirectoryStore, tmp_path: Path) -> None:
    assert maskline("champion", directory_store, tmp_path).stdout == "no model was promoted here yet\n"
    first, second = two_reigns(directory_store)

    _, *lines = maskline("champion", directory_store, tmp_path).stdout.splitlines()
    assert [line.split()[:5] for line in lines] == [
        ["shapes", TABLE.key, "2026-01-02", "0.500", second],
        ["shapes", TABLE.key, "2026-01-01", "0.250", first],
    ]


def test_rollback_says_who_reigns_now(directory_store: DirectoryStore, tmp_path: Path) -> None:
    first, second = two_reigns(directory_store)

    result = maskline("champion", directory_store, tmp_path, "rollback", "shapes")

    assert result.stdout == f"shapes/{TABLE.key}: {first} reigns; rolled back by hand from {second}\n"
    again = maskline("champion", directory_store, tmp_path, "rollback", "shapes", "--to", "s3://x/checkpoints/y-1")
    assert again.exit_code == 1
    assert again.stderr.startswith("error: s3://x/checkpoints/y-1: no former champion (there are: ")


def test_whoever_is_retired_is_shown_as_such(directory_store: DirectoryStore, tmp_path: Path) -> None:
    _, second = two_reigns(directory_store)

    told = maskline("champion", directory_store, tmp_path, "retire", "shapes", TABLE.key)

    assert told.stdout == f"shapes/{TABLE.key}: {second} is retired; the next run's model reigns\n"
    assert "retired " in maskline("champion", directory_store, tmp_path).stdout
    again = maskline("champion", directory_store, tmp_path, "retire", "shapes")
    assert again.stderr == f"error: shapes/{TABLE.key}: nobody reigns, so nobody can be retired\n"


def test_fetch_leaves_a_whole_folder_or_none(directory_store: DirectoryStore, tmp_path: Path) -> None:
    uri = make(directory_store, "checkpoint", 7)
    target = tmp_path / "here" / "mine"

    fetched = maskline("artifacts", directory_store, tmp_path, "fetch", uri, str(target))
    assert fetched.stdout == f"{target}: bytes\n"
    assert (target / "bytes").read_bytes() == b"x" * 100_000

    again = maskline("artifacts", directory_store, tmp_path, "fetch", uri, str(target))
    assert again.stderr == f"error: {target} is there already; name another folder\n"

    (key,) = (entry.key for entry in open_sealed(uri, "checkpoint").manifest.files.values())
    directory_store.write(f"checkpoints/tiny-000000000007/{key}", b"y")
    altered = maskline("artifacts", directory_store, tmp_path, "fetch", uri, str(tmp_path / "here" / "other"))
    assert "has 1 bytes, its manifest says 100000" in altered.stderr
    assert [path.name for path in target.parent.iterdir()] == ["mine"]


@pytest.mark.parametrize("word", ["published", "published-sketches"])
def test_what_comes_with_maskline_is_shown_and_fetched_where_there_is_no_store(word: str, tmp_path: Path) -> None:
    nowhere = ["--folder", str(tmp_path / "nowhere")]

    shown = CliRunner().invoke(app, ["artifacts", "show", word, *nowhere])
    assert shown.exit_code == 0
    uri = json.loads(shown.stdout)["uri"]

    fetched = CliRunner().invoke(app, ["artifacts", "fetch", uri, str(tmp_path / "fetched"), *nowhere])
    assert fetched.exit_code == 0
    assert (tmp_path / "fetched/model.safetensors").stat().st_size > 1_000_000
    assert not (tmp_path / "nowhere").exists()
