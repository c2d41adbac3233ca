"""Importing: what comes in, in which forms, and what it becomes."""

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from maskline.contract.artifact import Artifact
from maskline.contract.categories import Category
from maskline.contract.coco import rle
from maskline.contract.coco.average_precision import average_precision
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.kind.exchange import ImportConfig
from maskline.contract.picture import decode
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import run

if TYPE_CHECKING:
    from tests.pictures.exchange.conftest import Theirs


def samples(artifact: Artifact, split: str = "val") -> list[Sample]:
    dataset = Dataset(artifact)
    return [sample for shard in dataset.shards(split) for sample in dataset.samples(shard)]


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder), "zip", folder.parent, folder.name))


def test_pictures_labels_and_extra_fields_come_in_as_they_are(
    theirs: "Theirs", directory_store: DirectoryStore
) -> None:
    first, second = samples(theirs.imported(directory_store))
    assert first.image == {"id": 1, "file_name": "a.png", "width": 60, "height": 40, "group": "a.png"}
    assert second.image["group"] == "second"
    assert second.image["note"] == "kept"
    assert [sample.members["png"] for sample in (first, second)] == list(theirs.pictures.values())
    assert [one["id"] for one in first.annotations + second.annotations] == [10001, 10002, 20001]
    ids = {"id": 20001, "image_id": 2}
    assert second.annotations == [theirs.coco["annotations"][1] | ids]


def test_figures_and_preview_are_those_of_a_drawn_dataset(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    artifact = theirs.imported(directory_store)
    assert artifact.manifest.figures["splits"] == {
        "val": {"samples": 2, "crowds": 0, "instances": {"square": 1, "ring": 2}}
    }
    assert decode(artifact.read("preview.png"), 10**7).ndim == 3
    assert not directory_store.list("work")


def test_polygons_and_both_kinds_of_runs_are_the_same_mask(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    """A square of 10 px at (5, 5) of 60 x 40, written in COCO's three ways."""
    runs = [5 * 40 + 5, *[10, 30] * 9, 10, 2400 - 5 * 40 - 5 - 40 * 9 - 10]
    square = theirs.coco["annotations"][0]
    polygon = [[5, 5, 15, 5, 15, 15, 5, 15]]
    theirs.coco["annotations"] = [
        square | {"id": key, "segmentation": form}
        for key, form in enumerate([polygon, {"size": [40, 60], "counts": runs}, square["segmentation"]])
    ]
    found = samples(theirs.imported(directory_store))[0].annotations
    assert [one["segmentation"] for one in found] == [square["segmentation"]] * 3
    assert found[0]["bbox"] == [5, 5, 10, 10]


@pytest.mark.parametrize(
    ("name", "images"),
    [
        ("instances.json", "images"),
        ("annotations/instances_val2017.json", "val2017"),
        ("annotations/instances_val.json", "images/val"),
        ("labels.json", "data"),
        ("_annotations.coco.json", "."),
    ],
)
@pytest.mark.parametrize("kind", ["folder", "uri", "zip", "json"])
def test_the_layouts_that_people_have_all_give_the_same_dataset(
    theirs: "Theirs", directory_store: DirectoryStore, name: str, images: str, kind: str
) -> None:
    known = theirs.imported(directory_store)
    shutil.rmtree(theirs.folder)
    folder = theirs.write(name, images)
    source = {"folder": folder, "zip": zipped(folder), "json": folder / name}.get(kind, f"file://{folder}")
    assert theirs.imported(directory_store, source).uri == known.uri  # type: ignore[arg-type]


def test_pictures_may_lie_elsewhere(theirs: "Theirs", directory_store: DirectoryStore, tmp_path: Path) -> None:
    known = theirs.imported(directory_store)
    moved = shutil.move(theirs.folder / "images", tmp_path / "elsewhere")
    document = theirs.folder / "instances.json"
    assert theirs.imported(directory_store, document, images=str(moved)).uri == known.uri


def test_a_prefix_on_a_server_is_a_source(theirs: "Theirs", s3_store: Any) -> None:
    folder = theirs.write()
    for path in folder.rglob("*"):
        if path.is_file():
            s3_store.write(f"theirs/{path.relative_to(folder).as_posix()}", path.read_bytes())
    assert len(samples(theirs.imported(s3_store, f"{s3_store.uri}/theirs"))) == 2  # type: ignore[arg-type]


def test_names_say_the_splits_unless_one_is_given(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    theirs.write("annotations/instances_val2017.json")
    theirs.coco["images"].pop()
    theirs.coco["annotations"].pop(1)
    folder = theirs.write("annotations/instances_train.json")
    (folder / "annotations/captions_val2017.json").write_text("{}")
    found = theirs.imported(directory_store, folder, split="")
    assert {name: len(samples(found, name)) for name in Dataset(found).splits} == {"train": 1, "val": 2}
    with pytest.raises(InvalidInput, match=r"labels\.json: its name is not instances_<split>\.json, so --split"):
        theirs.imported(directory_store, theirs.write("labels.json") / "labels.json", split="")


@pytest.mark.parametrize(
    ("stem", "split"),
    [
        ("Train", "train"),
        ("VAL2017", "val"),
        ("valid", "val"),
        ("fold1", "fold1"),
        ("fold12019", "fold1"),
        ("test-dev2017", "test-dev"),
    ],
)
def test_only_a_year_is_no_part_of_the_split(
    theirs: "Theirs", directory_store: DirectoryStore, stem: str, split: str
) -> None:
    folder = theirs.write(f"annotations/instances_{stem}.json")
    assert Dataset(theirs.imported(directory_store, folder, split="")).splits == [split]


def test_several_sources_keep_apart_what_they_call_the_same(
    theirs: "Theirs", directory_store: DirectoryStore, tmp_path: Path
) -> None:
    first = theirs.write()
    second = Path(shutil.copytree(first, tmp_path / "second"))
    found = samples(theirs.imported(directory_store, first, zipped(second)))
    assert [sample.image["id"] for sample in found] == [1, 2, 3, 4]
    assert [sample.image["file_name"] for sample in found] == ["a.png", "b.png", "a-000002.png", "b-000003.png"]
    assert [sample.image["group"] for sample in found] == ["a.png", "second", "a-000002.png", "second"]
    assert len({one["id"] for sample in found for one in sample.annotations}) == 6
    assert [len(sample.annotations) for sample in found] == [2, 1, 2, 1]


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "L"), ("JPEG", "RGB"), ("TIFF", "RGB"), ("BMP", "L")])
def test_other_formats_become_png_and_grey_stays_grey(
    theirs: "Theirs", directory_store: DirectoryStore, form: str, mode: str
) -> None:
    drawn = Image.fromarray(np.arange(2400, dtype=np.uint8).reshape(40, 60)).convert(mode)
    buffer = io.BytesIO()
    drawn.save(buffer, form)
    theirs.pictures = {"a.jpg": buffer.getvalue(), "b.png": theirs.pictures["b.png"]}
    theirs.coco["images"][0]["file_name"] = "a.jpg"
    first = samples(theirs.imported(directory_store))[0]
    assert first.image["file_name"] == "a.png"
    assert first.image["group"] == "a.jpg"
    stored = Image.open(io.BytesIO(first.members["png"]))
    assert (stored.format, stored.mode) == ("PNG", mode)
    assert np.array_equal(np.asarray(stored), np.asarray(Image.open(io.BytesIO(buffer.getvalue()))))


