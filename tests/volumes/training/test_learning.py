"""A learner's items, losses and scores; and that it learns."""

from functools import cache
from importlib.resources import files

import numpy as np
import pytest
import torch
import yaml
from numpy.typing import NDArray

from maskline.contract.categories import CategoryTable
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import Draw
from maskline.contract.shard import Sample
from maskline.volumes.bricks.cutting import Volume, samples_of
from maskline.volumes.bricks.reading import decode_labels, decode_raw
from maskline.volumes.records import records
from maskline.volumes.spec import VolumeSpec
from maskline.volumes.training.config import VolumeTraining
from maskline.volumes.training.entry import training
from maskline.volumes.training.learner import VolumeLearner
from maskline.volumes.voxels import InMemory

Labels = NDArray[np.uint32]


def preset(name: str, **changed: object) -> VolumeTraining:
    text = files("maskline.volumes").joinpath(f"presets/{name}.yaml").read_text()
    return parse(VolumeTraining, yaml.safe_load(text) | {"name": name} | changed, name)


def labelled(labels: Labels, noise: float = 0.1) -> Sample:
    raw = (labels > 0) + noise * np.random.default_rng(0).standard_normal(labels.shape)
    return next(samples_of(Volume("v", InMemory(raw.astype(np.float32)), InMemory(labels))))


def draw_of(step: int) -> Draw:
    return lambda use: np.random.default_rng([step, use])


def learner_of(spec: VolumeSpec, config: VolumeTraining) -> VolumeLearner:
    torch.manual_seed(0)
    learner = training.learner(spec, config)
    assert isinstance(learner, VolumeLearner)
    return learner


@cache
def small() -> VolumeTraining:
    return preset("tomograms-small", patch_voxels=12, channels=(8, 16), feature_channels=8)


@pytest.mark.parametrize("name", ["cryosiam", "tomograms-small"])
def test_presets_build_their_network(name: str, table: CategoryTable) -> None:
    config = preset(name)

    spec = training.spec(config, table)

    assert config.patch_voxels % spec.multiple == 0


def test_the_same_draws_give_the_same_patch(two_cubes: Labels, table: CategoryTable) -> None:
    learner = learner_of(training.spec(small(), table), small())
    item = learner.item(labelled(two_cubes))

    one, same, other = (learner.varied(item, draw_of(step), [item]) for step in (1, 1, 2))

    assert all(part.is_contiguous() for part in one.values())
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["values"], other["values"])


def test_what_does_not_count_changes_no_loss(two_cubes: Labels, table: CategoryTable) -> None:
    learner = learner_of(training.spec(small(), table), small())
    item = learner.varied(learner.item(labelled(two_cubes)), draw_of(1), [])
    counts = item["counts"].clone()
    counts[6:] = 0
    other = torch.where(counts > 0, item["classes"], 1 - item["classes"].clamp(max=1))

    losses = learner.network([item | {"counts": counts}])
    again = learner.network([item | {"counts": counts, "classes": other}])

    assert set(losses) == {"loss_foreground", "loss_distance", "loss_boundary"}
    assert all(torch.equal(losses[name], again[name]) for name in losses)
    assert all(loss == 0 for loss in learner.network([item | {"counts": torch.zeros_like(counts)}]).values())


def test_boundaries_between_count_where_instances_are(two_cubes: Labels, table: CategoryTable) -> None:
    config = small().model_copy(update={"boundary": "between"})
    learner = learner_of(training.spec(config, table), config)
    item = learner.varied(learner.item(labelled(two_cubes)), draw_of(1), [])
    anywhere = dict(item) | {"boundary": torch.where(item["distance"] > 0, item["boundary"], 1 - item["boundary"])}

    losses, others = learner.network([item]), learner.network([anywhere])

    assert torch.equal(losses["loss_boundary"], others["loss_boundary"])


def test_people_see_the_patch_that_the_network_sees(two_cubes: Labels, table: CategoryTable) -> None:
    learner = learner_of(training.spec(small(), table), small())
    sample = labelled(two_cubes)
    patch = learner.varied(learner.item(sample), draw_of(1), [])

    shown = learner.shown(sample, patch)

    assert shown.image["shape"] == [12, 12, 12]
    np.testing.assert_array_equal(decode_raw(shown), patch["values"].numpy())
    labels = decode_labels(shown)
    assert labels is not None
    assert ((labels > 0) == (patch["classes"].numpy() > 0)).all()
    grey, painted = records.painted(shown, table)
    assert grey.shape == painted.shape[:2]


def test_losses_of_a_network_that_says_nothing_are_known(two_cubes: Labels, table: CategoryTable) -> None:
    learner = learner_of(training.spec(small(), table), small())
    item = learner.varied(learner.item(labelled(two_cubes)), draw_of(1), [])
    last = learner.network.body.get_submodule("maps")
    torch.nn.init.zeros_(last.get_parameter("weight"))
    torch.nn.init.zeros_(last.get_parameter("bias"))

    losses = learner.network([item])

    assert losses["loss_foreground"].item() == pytest.approx(np.log(2))
    assert losses["loss_boundary"].item() == pytest.approx(np.log(2))
    assert losses["loss_distance"].item() == pytest.approx((item["distance"] / 5).square().mean().item(), rel=1e-5)


def test_a_network_learns_two_cubes_by_heart(table: CategoryTable) -> None:
    torch.set_num_threads(1)
    learner = learner_of(training.spec(small(), table), small())
    labels = np.zeros((12, 12, 16), np.uint32)
    labels[3:9, 3:9, 1:7], labels[3:9, 3:9, 9:15] = 1, 2
    sample = labelled(labels)
    item = learner.item(sample)
    optimizer = torch.optim.AdamW(learner.network.parameters())
    for step in range(100):
        optimizer.param_groups[0]["lr"] = 0.02 * (1 - step / 100)
        optimizer.zero_grad()
        losses = learner.network([learner.varied(item, draw_of(2 * step + at), [item]) for at in range(2)])
        torch.stack(list(losses.values())).sum().backward()
        optimizer.step()

    scores = learner.scores([sample], learner.results(learner.network, [sample]))

    assert learner.network.training
    assert scores["ap50"] == 1


def test_a_network_that_says_no_numbers_is_told_as_one_that_diverged(two_cubes: Labels, table: CategoryTable) -> None:
    learner = learner_of(training.spec(small(), table), small())
    torch.nn.init.constant_(learner.network.body.get_submodule("maps").get_parameter("bias"), torch.nan)

    with pytest.raises(FloatingPointError, match=r"maps of brick v-0-0-0\.raw hold values that are no numbers"):
        learner.results(learner.network, [labelled(two_cubes)])


def test_a_brick_without_labels_teaches_nothing(two_cubes: Labels) -> None:
    sample = labelled(two_cubes)
    bare = Sample(sample.stem, {"raw": sample.members["raw"]}, sample.image, [])

    with pytest.raises(InvalidInput, match=r"brick v-0-0-0\.raw is not labelled"):
        training.needed(bare)


def test_starting_weights_of_another_network_are_refused(spec: VolumeSpec) -> None:
    other = spec.model_copy(update={"channels": (4, 16)})

    training.require_fitting(spec, spec.to_yaml(), "s3://c")
    with pytest.raises(InvalidInput, match=r"s3://c have channels = \(4, 16\), not \(4, 8\)"):
        training.require_fitting(spec, other.to_yaml(), "s3://c")


def test_an_option_of_pictures_that_does_nothing_here_is_refused() -> None:
    with pytest.raises(InvalidInput, match="channels_last = true is for pictures"):
        preset("tomograms-small", channels_last=True)
