"""Kaggle's Sartorius cell segmentation, and tables of other contests."""

from pathlib import Path

import numpy as np
import pytest
from handmade import found, grey, remarks, samples, take, write

from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore

SHAPE = (3, 5)
HEADER = "id,annotation,width,height,cell_type,plate_time,sample_id\n"
TABLE = HEADER + (
    "a,1 2 6 1,5,3,shsy5y,11h30m,one\n"  # the top left pixel, the one to its right and the one below
    "a,15 1,5,3,shsy5y,11h30m,one\n"
    "b,4 1,5,3,astro,11h30m,two\n"
    "b,,5,3,astro,11h30m,two\n"
)
PICTURES = {"train/a.png": grey(SHAPE), "train/b.png": grey(SHAPE, 3)}
CORNER = np.array([[1, 1, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]], bool)


def contest(place: Path, table: str, pictures: dict[str, bytes] = PICTURES) -> Path:
    return write(place, pictures | {"train.csv": table.encode()})


def test_a_row_is_an_instance_and_runs_go_along_rows(tmp_path: Path, directory_store: DirectoryStore) -> None:
    dataset = take(directory_store, contest(tmp_path, TABLE), split="")
    pictures = found(dataset)
    assert [name for name, _ in pictures["train/a.png"]] == ["shsy5y", "shsy5y"]
    assert (pictures["train/a.png"][0][1] == CORNER).all()
    assert [name for name, _ in pictures["train/b.png"]] == ["astro"]
    assert [sample.image["group"] for sample in samples(dataset)] == ["one", "two"]
    assert remarks(dataset)[0].endswith("train.csv: 1 rows have no run lengths, the first in line 5")


def test_runs_go_down_columns_where_that_is_asked_for(tmp_path: Path, directory_store: DirectoryStore) -> None:
    table = HEADER + "a,1 2 4 1,5,3,astro,11h30m,one\n"
    dataset = take(directory_store, contest(tmp_path, table), rle_order="columns")
    assert (found(dataset)["train/a.png"][0][1] == CORNER).all()


def test_tables_of_other_contests_tell_neither_sizes_nor_classes(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    table = "ImageId,EncodedPixels\na.png,1 2 4 1\n"
    dataset = take(directory_store, contest(tmp_path, table), rle_order="columns", category="nucleus")
    ((name, mask),) = found(dataset)["train/a.png"]
    assert name == "nucleus"
    assert (mask == CORNER).all()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, directory_store: DirectoryStore) -> None:
    table = TABLE + (
        "a,1 2 2 2,5,3,shsy5y,,one\n"
        "a,1 2 3,5,3,shsy5y,,one\n"
        "a,15 2,5,3,shsy5y,,one\n"
        "gone,1 1,5,3,shsy5y,,one\n"
        "sizes,1 1,5,3,shsy5y,,one\n"
        "sizes,1 1,6,3,shsy5y,,one\n"
        "huge,1 1,999999999999999999999,3,shsy5y,,one\n"
        "flat,1 1,0,3,shsy5y,,one\n"
        "b,1 1,5,3,,,two\n"
        "twice,1 1,5,3,astro,,one\n"
    )
    more = {f"train/{name}.png": grey(SHAPE) for name in ("sizes", "huge", "flat")}
    more |= {f"{folder}/twice.png": grey(SHAPE) for folder in ("one", "two")}
    with pytest.raises(InvalidInput) as raised:
        take(directory_store, contest(tmp_path, table, PICTURES | more))
    told = str(raised.value)
    for words in (
        "9 things are wrong",
        "train.csv: line 6 (a): two of its runs overlap, at 2",
        "train.csv: line 7 (a): its run lengths are 3 numbers",
        "train.csv: line 8 (a): a run ends at 16, beyond the 5 x 3 = 15 pixels",
        "train.csv: gone: there is no picture of it",
        "train.csv: line 14 (b): its cell_type is empty",
        "train.csv: twice: 2 pictures are called so: one/twice.png, two/twice.png",
        "train.csv: sizes: its rows tell several sizes: 5 x 3, 6 x 3",
        "train.csv: huge: the picture has 999999999999999999999 x 3 = ",
        "train.csv: flat: the picture has 0 x 3 px: both must be more than 0",
    ):
        assert words in told


def test_of_two_pictures_of_a_name_the_one_in_the_folder_of_the_table_counts(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    source = contest(tmp_path, TABLE, PICTURES | {"another/a.png": grey((9, 9)), "test/a.png": grey((9, 9))})
    assert set(found(take(directory_store, source))) == {"train/a.png", "train/b.png"}


def test_sizes_may_be_written_as_fractions_and_cells_with_spaces(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    table = HEADER + "a,1 2 6 1,5.0,3.0,astro ,,one\na, 15 1,5,3, astro,,one\n"
    dataset = take(directory_store, contest(tmp_path, table))
    assert [name for name, _ in found(dataset)["train/a.png"]] == ["astro", "astro"]


def test_what_is_odd_is_remarked(tmp_path: Path, directory_store: DirectoryStore) -> None:
    table = HEADER + "a,1 1,5,3,cort,,one\na,15 1,5,3,astro,,one\n"
    pictures = {"train/a.png": grey(SHAPE), "train_semi_supervised/x.png": grey(SHAPE, 2)}
    told = "\n".join(remarks(take(directory_store, contest(tmp_path, table, pictures))))
    assert "train.csv: 1 pictures hold several cell types, first a" in told
    assert "1 pictures in train_semi_supervised are in no table, so they have no labels, and are left out" in told


def test_a_table_and_its_pictures_may_be_named_alone(tmp_path: Path, directory_store: DirectoryStore) -> None:
    source = contest(tmp_path, TABLE)
    dataset = take(directory_store, source / "train.csv", images=str(source / "train"))
    assert set(found(dataset)) == {"a.png", "b.png"}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (HEADER, r"train\.csv: it has no rows"),
        (HEADER + "a,1 1,5\n", r"train\.csv: line 2 has not 7 cells"),
    ],
)
def test_a_table_that_is_none_is_named(table: str, told: str, tmp_path: Path, directory_store: DirectoryStore) -> None:
    with pytest.raises(InvalidInput, match=told):
        take(directory_store, contest(tmp_path, table))
