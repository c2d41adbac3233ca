"""Prune removes what only former runs needed, and nothing else; killed at any moment, it is finished by the next."""

from pathlib import Path

import pytest

from maskline.contract.artifact import FOLDERS, Artifact, Kind, Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.champion import Champion, Reign, crown, write_champion
from maskline.contract.errors import InvalidInput
from maskline.contract.runs.record import Record, read_record, write_record
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.thresholds import hold, pointer_path
from maskline.pipelines.store.prune import finish, remove, surplus

TABLE = CategoryTable(domain="shapes", policy="plain", categories=(Category(id=1, name="square", colour="#1f77b4"),))


def make(store: Store, kind: Kind, number: int, stage: str = "any", **inputs: str) -> str:
    id_ = f"{number:012x}"
    entry = write_file(store, place(kind, "tiny", id_), "bytes", b"x" * 10)
    manifest = Manifest(
        kind=kind,
        record="",
        name="tiny",
        id=id_,
        stage=stage,
        categories=TABLE,
        config={},
        inputs=inputs,
        files={"bytes": entry},
        figures={},
    )
    return seal(store, manifest).uri


class Run:
    """What one run leaves, the record of its decision included."""

    def __init__(self, store: Store, number: int, dataset: str = "") -> None:
        self.dataset = dataset or make(store, "dataset", number, source=f"sha256:{number}")
        self.checkpoint = make(store, "checkpoint", number, dataset=self.dataset)
        self.predictions = make(store, "predictions", number, dataset=self.dataset, checkpoint=self.checkpoint)
        self.report = make(store, "report", number, dataset=self.dataset, predictions=self.predictions)
        self.reign = Reign(
            time=f"{number}",
            checkpoint=self.checkpoint,
            report=self.report,
            dataset=self.dataset,
            measure="mask AP",
            figure=0.5,
            reason="",
        )
        write_record(
            store,
            "shapes",
            Record(
                run=f"run-{number}",
                time=f"2026-01-{number:02}",
                decision="kept",
                reason="",
                report=self.report,
                champion_report="",
                checkpoint=self.checkpoint,
                champion="",
            ),
        )

    @property
    def all(self) -> set[str]:
        return {self.dataset, self.checkpoint, self.predictions, self.report}


def crowned(store: Store, *runs: Run) -> None:
    champion: Champion | None = None
    for run in runs:
        champion = crown(run.reign, champion)
    assert champion
    write_champion(store, "shapes", TABLE.key, champion, None)


def uris(artifacts: list[Artifact]) -> set[str]:
    return {artifact.uri for artifact in artifacts}


def test_only_what_older_runs_alone_needed_is_surplus(store: Store) -> None:
    oldest, before, champion, old = (Run(store, number) for number in (1, 2, 3, 4))
    shared = Run(store, 5, dataset=old.dataset)
    crowned(store, before, champion)

    assert uris(surplus(store, 1).going) == oldest.all | old.all - {shared.dataset}
    assert uris(surplus(store, 2).going) == oldest.all
    assert surplus(store, 5).going == []
    assert surplus(store, 50).going == []


def test_the_weights_that_a_kept_run_starts_from_stay_and_what_those_came_from_does_not(store: Store) -> None:
    """Otherwise every champion of a schedule, and its dataset, would stay for ever."""
    first, second = Run(store, 1), Run(store, 2)
    started = make(store, "checkpoint", 8, dataset=second.dataset, starting_weights=first.checkpoint)
    drawn = make(store, "dataset", 9, source="sha256:9")
    heir = make(store, "checkpoint", 9, dataset=drawn, starting_weights=started)
    record = read_record(store, "shapes", "run-2")
    assert record
    for number, checkpoint in ((3, started), (4, heir)):
        update = {"run": f"run-{number}", "time": f"2026-01-0{number}", "checkpoint": checkpoint, "report": ""}
        write_record(store, "shapes", record.model_copy(update=update))

    assert uris(surplus(store, 1).going) == first.all | second.all
    assert uris(surplus(store, 2).going) == first.all - {first.checkpoint} | second.all - {second.dataset}


def test_weights_stay_that_the_champion_started_from(store: Store) -> None:
    first, champion = Run(store, 1), Run(store, 2)
    heir = make(store, "checkpoint", 9, dataset=champion.dataset, starting_weights=first.checkpoint)
    reign = champion.reign.model_copy(update={"checkpoint": heir})
    write_champion(store, "shapes", TABLE.key, crown(reign, None), None)
    Run(store, 3)

    assert uris(surplus(store, 1).going) == first.all - {first.checkpoint}


def test_what_was_brought_from_elsewhere_stays_unless_it_is_named(store: Store) -> None:
    imported = make(store, "dataset", 7, stage="import", documents="sha256:7")
    old = Run(store, 1, dataset=imported)
    theirs = make(store, "predictions", 8, dataset=imported)
    report = make(store, "report", 8, dataset=imported, predictions=theirs)
    record = read_record(store, "shapes", "run-1")
    assert record
    update = {"run": "run-0", "time": "2026-01-00", "report": report}
    write_record(store, "shapes", record.model_copy(update=update))
    Run(store, 2)

    assert uris(surplus(store, 1).going) == old.all - {imported} | {report}
    assert uris(surplus(store, 1).staying) == {imported, theirs}
    assert uris(surplus(store, 1, [imported]).going) == old.all | {report}


