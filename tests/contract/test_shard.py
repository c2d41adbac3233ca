"""A shard gives back its samples, is the same bytes every time, and is what other COCO tools expect."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools.coco import COCO

from maskline.contract.categories import CategoryTable
from maskline.contract.errors import Corrupt
from maskline.contract.shard import Sample, annotation_id, image_id, pack, shard_name, unpack


def sample(index: int, data: bytes, extensions: tuple[str, ...] = ("png",)) -> Sample:
    """A sample of one 4 x 3 picture with two instances."""
    annotations = [
        {
            "id": annotation_id(index, number),
            "image_id": image_id(index),
            "category_id": 1 + number,
            "bbox": [0, 0, 4, 3],
            "area": 12,
            "iscrowd": 0,
            "segmentation": {"size": [3, 4], "counts": "0<"},
        }
        for number in range(2)
    ]
    image = {"id": image_id(index), "file_name": f"{index:08d}.png", "width": 4, "height": 3, "group": "ü"}
    return Sample(f"{index:08d}", dict.fromkeys(extensions, data), image, annotations)


SAMPLES = st.lists(st.binary(max_size=600), max_size=5).map(
    lambda all_: [sample(i, data) for i, data in enumerate(all_)]
)


@given(SAMPLES)
def test_unpack_undoes_pack(samples: list[Sample]) -> None:
    table = CategoryTable.model_validate(
        {"domain": "t", "policy": "p", "categories": [{"id": 1, "name": "a", "colour": "#000000"}]}
    )
    assert list(unpack(*pack(samples, table))) == samples


def test_equal_samples_give_equal_bytes(table: CategoryTable) -> None:
    forward = Sample("0", {"a": b"1", "b": b"2"}, sample(0, b"").image, [])
    backward = Sample("0", {"b": b"2", "a": b"1"}, sample(0, b"").image, [])
    assert pack([forward], table) == pack([backward], table)


def test_tar_headers_carry_no_time_and_no_user(table: CategoryTable) -> None:
    with tarfile.open(fileobj=io.BytesIO(pack([sample(0, b"x")], table)[1])) as archive:
        header = archive.getmembers()[0]
    assert (header.mtime, header.uid, header.gid, header.uname, header.gname) == (0, 0, 0, "", "")


def test_pycocotools_opens_the_document(table: CategoryTable, tmp_path: Path) -> None:
    file = tmp_path / "shard.json"
    file.write_bytes(pack([sample(0, b"x"), sample(7, b"y")], table)[0])
    coco = COCO(file)
    assert sorted(coco.getImgIds()) == [1, 8]
    assert sorted(coco.getAnnIds()) == [10001, 10002, 80001, 80002]
    assert coco.annToMask(coco.loadAnns(10001)[0]).sum() == 12


def test_a_picture_missing_from_the_tar_is_named(table: CategoryTable) -> None:
    document, _ = pack([sample(0, b"x"), sample(1, b"y")], table)
    _, archive = pack([sample(0, b"x")], table)
    with pytest.raises(Corrupt, match=r"picture 00000001\.png is in the shard's document, but not in its tar"):
        list(unpack(document, archive))


def test_a_broken_tar_is_an_error(table: CategoryTable) -> None:
    document, archive = pack([sample(0, b"x" * 2000)], table)
    with pytest.raises(Corrupt, match="tar cannot be read"):
        list(unpack(document, archive[:700]))


def test_ids_stay_apart() -> None:
    assert annotation_id(0, 9998) < annotation_id(1, 0)
    with pytest.raises(ValueError, match="instance 9999"):
        annotation_id(0, 9999)


def test_names_sort_by_number() -> None:
    assert shard_name("train", 12) == "shards/train-00012"


def test_documents_are_plain_json(table: CategoryTable) -> None:
    assert json.loads(pack([], table)[0])["categories"] == table.coco()
