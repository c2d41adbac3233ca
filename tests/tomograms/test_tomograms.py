"""The domain: presets, classes, samples, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.config import preset_names
from maskline.contract.errors import InvalidInput
from maskline.tomograms.categories import TABLE, table
from maskline.tomograms.complexes.family import PACKAGE, families
from maskline.tomograms.entry import domain
from maskline.tomograms.tomogram import Drawn
from maskline.volumes.bricks.reading import decode_labels

PRESETS = preset_names(PACKAGE)
Draw = Callable[..., list[Drawn]]
SMALL = {"depth": 32, "height": 48, "width": 40}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_draws_complexes_inside_the_mask(preset: str, draw: Draw) -> None:
    for one in draw(preset, 1):
        assert one.values.shape == one.labels.shape == one.mask.shape
        assert [str(each.dtype) for each in (one.values, one.labels, one.mask)] == ["float32", "uint32", "bool"]
        assert max(one.values.shape) <= 128
        assert not one.labels[~one.mask].any()
        assert len(one.complexes) == len(one.categories) == one.labels.max() > 5
        assert np.isfinite(one.values).all()


def test_a_sample_is_the_same_whoever_draws_it_and_whatever_was_drawn_before() -> None:
    options = domain.drawing("lamella", SMALL | {"specimen": {"thickness_a": 250, "occupancy": 0.3}})
    one, other = domain.open(options), domain.open(options)
    forwards = [one.draw(i, "train", np.random.default_rng([5, i])) for i in range(4)]
    backwards = [other.draw(i, "val", np.random.default_rng([5, i])) for i in reversed(range(4))]
    assert forwards == backwards[::-1]
    assert len({sample.members["raw"] for sample in forwards}) == 4
    assert len({sample.image["group"] for sample in forwards}) == 4
    assert json.dumps([(sample.image, sample.annotations) for sample in forwards])


def test_records_say_what_their_labels_are() -> None:
    sample = domain.open(domain.drawing("crowded", SMALL)).draw(3, "train", np.random.default_rng(1))
    labels = decode_labels(sample)
    assert labels is not None
    names = dict(enumerate(table("families").names, 1))
    assert len(sample.annotations) == labels.max() > 5
    for one in sample.annotations:
        places = np.argwhere(labels == one["instance"])
        assert one["area"] == len(places)
        assert one["bbox"] == [*places.min(axis=0), *(np.ptp(places, axis=0) + 1)]
        assert names[one["category_id"]] == one["family"]


def test_complexes_without_room_are_told() -> None:
    renderer = domain.open(domain.drawing("crowded", SMALL | {"specimen": {"occupancy": 0.5}}))
    sample = renderer.draw(2, "train", np.random.default_rng(0))
    told = renderer.left_out()["occupancy"]
    assert len(set(told)) == len(told) == sample.image["left_out"] > 0
    assert renderer.left_out() == {"occupancy": []}


def test_noise_and_crowding_are_what_the_options_say_and_nothing_else_changes(draw: Draw) -> None:
    loud, calm = (draw("demo", 1, **SMALL, imaging={"snr": snr})[0] for snr in (0.1, 10))
    assert (loud.labels == calm.labels).all()
    assert loud.exposure.snr == 0.1
    inside = calm.labels > 0
    assert abs(calm.values[inside].mean()) > 2 * abs(loud.values[inside].mean())


def test_the_policy_says_the_class() -> None:
    assert TABLE.names == ("complex",)
    assert set(table("families").names) == set(families())
    assert [one.id for one in table("families").categories] == list(range(1, 9))


def test_files_that_are_named_are_read_and_shape_the_identity(tmp_path: Path, draw: Draw) -> None:
    path = tmp_path / "fibre.pdb"
    atom = "ATOM      1  CA  ALA A   1    {:8.3f}  20.000  30.000  1.00  0.00           C\n"
    path.write_text("".join(atom.format(x) for x in range(0, 160, 4)))
    options = {"structures": [str(path)], "families": dict.fromkeys(families(), 0)}
    first = domain.sources(domain.drawing("demo", options))
    drawn = draw("demo", 1, **options)[0]
    assert {one.name for one in drawn.complexes} == {"fibre"}
    path.write_text(path.read_text() + atom.format(200))
    assert list(first) == ["structure 1"]
    assert domain.sources(domain.drawing("demo", options)) != first
    assert domain.sources(domain.drawing("demo", {})) == {}


@pytest.mark.parametrize(
    ("preset", "options", "message"),
    [
        ("demo", {"families": {"sphere": 1}}, r"families: unknown sphere \(there are: cage, dumbbell"),
        ("demo", {"families": dict.fromkeys(families(), 0)}, "one at least must be drawn"),
        ("crowded", {"structures": ["a.pdb"]}, "structures and densities have no class of the policy families"),
        ("crowded", {"own": [{"name": "own", "parts": [{"shape": "ball", "radii_a": [9, 9, 9]}]}],
                     "families": {"own": 1}}, "families: own is no class of families"),
        ("demo", {"width": 129}, "less than or equal to 128"),
        ("demo", {"specimen": {"occupancy": 0.6}}, "less than or equal to 0.5"),
        ("demo", {"imaging": {"snr": [2, 1]}}, "the least value must not exceed the greatest"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(preset: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        domain.drawing(preset, options)


@pytest.mark.parametrize(
    ("radius", "voxel", "message"),
    [(3, 20, "own is smaller than a voxel"), (900, 10, "larger than 100 voxels"), (9, 10, "more than 5000 complexes")],
)
def test_families_that_do_not_fit_the_volume_are_refused(radius: float, voxel: float, message: str) -> None:
    own = {"name": "own", "parts": [{"shape": "ball", "radii_a": [radius] * 3}], "texture": 0}
    families_drawn = dict.fromkeys(families(), 0) | {"own": 1}
    options = {"own": [own], "families": families_drawn, "voxel_size_a": voxel}
    with pytest.raises(InvalidInput, match=message):
        domain.open(domain.drawing("demo", options))
