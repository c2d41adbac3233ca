"""What the network says of a sketch depends on its strokes alone: not on its company, its place or its size."""

import numpy as np
import pytest
import torch

from maskline.contract.categories import CategoryTable
from maskline.contract.errors import CategoryMismatch, Corrupt
from maskline.strokes.networks import weights
from maskline.strokes.networks.batch import Strokes
from maskline.strokes.networks.network import SketchNetwork
from maskline.strokes.networks.raster import drawn
from maskline.strokes.networks.relations import relations
from maskline.strokes.networks.sampling import sampled
from maskline.strokes.sketch import Sketch, Stroke
from maskline.strokes.spec import StrokeSpec


@pytest.fixture
def network(spec: StrokeSpec) -> SketchNetwork:
    torch.manual_seed(0)
    return SketchNetwork(spec).eval()


def read(network: SketchNetwork, *sketches: Sketch, told: int = 0) -> torch.Tensor:
    points = [torch.from_numpy(sampled(sketch.strokes, network.spec.points)) for sketch in sketches]
    with torch.inference_mode():
        return network.read(Strokes.of(points).normalised(), torch.full((len(points),), told)).parts


def test_strokes_are_sampled_evenly_along_their_way() -> None:
    corner, back = Stroke(np.array([[0.0, 0], [3, 0], [3, 1]])), Stroke(np.array([[9.0, 9], [1, 9]]))
    found = sampled([corner, back], 5)

    assert found[0].tolist() == [[0, 0], [1, 0], [2, 0], [3, 0], [3, 1]]
    assert found[1].tolist() == [[9, 9], [7, 9], [5, 9], [3, 9], [1, 9]]


@pytest.mark.parametrize("points", [[[2.0, 3]], [[2.0, 3], [2, 3]]], ids=["a dot", "a pen that does not move"])
def test_what_has_no_length_is_its_own_point_again(points: list[list[float]]) -> None:
    line = Stroke(np.array([[0.0, 0], [1, 0]]))
    found = sampled([line, Stroke(np.array(points)), line], 3)

    assert found[1].tolist() == [[2, 3]] * 3
    assert found[0].tolist() == found[2].tolist() == [[0, 0], [0.5, 0], [1, 0]]


def test_sampling_a_long_sketch_keeps_every_stroke_to_itself() -> None:
    rng = np.random.default_rng(0)
    strokes = [Stroke(rng.uniform(0, 1e4, (rng.integers(1, 40), 2))) for _ in range(300)]

    for stroke, own in zip(strokes, sampled(strokes, 16), strict=True):
        np.testing.assert_allclose(own[[0, -1]], stroke.points[[0, -1]], rtol=0, atol=0.01)
        low, high = stroke.points.min(0) - 0.01, stroke.points.max(0) + 0.01
        assert ((own >= low) & (own <= high)).all()


@pytest.mark.parametrize("architecture", ["relational", "raster"])
def test_a_sketch_is_read_the_same_whatever_its_company(
    spec: StrokeSpec, architecture: str, car: Sketch, cow: Sketch
) -> None:
    torch.manual_seed(0)
    network = SketchNetwork(spec.model_copy(update={"architecture": architecture})).eval()
    alone, together = read(network, car), read(network, cow, car, cow)

    torch.testing.assert_close(together[4:7], alone, rtol=1e-4, atol=1e-5)


def test_a_sketch_is_read_the_same_wherever_it_lies_and_however_large(network: SketchNetwork, cow: Sketch) -> None:
    points = torch.from_numpy(sampled(cow.strokes, network.spec.points))
    told = torch.zeros(1, dtype=torch.long)
    with torch.inference_mode():
        here, there = (network.read(Strokes.of([each]).normalised(), told) for each in (points, 3.5 * points - 40))

    torch.testing.assert_close(there.parts, here.parts, rtol=1e-3, atol=1e-3)


def test_being_of_one_object_is_mutual(network: SketchNetwork, cow: Sketch) -> None:
    strokes = Strokes.of([torch.from_numpy(sampled(cow.strokes, 16))]).normalised()
    same = network.read(strokes, torch.tensor([network.scene])).same

    torch.testing.assert_close(same, same.transpose(1, 2))


def test_touching_strokes_are_near_and_a_stroke_within_another_is_inside() -> None:
    square = torch.tensor([[0.0, 0], [2, 0], [2, 2], [0, 2], [0, 0]])
    inner, far = square / 4 + 0.5, square / 4 + 9
    found = relations(Strokes.of([torch.stack([square, inner, far])]))[0]
    touching, inside = found[..., 0], found[..., 11]

    assert touching[0, 0] > 0.95
    assert touching[0, 2] < 0.01
    assert inside[1, 0] > 0.9
    assert inside[0, 1] < 0.2


def test_a_line_is_drawn_without_holes() -> None:
    picture = drawn(torch.stack([torch.linspace(-1, 1, 128)] * 2, 1)[None])[0, 0]

    assert picture.diagonal()[1:-1].min() == 1
    assert picture.sum() == picture.diagonal().sum()


def test_weights_come_back_as_they_were(spec: StrokeSpec, network: SketchNetwork, car: Sketch) -> None:
    torch.manual_seed(1)
    other = SketchNetwork(spec).eval()
    before = read(other, car)
    weights.load(other, weights.to_bytes(network), "here")

    assert not torch.equal(before, read(other, car))
    assert torch.equal(read(network, car), read(other, car))


def test_weights_of_other_classes_or_another_network_are_refused(
    spec: StrokeSpec, network: SketchNetwork, table: CategoryTable
) -> None:
    fewer = spec.model_copy(update={"categories": table.model_copy(update={"categories": table.categories[:3]})})
    wider = spec.model_copy(update={"layers": 1})
    data = weights.to_bytes(network)

    with pytest.raises(CategoryMismatch, match=r"among them 4 cow, .* and none of its own"):
        weights.load(SketchNetwork(fewer), data, "here")
    with pytest.raises(Corrupt, match=r"here does not fit relational"):
        weights.load(SketchNetwork(wider), data, "here")
    with pytest.raises(Corrupt, match="safetensors"):
        weights.load(network, data[:100], "here")
