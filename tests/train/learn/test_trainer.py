"""One training in one process: numbers, layouts and compiled layers that agree, and a state that holds all of it."""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from shapes import KIND
from torch import Tensor, nn
from torch._inductor import config as inductor

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.training import Item, TrainingConfig
from maskline.contract.shard import Sample
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.items import training_image
from maskline.train.job import RESUME, Job
from maskline.train.learn.compiling import Compiled
from maskline.train.learn.ema import averaging
from maskline.train.learn.trainer import Trainer
from maskline.train.processes.group import ProcessGroup
from maskline.train.tell.journal import Journal

Begin = Callable[..., Trainer]
STILL = 1e-30
"""A learning rate at which weights do not move."""


@pytest.fixture
def begin(tiny: Callable[..., TrainingConfig], table: CategoryTable, tmp_path: Path) -> Begin:
    """Begin a training; keywords are fields of the config."""

    def begin(**fields: Any) -> Trainer:
        job = Job.model_construct(
            record="coco/1", config=tiny(**fields), categories=table, folder=tmp_path, starting_weights=""
        )
        return Trainer(job, ProcessGroup(0, 1, 1, torch.device("cpu")))

    return begin


@pytest.fixture(scope="session")
def batch(draw: Callable[[int], Sample], tiny: Callable[..., TrainingConfig], table: CategoryTable) -> list[Item]:
    spec = cast("ModelSpec", KIND.spec(tiny(), table))
    return [training_image(draw(index), spec).item() for index in range(2)]


def course(trainer: Trainer, batch: list[Item], steps: int) -> list[float]:
    """Return the loss of each step."""
    return [float(torch.stack(list(trainer.descend(batch).values())).sum()) for _ in range(steps)]


def gradient(trainer: Trainer) -> Tensor:
    return torch.cat([p.grad.flatten() for p in trainer.network.parameters() if p.grad is not None])


def weights(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def test_numbers_and_layouts_learn_alike(begin: Begin, batch: list[Item]) -> None:
    """One small batch by heart.  Rounding changes which regions are drawn: losses agree in the mean of some steps."""
    slow = {"steps": 40, "warmup": 0.5, "learning_rate": 0.0005, "learning_rate_images": 2}
    variants = [("float32", False), ("bfloat16", True), ("float16", True)]
    courses = torch.tensor([course(begin(precision=p, channels_last=c, **slow), batch, 20) for p, c in variants])
    first, last = courses[:, 0], courses[:, -8:].mean(1)
    assert (last < 0.75 * first).all()
    assert last.tolist() == pytest.approx([float(last[0])] * 3, rel=0.15)


def test_a_scaled_gradient_is_the_gradient_and_one_that_overflows_moves_nothing(
    begin: Begin, batch: list[Item]
) -> None:
    """Torch begins with a scale too large for this network and halves it until the gradient is one."""
    half = begin(precision="float16", gradient_clip=0)
    single = begin(gradient_clip=0, learning_rate=STILL, weight_decay=0)
    before, overflows = weights(half.network), 0
    course(half, batch, 1)
    course(single, batch, 1)
    while not gradient(half).isfinite().all():
        assert all(torch.equal(before[name], weight) for name, weight in half.network.named_parameters())
        overflows += 1
        course(half, batch, 1)
        course(single, batch, 1)
    assert overflows
    found, expected = gradient(half), gradient(single)
    assert nn.functional.cosine_similarity(found, expected, 0) > 0.95  # rounding changes which regions are drawn
    assert float(found.norm()) == pytest.approx(float(expected.norm()), rel=0.1)


def test_a_gradient_is_clipped_after_its_scale_is_taken_out(begin: Begin, batch: list[Item]) -> None:
    trainer = begin(precision="float16", gradient_clip=0.5, learning_rate=STILL)
    course(trainer, batch, 5)
    assert float(gradient(trainer).norm()) == pytest.approx(0.5, rel=1e-3)


def test_scale_and_mean_are_in_the_state_so_that_a_resumed_training_ends_bit_by_bit_as_if_unbroken(
    begin: Begin, batch: list[Item], tmp_path: Path
) -> None:
    fields = {"precision": "float16", "ema": 0.9, "accumulate": 2}
    unbroken = begin(**fields)
    course(unbroken, batch, 3)
    (tmp_path / RESUME).write_bytes(unbroken.state())
    resumed = begin(**fields)
    assert course(resumed, batch, 2) == course(unbroken, batch, 2)
    ends = [(weights(trainer.network), weights(trainer.sealable)) for trainer in (resumed, unbroken)]
    for found, expected in zip(*ends, strict=True):
        assert all(torch.equal(found[name], value) for name, value in expected.items())
    trained, sealed = ends[0]
    assert trained.keys() == sealed.keys()
    assert any(not torch.equal(trained[name], value) for name, value in sealed.items())


def test_the_mean_keeps_less_of_itself_while_it_is_young() -> None:
    layer = nn.Linear(1, 1, bias=False)
    mean = averaging(layer, 0.5)
    seen = []
    for weight in (3.0, 0.0, 1.0, *[1.0] * 30, 0.0):
        nn.init.constant_(layer.weight, weight)
        mean.update_parameters(layer)
        seen.append(mean.module.get_parameter("weight").item())
    assert seen[:3] == pytest.approx([3, 3 * 2 / 11, 3 * 2 / 11 * 3 / 12 + 9 / 12])
    assert seen[-1] == pytest.approx(0.5, rel=1e-3)


def test_where_nothing_can_be_compiled_one_line_says_so_and_the_training_is_as_without(
    begin: Begin, batch: list[Item], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))  # what was compiled before would be found there
    plain, compiled = begin(), begin(compile=True)
    with inductor.patch({"cpp.cxx": (None, "/nonexistent/c++"), "force_disable_caches": True}):
        assert course(compiled, batch, 2) == course(plain, batch, 2)
    found, expected = weights(compiled.network), weights(plain.network)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], value) for name, value in expected.items())
    (line,) = [line for line in compiled.journal.lines if line["event"] == "not_compiled"]
    assert "/nonexistent/c++" in line["why"]


@pytest.mark.skipif(not shutil.which("g++"), reason="no compiler")
def test_compiled_layers_compute_the_same_under_the_same_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU()).double()  # hardly rounded
    compiled, picture = copy.deepcopy(plain), torch.rand(2, 1, 16, 16).double()
    journal = Journal()
    with inductor.patch({"compile_threads": 1, "cpp.simdlen": 1}):  # simple code, soon compiled
        Compiled([compiled], journal)
        sums = [layers(picture).square().sum() for layers in (compiled, plain)]
        for total in sums:
            total.backward()
    assert not journal.lines
    assert sums[0].item() == pytest.approx(sums[1].item(), rel=1e-9)
    found, expected = (dict(layers.named_parameters()) for layers in (compiled, plain))
    assert found.keys() == expected.keys()
    for name, weight in expected.items():
        torch.testing.assert_close(found[name].grad, weight.grad, rtol=1e-6, atol=1e-9)
