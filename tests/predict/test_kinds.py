"""The stage and records that are no pictures: numbers, of which the largest are found."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.artifact import Artifact, Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.config import parse, parse_json
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.kind.prediction import Found, Prediction, PredictionConfig, Predictor, Unreadable
from maskline.contract.shard import Sample, pack, shard_name
from maskline.contract.stage.form import Form
from maskline.contract.store.directory import DirectoryStore
from maskline.predict import direct, form
from maskline.predict.plan import Plan, plan_dataset, plan_pictures
from maskline.predict.stage import run

TABLE = CategoryTable(domain="numbers", policy="1", categories=(Category(id=1, name="peak", colour="#102030"),))


class NumbersConfig(PredictionConfig):
    """One field more than every kind has."""

    lowest: int = 0


class Largest(Predictor):
    """Finds the place of the largest number."""

    def of_samples(self, samples: Iterable[Sample]) -> Iterator[Found | Unreadable]:
        for sample in samples:
            numbers = parse_json(sample.members["txt"].decode())
            if not numbers:
                yield Unreadable(sample.image["file_name"], "there are no numbers")
                continue
            at = numbers.index(max(numbers))
            yield Found(sample.image, [{"category_id": 1, "score": 1.0, "span": [at, at]}], files={"a.txt": b"x"})


class Numbers(Prediction):
    """As small as a kind can be."""

    modules = ("maskline.contract.kind",)
    libraries = ()
    prediction_config = NumbersConfig

    def predictor(self, checkpoint: Artifact, config: PredictionConfig) -> Predictor:
        assert isinstance(config, NumbersConfig)
        assert checkpoint.manifest.of == "numbers/1"
        return Largest()


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "maskline.contract.kind.prediction.load_kind", lambda _, record: {"numbers/1": Numbers()}[record]
    )


def sealed(store: DirectoryStore, kind: Any, record: str, contents: dict[str, bytes]) -> Artifact:
    prefix = place(kind, "tiny", "0" * 12)
    files = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
    empty: dict[str, Any] = {"config": {}, "inputs": {}, "figures": {}, "stage": "test", "id": "0" * 12}
    return seal(store, Manifest(kind=kind, record=record, name="tiny", categories=TABLE, files=files, **empty))


def dataset(store: DirectoryStore, *records: str, record: str = "numbers/1") -> Artifact:
    samples = [
        Sample(str(number), {"txt": text.encode()}, {"id": number, "file_name": f"{number}.txt", "group": "g"}, [])
        for number, text in enumerate(records, 1)
    ]
    name = shard_name("val", 0)
    document, tar = pack(samples, TABLE)
    return sealed(store, "dataset", record, {f"{name}.json": document, f"{name}.tar": tar})


@pytest.fixture
def checkpoint(directory_store: DirectoryStore) -> Artifact:
    """A checkpoint that is about numbers."""
    return sealed(directory_store, "checkpoint", "numbers/1", {})


def test_records_of_any_kind_are_predicted_and_sealed_as_what_they_are(
    checkpoint: Artifact, directory_store: DirectoryStore
) -> None:
    numbers = dataset(directory_store, "[3, 9, 1]", "[5]")
    planned = plan_dataset(NumbersConfig(lowest=3), checkpoint.uri, numbers.uri)
    plan = parse(Plan, parse_json(planned.model_dump_json()), "plan")
    assert plan == planned
    predictions = run(plan, directory_store)
    assert predictions.manifest.record == "numbers/1"
    assert predictions.manifest.config["lowest"] == 3
    assert [result["span"] for result in parse_json(predictions.read("shards/00000.json").decode())] == [[1, 1], [0, 0]]
    assert predictions.read("a.txt") == b"x"


def test_a_datasets_record_that_cannot_be_read_is_damage(checkpoint: Artifact, directory_store: DirectoryStore) -> None:
    numbers = dataset(directory_store, "[3]", "[]")
    with pytest.raises(Corrupt, match=rf"2\.txt of {numbers.uri}: there are no numbers"):
        run(plan_dataset(NumbersConfig(), checkpoint.uri, numbers.uri), directory_store)


def test_a_checkpoint_about_other_records_than_the_dataset_holds_is_refused_naming_both(
    checkpoint: Artifact, directory_store: DirectoryStore
) -> None:
    pictures = dataset(directory_store, "[3]", record="coco/1")
    told = rf"{checkpoint.uri} predicts records of kind 'numbers/1', but {pictures.uri} holds 'coco/1'"
    with pytest.raises(InvalidInput, match=told):
        plan_dataset(NumbersConfig(), checkpoint.uri, pictures.uri)


def test_a_kind_that_knows_datasets_only_says_so(
    checkpoint: Artifact, directory_store: DirectoryStore, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="images = 'here': records of this kind are predicted from datasets only"):
        plan_pictures(NumbersConfig(), checkpoint.uri, "here", directory_store)
    with pytest.raises(InvalidInput, match=r"1\.txt: records of this kind are predicted from datasets only"):
        direct.find(open_sealed(checkpoint.uri, "checkpoint"), [Path("1.txt")], tmp_path)


def test_the_kind_knows_the_options_of_a_form_and_without_one_nobody_does() -> None:
    options = {"predict": {"lowest": 3, "split": "test"}}
    assert form.check(Form({}, options, record="numbers/1")).split == "test"
    assert form.check(Form({}, {"predict": {"peak": 3}})).split == ""
    with pytest.raises(InvalidInput, match="overrides: predict: unknown field 'peak'"):
        form.check(Form({}, {"predict": {"peak": 3}}, record="numbers/1"))
