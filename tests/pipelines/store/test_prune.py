"""Prune removes what only former runs needed, and nothing else; killed at any moment, it is finished by the next."""

import pytest

from maskline.contract.artifact import FOLDERS, Artifact, Kind, Manifest, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.champion import Champion, Reign, crown, write_champion
from maskline.contract.runs.record import Record, read_record, write_record
from maskline.contract.store import Store
from maskline.pipelines.store.prune import finish, remove, surplus

TABLE = CategoryTable(domain="shapes", policy="plain", categories=(Category(id=1, name="square", colour="#1f77b4"),))


def make(store: Store, kind: Kind, number: int, **inputs: str) -> str:
    id_ = f"{number:012x}"
    entry = write_file(store, place(kind, "tiny", id_), "bytes", b"x" * 10, attempt="a1")
    manifest = Manifest(
        kind=kind,
        record="",
        name="tiny",
        id=id_,
        stage="any",
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
            mask_ap=0.5,
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

    assert uris(surplus(store, 1)) == oldest.all | old.all - {shared.dataset}
    assert uris(surplus(store, 2)) == oldest.all
    assert surplus(store, 5) == []
    assert surplus(store, 50) == []


def test_the_ancestors_of_a_warm_start_are_not_kept(store: Store) -> None:
    """Otherwise every champion of a schedule, and its dataset, would stay for ever."""
    first = Run(store, 1)
    heir = make(store, "checkpoint", 9, dataset=first.dataset, starting_weights=first.checkpoint)
    Run(store, 2)
    record = read_record(store, "shapes", "run-2")
    assert record
    write_record(store, "shapes", record.model_copy(update={"run": "run-3", "time": "2026-01-03", "checkpoint": heir}))

    assert uris(surplus(store, 1)) == first.all - {first.dataset}


def test_what_no_record_leads_to_stays(store: Store) -> None:
    old = Run(store, 1)
    Run(store, 2)
    make(store, "dataset", 7)
    make(store, "predictions", 8, images="sha256:abc", checkpoint=old.checkpoint)

    assert uris(surplus(store, 1)) == old.all


def test_an_artifact_of_another_store_is_left_alone(store: Store) -> None:
    mine = Run(store, 1, dataset="s3://elsewhere/project/datasets/theirs-00000000000a")
    Run(store, 2)

    assert uris(surplus(store, 1)) == mine.all - {mine.dataset}


def test_a_store_without_runs_has_nothing_to_remove(store: Store) -> None:
    make(store, "dataset", 1)
    assert surplus(store, 1) == []


def test_removing_leaves_no_byte_and_no_mark(store: Store) -> None:
    Run(store, 1)
    last = Run(store, 2)
    for artifact in surplus(store, 1):
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
    artifact = surplus(store, 1)[0]
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
    for again in surplus(store, 1):
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
    artifact = next(found for found in surplus(store, 1) if found.manifest.kind == "dataset")
    store.write(f"work/prune/{artifact.manifest.prefix}", b"")

    finish(store)

    assert artifact.read("bytes") == b"x" * 10
    assert store.list("work") == []