def test_thresholds_go_with_their_checkpoint_and_nothing_points_to_them(store: Store) -> None:
    old, champion = Run(store, 1), Run(store, 2)
    crowned(store, champion)
    kept, going = (
        make(store, "thresholds", number, checkpoint=of.checkpoint) for number, of in ((8, champion), (9, old))
    )
    for uri in (kept, going):
        hold(open_sealed(uri, "thresholds"))

    found = surplus(store, 1).going
    assert uris(found) == old.all | {going}
    for artifact in found:
        remove(store, artifact)
    assert store.list("tuned") == [pointer_path(champion.checkpoint)]


@pytest.mark.parametrize("kind", ["dataset", "checkpoint", "report"])
def test_what_is_needed_goes_by_no_name(store: Store, kind: str) -> None:
    needed: str = getattr(Run(store, 1), kind)
    with pytest.raises(InvalidInput, match="is needed by a champion, by one of the last 1 runs, or by a report"):
        surplus(store, 1, [needed])


def test_a_name_of_another_store_is_refused(store: Store, tmp_path: Path) -> None:
    elsewhere = make(DirectoryStore(tmp_path / "elsewhere"), "dataset", 1)
    with pytest.raises(InvalidInput, match=f"{elsewhere} is not in {store.uri}"):
        surplus(store, 1, [elsewhere])


def test_a_dataset_stays_that_a_report_which_stays_is_on(store: Store) -> None:
    """Of a measurement that nobody recorded: it was no run's, so it stays, and so does what it is about."""
    old = Run(store, 1)
    report = make(store, "report", 9, dataset=old.dataset, predictions=old.predictions)
    Run(store, 2)

    assert uris(surplus(store, 1).going) == old.all - {old.dataset}
    assert uris(surplus(store, 1, [report]).going) == old.all | {report}


def test_what_no_record_leads_to_stays(store: Store) -> None:
    old = Run(store, 1)
    Run(store, 2)
    make(store, "dataset", 7)
    make(store, "predictions", 8, images="sha256:abc", checkpoint=old.checkpoint)

    assert uris(surplus(store, 1).going) == old.all


def test_an_artifact_of_another_store_is_left_alone(store: Store) -> None:
    mine = Run(store, 1, dataset="s3://elsewhere/project/datasets/theirs-00000000000a")
    Run(store, 2)

    assert uris(surplus(store, 1).going) == mine.all - {mine.dataset}


def test_a_store_without_runs_has_nothing_to_remove(store: Store) -> None:
    make(store, "dataset", 1)
    assert surplus(store, 1).going == []


def test_removing_leaves_no_byte_and_no_mark(store: Store) -> None:
    Run(store, 1)
    last = Run(store, 2)
    for artifact in surplus(store, 1).going:
        remove(store, artifact)

    left = {
        f"{store.uri}/{'/'.join(path.split('/')[:2])}" for folder in FOLDERS.values() for path in store.list(folder)
    }
    assert left == last.all
    assert store.list("work") == []


class Killed(Exception):
    """The process is gone."""


@pytest.mark.parametrize("deletions", range(4))
def test_a_killed_removal_is_finished_by_the_next(
    directory_store: Store, monkeypatch: pytest.MonkeyPatch, deletions: int
) -> None:
    """Of three deletions (manifest, file, mark) the process lives to do some."""
    store = directory_store
    Run(store, 1)
    Run(store, 2)
    artifact = surplus(store, 1).going[0]
    done = 0

    def delete(path: str) -> None:
        nonlocal done
        if done == deletions:
            raise Killed
        done += 1
        real(path)

    real = store.delete
    monkeypatch.setattr(store, "delete", delete)
    if deletions < 3:
        with pytest.raises(Killed):
            remove(store, artifact)
    else:
        remove(store, artifact)
    monkeypatch.undo()

    finish(store)
    for again in surplus(store, 1).going:
        remove(store, again)
    assert store.list(artifact.manifest.prefix) == []
    assert store.list("work") == []


def test_what_is_begun_again_after_a_killed_removal_stays(store: Store) -> None:
    prefix = place("dataset", "tiny", "000000000001")
    store.write(f"work/prune/{prefix}", b"")
    store.write("work/000000000001/receipts/train-00000.json", b"{}")
    store.write(f"{prefix}/shards/train-00000.tar", b"new")

    finish(store)

    assert store.read(f"{prefix}/shards/train-00000.tar") == b"new"


def test_what_is_made_again_after_a_killed_removal_stays(store: Store) -> None:
    Run(store, 1)
    Run(store, 2)
    artifact = next(found for found in surplus(store, 1).going if found.manifest.kind == "dataset")
    store.write(f"work/prune/{artifact.manifest.prefix}", b"")

    finish(store)

    assert artifact.read("bytes") == b"x" * 10
    assert store.list("work") == []