def test_a_name_too_long_for_a_tar_is_kept_as_the_group(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    long = f"{'x' * 120}.png"
    theirs.coco["images"][0]["file_name"] = long
    theirs.pictures[long] = theirs.pictures.pop("a.png")
    first = samples(theirs.imported(directory_store))[0]
    assert first.image["group"] == long
    assert first.stem == "000000-imported"


def test_names_map_to_the_tables_as_a_file_says(
    theirs: "Theirs", directory_store: DirectoryStore, tmp_path: Path
) -> None:
    theirs.coco["categories"] = [{"id": 1, "name": "box"}, {"id": 2, "name": "ring"}, {"id": 5, "name": "unused"}]
    with pytest.raises(InvalidInput, match=r"no category of shapes \(square, ring\) is called box: .*'box: ignore'"):
        theirs.imported(directory_store)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("box: square\n")
    first = samples(theirs.imported(directory_store, categories=str(mapping)))[0]
    assert [one["category_id"] for one in first.annotations] == [1, 2]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bax: ring", "maps bax, but the documents have only square, ring"),
        ("square: circle", "maps to circle, but shapes has only square, ring, ignore"),
        ("- square", "must be lines of 'their name: our name' or 'their name: ignore'"),
        ("square: [", "cannot be read as YAML"),
    ],
)
def test_a_mapping_that_fits_nothing_is_told_of(
    theirs: "Theirs", directory_store: DirectoryStore, tmp_path: Path, text: str, told: str
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(text)
    with pytest.raises(InvalidInput, match=told):
        theirs.imported(directory_store, categories=str(mapping))


def test_what_is_ignored_counts_neither_as_right_nor_as_wrong(
    theirs: "Theirs", directory_store: DirectoryStore, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("square: ignore\n")
    artifact = theirs.imported(directory_store, categories=str(mapping))
    assert artifact.manifest.figures["splits"]["val"] == {
        "samples": 2, "crowds": 2, "instances": {"square": 0, "ring": 2}
    }  # fmt: skip
    truth = Dataset(artifact).truth("val")
    crowds = [one for one in truth["annotations"] if one["iscrowd"]]
    assert [(one["category_id"], one["ignored"]) for one in crowds] == [(1, "square"), (2, "square")]
    rings = [one | {"score": 0.5} for one in truth["annotations"] if not one["iscrowd"]]
    on_it = [{"image_id": 1, "category_id": 2, "score": 0.9, "segmentation": crowds[0]["segmentation"]}]
    beside = [on_it[0] | {"segmentation": rle.encode(np.eye(40, 60, dtype=bool))}]
    assert average_precision(truth, rings + on_it, "segm", 100).ap == pytest.approx(1)
    assert average_precision(truth, rings + beside, "segm", 100).ap == pytest.approx(2 / 3)


def test_their_own_categories_become_a_table(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    theirs.coco["categories"] = [{"id": 2, "name": "ring"}, {"id": 1, "name": "square"}]
    artifact = theirs.imported(directory_store, categories="own", domain="cells", table=None)
    table = artifact.manifest.categories
    assert (table.domain, table.policy, table.names) == ("cells", "imported", ("ring", "square"))
    assert [one["category_id"] for one in samples(artifact)[0].annotations] == [2, 1]
    assert all(isinstance(category, Category) for category in table.categories)


def test_of_their_own_categories_one_called_ignore_is_ignored(
    theirs: "Theirs", directory_store: DirectoryStore
) -> None:
    theirs.coco["categories"] = [{"id": 1, "name": "cell"}, {"id": 2, "name": "ignore"}]
    artifact = theirs.imported(directory_store, categories="own", domain="cells", table=None)
    assert artifact.manifest.categories.names == ("cell",)
    assert [one["iscrowd"] for one in samples(artifact)[0].annotations] == [0, 1]


def test_the_domains_table_is_the_default(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    theirs.coco["categories"] = [{"id": 1, "name": "ATOM"}, {"id": 2, "name": "SINGLE-NONE"}]
    config = ImportConfig(sources=(str(theirs.write()),), name="theirs", split="val")
    artifact = run(config, directory_store)
    assert artifact.manifest.categories.domain == "molecules"
    assert [one["category_id"] for one in samples(artifact)[0].annotations] == [3, 1]


def test_imported_again_it_is_found_and_what_is_changed_is_another(
    theirs: "Theirs", directory_store: DirectoryStore
) -> None:
    known = theirs.imported(directory_store)
    before = directory_store.list("")
    assert theirs.imported(directory_store).uri == known.uri
    assert directory_store.list("") == before
    theirs.coco["annotations"][1]["keypoints"] = [2.5, 2.5]
    assert theirs.imported(directory_store).uri != known.uri


@pytest.mark.parametrize("source", ["gone", "gone.json", "gone.zip", "s"])
def test_a_source_that_is_not_there_is_named(
    theirs: "Theirs", directory_store: DirectoryStore, tmp_path: Path, source: str
) -> None:
    (tmp_path / "s").mkdir()
    with pytest.raises(NotFound, match=source):
        theirs.imported(directory_store, tmp_path / source)


def test_json_of_another_kind_is_named(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    document = theirs.write() / "instances.json"
    for text, told in (("{", "is no JSON document"), ("[]", "is no COCO document"), ('{"images": 3}', "'images' must")):
        document.write_text(text)
        with pytest.raises(InvalidInput, match=told):
            theirs.imported(directory_store, document)


def test_a_damaged_zip_is_named(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    path = zipped(theirs.write())
    data = bytearray(path.read_bytes())
    for name in (b"images/a.png", b"images/b.png"):  # behind the name in its header, the packed bytes
        start = data.index(name) + len(name)
        data[start : start + 20] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=r"images/a\.png in .*\.zip cannot be read: "):
        theirs.imported(directory_store, path)


def test_zip_of_rubbish_is_named(theirs: "Theirs", directory_store: DirectoryStore, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"rubbish")
    with pytest.raises(InvalidInput, match=r"x\.zip is no zip that can be read"):
        theirs.imported(directory_store, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("instances.json", json.dumps(theirs.coco))
    with pytest.raises(InvalidInput, match="there is no such file in"):
        theirs.imported(directory_store, tmp_path / "y.zip")
