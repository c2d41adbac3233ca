"""A network, and what is put around it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.coco import rle
from maskline.contract.errors import InvalidInput
from maskline.pictures.networks import weights
from maskline.pictures.networks.checkpoint import load_segmenter
from maskline.pictures.networks.segmenter import build
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.finder import finder
from maskline.pictures.prediction.inference import find
from maskline.pictures.spec import ModelSpec

Drawn = Callable[[int], NDArray[np.uint8]]


@pytest.fixture
def other(checkpoint: Artifact) -> Artifact:
    """A second network of the same table, with other random weights."""
    torch.manual_seed(1)
    spec = ModelSpec.from_yaml(checkpoint.read("model.yaml").decode(), "model.yaml")
    contents = {"model.yaml": checkpoint.read("model.yaml"), "model.safetensors": weights.to_bytes(build(spec))}
    prefix, store = place("checkpoint", "tiny", "2" * 12), checkpoint.store
    files = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
    told = checkpoint.manifest.model_dump() | {"id": "2" * 12, "files": files}
    return seal(store, Manifest.model_validate(told))


def test_one_view_by_one_checkpoint_is_what_the_network_finds(
    checkpoint: Artifact, config: PicturePrediction, picture: Drawn
) -> None:
    pictures = [picture(number) for number in range(3)]
    expected = find(load_segmenter(checkpoint), pictures, config.score_threshold, config.max_detections)
    assert finder(checkpoint, config)(pictures) == expected
    assert any(each.instances for each in expected)


def test_views_and_checkpoints_are_all_asked(
    checkpoint: Artifact, other: Artifact, config: PicturePrediction, picture: Drawn
) -> None:
    def scores(model: Artifact, **options: Any) -> list[float]:
        (found,) = finder(model, config.model_copy(update={"fusion_iou": 1.0, **options}))([picture(1)])
        return [instance["score"] for instance in found.instances]

    def best(*sights: list[float]) -> list[float]:
        return sorted((score for sight in sights for score in sight), reverse=True)[: config.max_detections]

    same, turned = scores(checkpoint), scores(checkpoint, views=("turn-90",))
    half, second = scores(checkpoint, view_scales=(0.5,)), scores(other)
    assert len({tuple(sight) for sight in (same, turned, half, second)}) == 4
    assert scores(checkpoint, views=("same", "turn-90")) == best(same, turned)
    assert scores(checkpoint, view_scales=(1.0, 0.5)) == best(same, half)
    assert scores(checkpoint, also=(other.uri,)) == best(same, second)
    second_turned = scores(other, views=("turn-90",))
    assert scores(checkpoint, views=("same", "turn-90"), also=(other.uri,)) == best(same, turned, second, second_turned)


def test_a_picture_and_its_mirror_image_have_mirrored_instances_where_both_are_seen(
    checkpoint: Artifact, config: PicturePrediction, picture: Drawn
) -> None:
    both = config.model_copy(update={"views": ("same", "flip-x")})
    one, mirrored = finder(checkpoint, both)([picture(1), np.ascontiguousarray(picture(1)[:, ::-1])])
    masks = [rle.decode(instance["segmentation"]) for instance in one.instances]
    others = [rle.decode(instance["segmentation"])[:, ::-1] for instance in mirrored.instances]
    assert [instance["score"] for instance in one.instances] == [instance["score"] for instance in mirrored.instances]
    assert {mask.tobytes() for mask in masks} == {mask.tobytes() for mask in others}


def test_overlap_free_means_that_no_pixel_is_in_two(
    checkpoint: Artifact, config: PicturePrediction, picture: Drawn
) -> None:
    def covered(**options: Any) -> NDArray[np.intp]:
        (found,) = finder(checkpoint, config.model_copy(update=options))([picture(1)])
        masks = [rle.decode(instance["segmentation"]) for instance in found.instances]
        times: NDArray[np.intp] = np.array(masks).sum(axis=0)
        return times

    assert covered().max() > 1
    assert covered(overlap_free=True).max() == 1
    assert ((covered() > 0) == (covered(overlap_free=True) > 0)).all()


def test_a_class_that_is_not_there_has_no_smallest_size(checkpoint: Artifact, config: PicturePrediction) -> None:
    with pytest.raises(InvalidInput, match=r"category 'blok' is not in the table of shapes \(block, bar\)"):
        finder(checkpoint, config.model_copy(update={"min_pixels": {"blok": 9}}))
