"""Whose classes become which: the files' own, the domain's, or as a YAML file says."""

from pathlib import Path

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Dataset
from maskline.strokes.sketch import Part, Thing, of_sample
from tests.strokes.exchange.conftest import Import, Theirs


def things(artifact: Artifact) -> list[tuple[Thing, ...]]:
    dataset = Dataset(artifact)
    table = artifact.manifest.categories
    return [of_sample(one, table).things for shard in dataset.shards("val") for one in dataset.samples(shard)]


def crowd(name: str, *strokes: int) -> Part:
    return Part(name, strokes, crowd=True)


def test_own_classes_are_objects_by_name_each_followed_by_its_parts(theirs: Theirs, imported: Import) -> None:
    theirs.write("val/zebra/a.json", "tail", "head")
    theirs.write("val/ant hill/a.json", "top, or so", shift=1)

    table = imported(table=None, domain="beasts", categories="own").manifest.categories

    names = ("ant hill", "ant hill/top, or so", "zebra", "zebra/head", "zebra/tail")
    assert [(one.id, one.name) for one in table.categories] == list(enumerate(names, 1))
    assert len({one.colour for one in table.categories}) == 5
    assert table.domain == "beasts"


def test_a_mapping_renames_objects_and_parts_of_one_or_of_all(theirs: Theirs, imported: Import, tmp_path: Path) -> None:
    theirs.write("val/auto/a.json", "tyre", "hub", "paint", "spoke")
    theirs.write("val/sun/a.json", "spoke", "ray", shift=1)
    mapping = tmp_path / "map.yaml"
    lines = ("auto: car", "tyre: wheel", "auto/hub: car/wheel", "paint: ignore", "spoke: ray", "auto/spoke: body")
    mapping.write_text("\n".join((*lines, "prow: ray")))

    dataset = imported(categories=str(mapping))

    assert things(dataset) == [
        (Thing("car", (0, 1, 2, 3), (crowd("wheel", 0, 1), crowd("body", 3))),),
        (Thing("sun", (0, 1), (crowd("ray", 0, 1),)),),
    ]
    assert dataset.manifest.figures["remarks"]["listed"] == [f"{mapping} maps prow, which the files do not have"]
    assert dataset.manifest.config["mapping"]["auto/tyre"] == "car/wheel"


def test_strokes_of_an_ignored_object_belong_to_none_and_a_sketch_of_nothing_else_is_left_out(
    theirs: Theirs, imported: Import, tmp_path: Path
) -> None:
    path = '<path d="M0,0 1,1"/>'
    theirs.text("val/two.svg", f'<svg><g class="car"><g class="wheel">{path}</g></g><g class="moon">{path}</g></svg>')
    theirs.write("val/moon/a.json", "crater")
    (tmp_path / "map.yaml").write_text("moon: ignore\n")

    dataset = imported(categories=str(tmp_path / "map.yaml"))

    assert things(dataset) == [(Thing("car", (0,), (crowd("wheel", 0),)),)]
    assert dataset.manifest.figures["remarks"]["listed"] == [
        "1 sketches have no object, or only ignored ones, and are left out"
    ]


def test_a_part_stays_with_its_object(theirs: Theirs, imported: Import, tmp_path: Path) -> None:
    theirs.write("val/car/a.json", "ray")
    (tmp_path / "map.yaml").write_text("ray: sun/ray\n")

    with pytest.raises(
        InvalidInput, match="car/ray becomes sun/ray, but car becomes car: a part stays with its object"
    ):
        imported(categories=str(tmp_path / "map.yaml"))
