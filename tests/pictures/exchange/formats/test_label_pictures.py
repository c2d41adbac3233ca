"""Label pictures: every number but 0 is one instance."""

import io
from pathlib import Path

import numpy as np
import pytest
from handmade import found, grey, grid, png, remarks, samples, take, tiff, write
from PIL import Image

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore

# 3 is in two pieces, and ids are not consecutive.
LABELS = grid("03300 03050 70030")
MASKS = [LABELS == 3, LABELS == 5, LABELS == 7]
SHAPE = (3, 5)
ONE = CategoryTable(domain="dots", policy="plain", categories=(Category(id=4, name="dot", colour="#ff0000"),))
TWO = CategoryTable(
    domain="dots", policy="two", categories=(*ONE.categories, Category(id=5, name="ring", colour="#00ff00"))
)


@pytest.mark.parametrize(
    "files",
    [
        {"images/a.png": grey(SHAPE), "masks/a.png": png(LABELS)},
        {"images/x/a.png": grey(SHAPE), "labels/x/a_masks.tif": tiff(LABELS)},
        {"a_img.png": grey(SHAPE), "a_masks.png": png(LABELS)},
        {"a.jpg": grey(SHAPE), "a_labels.tif": tiff(LABELS)},
        {"cell/phase.png": grey(SHAPE), "cell/raw.png": grey(SHAPE, 7), "cell/instances_ids.png": png(LABELS)},
        {"cell/any.png": grey(SHAPE), "cell/labels.png": png(LABELS)},
        {"instances_ids.png": png(LABELS), "raw.tif": tiff(np.full(SHAPE, 9, np.uint8))},
    ],
)
def test_each_number_is_one_instance_wherever_the_label_picture_lies(
    files: dict[str, bytes], tmp_path: Path, directory_store: DirectoryStore
) -> None:
    ((_, instances),) = found(take(directory_store, write(tmp_path, files))).items()
    assert [name for name, _ in instances] == ["instance"] * 3
    assert all((mask == truth).all() for (_, mask), truth in zip(instances, MASKS, strict=True))


