"""What a network learns from: objects on their own, scenes put together of them, and pairs of strokes."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from maskline.contract.categories import CategoryTable
from maskline.contract.config import load_preset, parse
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample
from maskline.strokes.networks.batch import Strokes
from maskline.strokes.sketch import Sketch, Stroke, Thing, to_sample
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.config import StrokeTraining
from maskline.strokes.training.entry import training
from maskline.strokes.training.items import Drawings, item_of, with_luck
from maskline.strokes.training.network import LearningNetwork
from maskline.strokes.training.objects import apart
from maskline.strokes.training.scenes import COMPANY, HOST, LIES, MANY, PLACES, ROOMY, SIZE, TURN, composed


def scene_of(*sketches: Sketch) -> Sketch:
    """Return sketches side by side in one."""
    strokes: list[Stroke] = []
    things: list[Thing] = []
    for number, sketch in enumerate(sketches):
        first = len(strokes)
        strokes += [Stroke(stroke.points + np.array([200.0 * number, 0])) for stroke in sketch.strokes]
        (thing,) = sketch.things
        parts = tuple(type(part)(part.name, tuple(first + each for each in part.strokes)) for part in thing.parts)
        things.append(Thing(thing.category, tuple(first + each for each in thing.strokes), parts))
    return Sketch("scene", tuple(strokes), None, tuple(things))


def item(sketch: Sketch, spec: StrokeSpec, seed: int = 0) -> dict[str, torch.Tensor]:
    return with_luck(item_of(to_sample(sketch, 0, "group", spec.categories), spec), np.random.default_rng(seed))


def config(**changed: object) -> StrokeTraining:
    values = (
        load_preset("maskline.strokes", "relational", "train preset")
        | {"name": "relational", "dropout": 0.0, "augmentation": {}}
        | changed
    )
    return parse(StrokeTraining, values, "test")


def test_an_item_says_of_each_stroke_what_it_is(cow: Sketch, spec: StrokeSpec) -> None:
    found = item(cow, spec)

    assert found["part"].tolist() == [2, 3, 3, 4]
    assert found["instance"].tolist() == [0, 1, 1, 2]
    assert found["category"].tolist() == [1] * 4
    assert found["points"].shape == (4, spec.points, 2)


def test_objects_of_scenes_and_single_ones_are_taken_apart_alike(car: Sketch, cow: Sketch, spec: StrokeSpec) -> None:
    alone = apart(Drawings.of([item(car, spec), item(cow, spec)]))
    together = apart(Drawings.of([item(scene_of(car, cow), spec)]))

    torch.testing.assert_close(alone.strokes.points, together.strokes.points, rtol=0, atol=1e-4)
    assert alone.category.tolist() == together.category.tolist() == [0, 1]
    assert alone.part.tolist() == together.part.tolist()


def test_scenes_hold_every_object_that_is_to_be_shown_once(car: Sketch, cow: Sketch, spec: StrokeSpec) -> None:
    units = apart(Drawings.of([item(each, spec, seed) for seed, each in enumerate([car, cow] * 6)]))
    found = composed(units.strokes, units.category, units.luck, 0.5, 4)
    assert found
    scenes, objects = found

    shown = objects.unique()
    assert 6 <= len(shown) <= 9
    assert torch.bincount(objects)[shown].tolist() == units.strokes.counts[shown].tolist()
    assert scenes.points.abs().max() <= 1 + 1e-5
    assert composed(units.strokes, units.category, units.luck, 0.0, 4) is None


def test_objects_that_lie_upon_another_are_smaller_and_within_its_box(
    car: Sketch, cow: Sketch, spec: StrokeSpec
) -> None:
    units = apart(Drawings.of([item(each, spec, seed) for seed, each in enumerate([car, cow] * 3)]))
    luck = units.luck.clone()
    luck[:, MANY], luck[:, COMPANY], luck[:, LIES], luck[:, HOST] = 0.999, 1.0, 0.0, 0.0  # one scene, all on the first
    found = composed(units.strokes, units.category, luck, 1.0, 6)
    assert found
    scene, objects = found

    boxes = [scene.points[objects == number] for number in luck[:, TURN].argsort()]
    low, high = boxes[0].amin((0, 1)), boxes[0].amax((0, 1))
    for box in boxes[1:]:
        middle = (box.amin((0, 1)) + box.amax((0, 1))) / 2
        assert ((low <= middle) & (middle <= high)).all()
        assert (box.amax((0, 1)) - box.amin((0, 1))).max() <= 0.71 * (high - low).max()


def test_objects_lie_close_in_some_scenes_and_far_from_each_other_in_others(
    car: Sketch, cow: Sketch, spec: StrokeSpec
) -> None:
    units = apart(Drawings.of([item(each, spec, seed) for seed, each in enumerate([car, cow])]))
    luck = units.luck.clone()
    luck[:, MANY], luck[:, SIZE], luck[:, LIES] = 0.999, 0.0, 1.0  # one scene, large, none upon another
    luck[0, PLACES:ROOMY], luck[1, PLACES:ROOMY] = 0.1, 0.9  # at opposite corners
    gaps = []
    for room in (0.0, 1.0):
        luck[:, ROOMY] = room
        found = composed(units.strokes, units.category, luck, 1.0, 2)
        assert found
        first, second = (found[0].points[found[1] == number].reshape(-1, 2) for number in (0, 1))
        gaps.append(float(torch.cdist(first, second).min()))

    near, far = gaps
    assert near < 0.2  # of a side of 2
    assert far > 0.6


def test_objects_that_keep_company_are_in_the_scene_of_the_first_of_their_category(
    car: Sketch, cow: Sketch, spec: StrokeSpec
) -> None:
    units = apart(Drawings.of([item(each, spec, seed) for seed, each in enumerate([car, cow] * 3)]))
    luck = units.luck.clone()
    luck[:, MANY], luck[:, COMPANY] = 0.49, 0.0  # scenes of 3, all keep company
    luck[:, TURN] = torch.tensor([0.1, 0.2, 0.9, 0.8, 0.5, 0.6])
    found = composed(units.strokes, units.category, luck, 0.5, 9)
    assert found
    assert found[1].unique().tolist() == [0, 2, 4]  # the cars


def test_a_network_learns_what_it_is_shown(car: Sketch, cow: Sketch, spec: StrokeSpec) -> None:
    torch.manual_seed(0)
    network = LearningNetwork(spec, config())
    items = [item(each, spec, seed) for seed, each in enumerate([car, cow, scene_of(car, cow), scene_of(cow, cow)])]
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3)
    history = []
    for _ in range(40):
        losses = network(items)
        optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        optimizer.step()
        history.append({name: loss.item() for name, loss in losses.items()})

    assert history[0].keys() == {"loss_parts", "loss_category", "loss_instances", "loss_objects"}
    assert all(history[-1][name] < history[0][name] for name in history[0])
    with torch.inference_mode():
        single = apart(Drawings.of(items))
        reading = network.eval().read(single.strokes, torch.zeros(len(single.category), dtype=torch.long))
    assert reading.categories.argmax(1).tolist() == single.category.tolist()
    allowed = network.allowed[single.category][single.strokes.sketch]
    assert reading.parts.masked_fill(~allowed, -torch.inf).argmax(1).tolist() == single.part.tolist()


def test_strokes_that_nobody_labelled_teach_no_part(car: Sketch, spec: StrokeSpec) -> None:
    bare = Sketch(car.name, car.strokes, None, (Thing("car", (0, 1, 2)),))
    network = LearningNetwork(spec, config(scenes=0, told=0))
    losses = network([item(bare, spec)])

    assert losses["loss_parts"] == 0
    assert losses["loss_category"] > 0
    assert "loss_objects" not in losses


def test_a_class_counts_as_much_as_its_weight(car: Sketch, spec: StrokeSpec) -> None:
    ways = {}
    for weight in (1.0, 0.0):
        torch.manual_seed(0)
        network = LearningNetwork(spec, config(class_weights={"car/wheel": weight}, told=1.0, scenes=0)).eval()
        ways[weight] = float(network([item(car, spec)])["loss_parts"])
    only_body = Sketch(car.name, car.strokes, None, (Thing("car", (0, 1, 2), car.things[0].parts[:1]),))

    assert ways[1.0] != ways[0.0] == pytest.approx(float(network([item(only_body, spec)])["loss_parts"]))


def test_labels_that_name_strokes_which_are_not_there_are_refused(car: Sketch, table: CategoryTable) -> None:
    sample = to_sample(car, 0, "group", table)
    label = sample.annotations[0] | {"strokes": [0, 3]}

    with pytest.raises(InvalidInput, match=r"annotation 10001 of sketch car/1.json names stroke 3; the sketch has 3"):
        training.needed(Sample(sample.stem, sample.members, sample.image, [label]))
    with pytest.raises(InvalidInput, match=r"car/1\.json has no object"):
        training.needed(Sample(sample.stem, sample.members, sample.image, []))


def test_a_network_that_cannot_be_is_refused(spec: StrokeSpec, table: CategoryTable) -> None:
    with pytest.raises(ValidationError, match="width = 32 must be a multiple of heads = 5"):
        StrokeSpec.model_validate(spec.model_dump() | {"heads": 5})
    partless = {"categories": table.model_copy(update={"categories": table.categories[:1]}).model_dump()}
    with pytest.raises(ValidationError, match="a part named object/part"):
        StrokeSpec.model_validate(spec.model_dump() | partless)


def test_batches_are_moved_to_one_size(car: Sketch, cow: Sketch, spec: StrokeSpec) -> None:
    strokes = Strokes.of([item(each, spec)["points"] for each in (car, cow)]).normalised()
    spans = [strokes.points[strokes.sketch == number] for number in range(2)]

    for each in spans:
        low, high = each.amin((0, 1)), each.amax((0, 1))
        torch.testing.assert_close((high - low).max(), torch.tensor(2.0))
        torch.testing.assert_close(low + high, torch.zeros(2), rtol=0, atol=1e-5)