@pytest.mark.parametrize(
    "kind", ["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "float16", "float32", "float64"]
)
@pytest.mark.parametrize("compression", [None, "zlib", "lzw", "zstd", "lerc"])
def test_numbers_of_every_depth_and_way_to_store_are_read(
    kind: str, compression: str | None, tmp_path: Path, directory_store: DirectoryStore
) -> None:
    if compression == "lerc" and (kind.endswith("64") or kind == "float16"):
        kind = "uint16"  # LERC itself knows no such numbers
    labels = np.where(LABELS == 7, 100, LABELS).astype(kind)
    files = {"images/a.png": grey(SHAPE), "masks/a.tif": tiff(labels, compression=compression)}
    ((_, instances),) = found(take(directory_store, write(tmp_path, files))).items()
    assert sorted(mask.sum() for _, mask in instances) == [1, 1, 4]


def test_numbers_of_16_bits_in_a_png_and_colours_of_a_palette_are_read(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    large = np.where(LABELS == 7, 60_000, LABELS).astype(np.uint16)
    files = {"images/a.png": grey(SHAPE), "masks/a.png": png(large)}
    ((_, instances),) = found(take(directory_store, write(tmp_path, files))).items()
    assert (instances[2][1] == MASKS[2]).all()
    coloured = Image.fromarray(LABELS)
    coloured.putpalette(range(30))
    buffer = io.BytesIO()
    coloured.save(buffer, "PNG")
    ((_, instances),) = found(take(directory_store, write(tmp_path, {"masks/a.png": buffer.getvalue()}))).items()
    assert (instances[2][1] == MASKS[2]).all()


def test_a_class_is_the_tables_only_one_or_the_one_that_is_named(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    source = write(tmp_path, {"images/a.png": grey(SHAPE), "masks/a.png": png(LABELS)})
    assert [name for name, _ in found(take(directory_store, source, table=ONE, categories=""))["images/a.png"]] == [
        "dot"
    ] * 3
    with pytest.raises(InvalidInput, match=r"dots has 2 categories: --set category=NAME must, one of dot, ring; or"):
        take(directory_store, source, table=TWO, categories="")
    named = take(directory_store, source, table=TWO, categories="", category="ring")
    assert {name for name, _ in found(named)["images/a.png"]} == {"ring"}


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, directory_store: DirectoryStore) -> None:
    colours = np.zeros((3, 5, 3), np.uint8)
    colours[0, 0] = 9, 0, 0
    wrong = {
        "negative": tiff(LABELS.astype(np.int16) - 1),
        "half": tiff(LABELS / np.float32(2)),
        "nan": tiff(np.where(LABELS == 3, np.nan, LABELS).astype(np.float32)),
        "colours": png(colours),
        "smaller": png(LABELS[:2]),
        "stack": tiff(np.stack([LABELS, LABELS]), photometric="minisblack"),
        "damaged": tiff(LABELS)[:60],
        "complex": tiff(LABELS.astype(np.complex64)),
        "noise": tiff(np.arange(10_001, dtype=np.uint16).reshape(73, 137)),
    }
    files = {f"images/{name}.png": grey(SHAPE) for name in wrong} | {f"masks/{name}.tif": wrong[name] for name in wrong}
    files |= {"images/two.png": grey(SHAPE), "images/two.jpg": grey(SHAPE), "masks/two.tif": tiff(LABELS)}
    files |= {"images/twice.png": grey(SHAPE), "masks/twice.tif": tiff(LABELS), "masks/twice.png": png(LABELS)}
    with pytest.raises(InvalidInput) as raised:
        take(directory_store, write(tmp_path, files | {"masks/lonely.png": png(LABELS)}))
    told = str(raised.value)
    for words in (
        "12 things are wrong",
        "masks/negative.tif: it holds -1: 0 is the background",
        "masks/half.tif: it holds 1.5: labels are whole numbers",
        "masks/nan.tif: some of its numbers are NaN",
        "masks/colours.tif: it has colours",
        "(images/smaller.png): the picture has 5 x 3 px",
        "masks/stack.tif: it has 2 pages, and its picture images/stack.png 1",
        "masks/damaged.tif: ",
        "masks/complex.tif: its numbers are of type complex64",
        "masks/noise.tif: it holds 10,000 numbers, more than 9,999: it is no label picture",
        "masks/lonely.png: it labels a picture that is not there",
        "masks/two.tif: more than one picture is called images/two",
        "masks/twice.tif: masks/twice.png labels images/twice.png, too: one of them must go",
    ):
        assert words in told


def test_stacks_are_refused_or_taken_page_by_page(tmp_path: Path, directory_store: DirectoryStore) -> None:
    stack = np.stack([LABELS, LABELS[::-1]])
    files = {"images/a.tif": tiff(stack * 9, imagej=True), "masks/a.tif": tiff(stack, imagej=True)}
    source = write(tmp_path, files)
    with pytest.raises(InvalidInput, match=r"masks/a\.tif: it has 2 pages, as a stack: --set pages=each takes them"):
        take(directory_store, source)
    dataset = take(directory_store, source, pages="each")
    first, second = found(dataset).values()
    assert (second[0][1] == MASKS[0][::-1]).all()
    assert (first[0][1] == MASKS[0]).all()
    assert len({sample.image["group"] for sample in samples(dataset)}) == 1


def test_folders_say_the_splits_and_pictures_without_labels_are_told(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    files = {
        "train/images/a.png": grey(SHAPE),
        "train/masks/a.png": png(LABELS),
        "val/images/b.png": grey(SHAPE, 1),
        "val/masks/b.png": png(LABELS),
        "val/images/c.png": grey(SHAPE, 2),
    }
    dataset = take(directory_store, write(tmp_path, files), split="")
    assert list(dataset.manifest.figures["splits"]) == ["train", "val"]
    assert any("1 pictures have no label picture and are left out: val/images/c.png" in one for one in remarks(dataset))
    with pytest.raises(InvalidInput, match="no folder train, valid or test says which split it is in: --split must"):
        take(directory_store, write(tmp_path / "other", {"a.png": grey(SHAPE), "a_masks.png": png(LABELS)}), split="")


def test_a_share_goes_into_a_split_of_its_own_and_the_same_one_every_time(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    files = {f"images/{number}.png": grey(SHAPE, number) for number in range(10)}
    files |= {f"masks/{number}.png": png(LABELS) for number in range(10)}
    source = write(tmp_path, files)
    dataset = take(directory_store, source, split="val=0.2")
    assert {name: len(found(dataset, name)) for name in ("train", "val")} == {"train": 8, "val": 2}
    assert take(directory_store, source, split="val=0.2").uri == dataset.uri


def test_label_pictures_may_lie_elsewhere_than_pictures(tmp_path: Path, directory_store: DirectoryStore) -> None:
    source = write(tmp_path, {"truth/a_masks.png": png(LABELS), "pictures/a.png": grey(SHAPE)})
    dataset = take(directory_store, source / "truth", images=str(source / "pictures"))
    assert [len(instances) for instances in found(dataset).values()] == [3]


def test_values_of_more_than_8_bits_span_percentiles_that_the_remarks_tell(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    values = np.arange(1000, 1100, dtype=np.uint16).reshape(10, 10)
    values[9, 9] = 60_000  # a hot pixel
    labels = np.eye(10, dtype=np.uint8)
    source = write(tmp_path, {"images/a.tif": tiff(values), "masks/a.png": png(labels)})
    dataset = take(directory_store, source, percentiles=[0, 98])
    told = "1000 to 60000, were scaled: 1000 to 1097.02, their percentiles 0 and 98, became 0 to 255, 2.00% of them"
    assert any(told in remark for remark in remarks(dataset))
    assert dataset.manifest.config["percentiles"] == [0, 98]
    assert take(directory_store, source).uri != dataset.uri


def test_masks_that_tell_no_instances_apart_are_remarked(tmp_path: Path, directory_store: DirectoryStore) -> None:
    semantic = png((LABELS > 0) * np.uint8(255))
    files = {f"images/{name}.png": grey(SHAPE, number) for number, name in enumerate("ab")}
    dataset = take(directory_store, write(tmp_path, files | {f"masks/{name}.png": semantic for name in "ab"}))
    assert [len(instances) for instances in found(dataset).values()] == [1, 1]
    assert any(remark.endswith("all that is labelled in it is one instance") for remark in remarks(dataset))


def test_a_label_picture_in_jpeg_is_refused(tmp_path: Path, directory_store: DirectoryStore) -> None:
    buffer = io.BytesIO()
    Image.fromarray(LABELS).save(buffer, "JPEG")
    source = write(tmp_path, {"images/a.png": grey(SHAPE), "masks/a.jpg": buffer.getvalue()})
    with pytest.raises(InvalidInput, match=r"masks/a\.jpg: it is a JPEG, which keeps no numbers as they were"):
        take(directory_store, source)
