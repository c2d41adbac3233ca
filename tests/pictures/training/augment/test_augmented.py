"""However a picture is varied, its labels say what is drawn: masks move with the ink, and boxes with the masks."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from maskline.contract.shard import Sample
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.augment.augmented import augmented
from maskline.pictures.training.augment.config import AugmentationConfig
from maskline.pictures.training.augment.crop import cut
from maskline.pictures.training.augment.light import blurred
from maskline.pictures.training.augment.streams import BLUR
from maskline.pictures.training.augment.thickness import thicker, thinner
from maskline.pictures.training.augment.turns import turned
from maskline.pictures.training.items import decoded

Draw = Callable[[int], Sample]
Options = Callable[..., AugmentationConfig]
INDICES = range(12)


def picture_rng(*numbers: int) -> np.random.Generator:
    """A generator for each use of randomness, as the stage hands them out."""
    seed, step, place, use = numbers
    return np.random.default_rng([seed, use, step, place])


class Chance(np.random.Generator):
    """Says the same each time."""

    def __init__(self, value: float) -> None:
        super().__init__(np.random.PCG64(0))
        self._value = value

    def random(self, *_: object, **__: object) -> float:  # type: ignore[override]
        return self._value


@pytest.fixture
def images(draw: Draw, spec: ModelSpec) -> list[TrainingImage]:
    """Pictures, decoded, of a block and a bar; their paper is white, or dark and the shapes light."""
    pictures = [decoded(draw(index), spec) for index in INDICES]
    return pictures + [replace(image, pixels=255 - image.pixels) for image in pictures]


def require_consistent(image: TrainingImage) -> None:
    """Masks are the ink, whichever is the darker, and boxes end where masks do."""
    masks, paper = image.masks.full(), image.pixels.flatten().median()
    assert torch.equal(masks.any(0), image.pixels[0] != paper)
    for mask, box in zip(masks, image.boxes.tolist(), strict=True):
        rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
        assert box == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


def shifted(planes: torch.Tensor, y: int, x: int) -> torch.Tensor:
    """Move planes down and right; what comes in at the sides is what was there."""
    rows = (torch.arange(planes.shape[-2]) - y).clamp(0, planes.shape[-2] - 1)
    columns = (torch.arange(planes.shape[-1]) - x).clamp(0, planes.shape[-1] - 1)
    return planes[..., rows, :][..., columns]


def two_by_two(planes: torch.Tensor, step: int) -> torch.Tensor:
    return torch.stack([shifted(planes, y, x) for y in (0, step) for x in (0, step)])


def test_thicker_strokes_have_thicker_masks(images: list[TrainingImage]) -> None:
    for image in images:
        thick = thicker(image)
        require_consistent(thick)
        assert torch.equal(thick.masks.full(), two_by_two(image.masks.full(), 1).any(0))


def test_thinner_strokes_have_thinner_masks(images: list[TrainingImage]) -> None:
    for image in images:
        thin = thinner(image)
        require_consistent(thin)
        ink = two_by_two(image.masks.full().any(0), -1).all(0)
        assert torch.equal(thin.masks.full(), image.masks.full() & ink)
        assert not torch.equal(thin.masks.full(), image.masks.full())


def test_where_masks_touch_thinner_strokes_have_no_gap(images: list[TrainingImage]) -> None:
    (image, *_) = images
    halves = [[[10, 10, 20, 14], [20, 10, 30, 14]], [[10, 10, 30, 14]]]
    thin = []
    for boxes in halves:
        pixels = torch.full((1, 64, 64), 255, dtype=torch.uint8)
        pixels[0, 10:14, 10:30] = 0
        bars = torch.tensor(boxes)
        crops = image.masks.packed(torch.ones(80, dtype=torch.uint8), bars, (64, 64))
        thin.append(thinner(TrainingImage(pixels, bars.float(), torch.zeros(len(bars)), crops)))
    for one in thin:
        require_consistent(one)
    assert torch.equal(*(one.masks.full().any(0) for one in thin))


def test_a_stroke_that_would_lose_too_much_is_not_thinned(draw: Draw, spec: ModelSpec) -> None:
    image = decoded(draw(0), spec)
    line = image.masks.packed(torch.ones(20, dtype=torch.uint8), torch.tensor([[5, 50, 25, 51]]), (64, 64))
    fine = replace(image, masks=line, boxes=line.boxes.float(), classes=image.classes[:1])
    assert thinner(fine) is fine


@pytest.mark.parametrize(("gap", "joins"), [(1, True), (2, False)])
def test_dashes_that_would_join_are_not_thickened(gap: int, joins: bool, draw: Draw, spec: ModelSpec) -> None:  # noqa: FBT001
    dashes = torch.zeros((16, 8), dtype=torch.uint8)
    for top in range(0, 15, 2 + gap):
        dashes[top : top + 2] = 1
    image = decoded(draw(0), spec)
    hashed = image.masks.packed(dashes.flatten(), torch.tensor([[5, 40, 13, 56]]), (64, 64))
    wedge = replace(image, masks=hashed, boxes=hashed.boxes.float(), classes=image.classes[:1])
    assert (thicker(wedge) is wedge) == joins


def test_a_window_shows_its_part_and_keeps_what_is_half_there(images: list[TrainingImage]) -> None:
    rng = np.random.default_rng(0)
    dropped = 0
    for image in images * 4:
        x, y = (int(value) for value in rng.integers(0, 30, 2))
        part = cut(image, x, y, x + 34, y + 30)
        full = image.masks.full()
        inside = full[:, y : y + 30, x : x + 34]
        left = inside.sum((1, 2)) / full.sum((1, 2))
        kept = left >= 0.5
        dropped += int((~kept & (left > 0)).sum())
        assert torch.equal(part.masks.full(), inside[kept])
        assert torch.equal(part.classes, image.classes[kept])
        assert torch.equal(part.pixels, image.pixels[:, y : y + 30, x : x + 34])
    assert dropped


def test_a_cut_instance_has_the_box_of_what_is_left(images: list[TrainingImage]) -> None:
    image = images[0]
    left, top, right, bottom = (int(side) for side in image.boxes[0])
    part = cut(image, left + 5, top, 64, 64)
    assert part.boxes[0].tolist() == [0, 0, right - left - 5, bottom - top]


@pytest.mark.parametrize(("chance", "quarters"), [(0.1, 0), (0.3, 1), (0.6, 2), (0.9, 3)])
def test_rotating_turns_pixels_and_masks_clockwise_by_a_quarter(
    chance: float, quarters: int, images: list[TrainingImage]
) -> None:
    for whole in images:
        image = cut(whole, 0, 0, 64, 60)
        moved = turned(image, ("rotate",), Chance(chance))
        require_consistent(moved)
        assert torch.equal(moved.pixels, image.pixels.rot90(-quarters, (1, 2)))
        assert torch.equal(moved.masks.full(), image.masks.full().rot90(-quarters, (1, 2)))


def test_all_of_it_together_keeps_ink_under_masks(draw: Draw, demo: Callable[..., ModelSpec], options: Options) -> None:
    shapes = {"turns": ["flip-x", "rotate"], "scale": [0.8, 1.6], "crop_share": 0.5, "thickness_share": 1.0}
    lights = {"brightness": 20, "contrast": [0.8, 1.2], "blur_px": 0.5, "noise": 3}
    for kind, far in (("free", 0), ("ink", 2)):
        spec = demo(masks=kind)
        for index in INDICES:
            draws = partial(picture_rng, 7, 0, index)
            image = augmented(decoded(draw(index), spec), spec, options(**shapes, **lights), draws, [])
            for mask, box in zip(image.masks.full(), image.boxes.tolist(), strict=True):
                inside = image.pixels[0][mask].float()
                assert inside.min() < 110
                if kind == "free":
                    assert inside.max() < 190  # block and bar are of 40 on 255, their edges halfway between
                rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
                found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
                assert all(abs(side - end) <= 1 + far for side, end in zip(box, found, strict=True))


def test_switching_one_option_on_leaves_the_others_alone(draw: Draw, spec: ModelSpec, options: Options) -> None:
    several = {"turns": ["flip-x", "flip-y"], "scale": [0.7, 1.5], "crop_share": 0.5}
    for index in INDICES:
        image, draws = decoded(draw(index), spec), partial(picture_rng, 7, 3, index)
        plain = augmented(image, spec, options(**several), draws, [])
        soft = augmented(image, spec, options(**several, blur_px=2.0), draws, [])
        assert torch.equal(soft.boxes, plain.boxes)
        assert torch.equal(soft.masks.full(), plain.masks.full())
        assert torch.equal(soft.pixels, blurred(plain.pixels, 2.0 * (1 - draws(BLUR).random())))


@pytest.mark.parametrize("short_side_px", [0, 128])
def test_a_window_is_as_large_as_said_and_its_strokes_as_wide_as_in_the_whole(
    short_side_px: int, draw: Draw, demo: Callable[..., ModelSpec], options: Options
) -> None:
    spec = demo(short_side_px=short_side_px)
    for index in INDICES:
        image, draws = decoded(draw(index), spec), partial(picture_rng, 1, 0, index)
        part = augmented(image, spec, options(crop_share=1, crop_px=48), draws, [])
        assert part.pixels.shape == (1, 48, 48) == (1, *part.masks.size)
        bars = [box for box, number in zip(part.boxes.tolist(), part.classes.tolist(), strict=True) if number == 1]
        for _, top, _, bottom in bars:
            assert bottom - top == (12 if short_side_px else 6) or top == 0 or bottom == 48


@pytest.mark.parametrize("masks", ["free", "ink"])
def test_pasted_instances_are_those_of_another_picture(
    masks: str, draw: Draw, demo: Callable[..., ModelSpec], options: Options
) -> None:
    spec = demo(masks=masks)
    pool = [decoded(draw(index), spec).item() for index in (20, 21)]
    alone = [augmented(TrainingImage.of(item), spec, options(), partial(picture_rng, 7, 0, 0), []) for item in pool]
    owner = {tuple(box): number for number, image in enumerate(alone) for box in image.boxes.tolist()}
    seen = []
    for index in range(30):
        image, draws = decoded(draw(index % 12), spec), partial(picture_rng, 7, 3, index)
        config = options(paste_share=1, paste_instances=0.5, paste_occluded=1)
        found = augmented(image, spec, config, draws, pool)
        seen.append([owner[tuple(box)] for box in found.boxes.tolist() if tuple(box) in owner])
        if masks == "free":
            require_consistent(found)
    assert {len(owners) for owners in seen} == {0, 1, 2}
    assert {frozenset(owners) for owners in seen} == {frozenset(), frozenset({0}), frozenset({1})}


def test_a_share_of_the_pictures_is_pasted_onto(draw: Draw, spec: ModelSpec, options: Options) -> None:
    image = decoded(draw(0), spec)
    pool = [decoded(draw(1), spec).item()]
    config = options(paste_share=0.3, paste_instances=1, paste_occluded=1)
    seen = [augmented(image, spec, config, partial(picture_rng, 7, step, 0), pool) for step in range(200)]
    assert 40 < sum(not torch.equal(one.pixels, image.pixels) for one in seen) < 80


def test_what_is_smaller_than_asked_for_has_no_label(draw: Draw, spec: ModelSpec, options: Options) -> None:
    image, draws = decoded(draw(0), spec), partial(picture_rng, 7, 0, 0)
    assert image.masks.areas().tolist() == [400, 240]
    assert augmented(image, spec, options(least_px=240), draws, []).classes.tolist() == [0, 1]
    assert augmented(image, spec, options(least_px=241), draws, []).classes.tolist() == [0]


@pytest.mark.parametrize(
    ("share", "strength"),
    [
        ("light_share", {"brightness": 100}),
        ("noise_share", {"noise": 50}),
        ("colour_share", {"hue_deg": 180, "saturation": [0.1, 0.2]}),
    ],
)
def test_so_many_pictures_change_and_their_labels_do_not(
    share: str, strength: dict[str, object], draw: Draw, spec: ModelSpec, options: Options
) -> None:
    image = decoded(draw(0), spec)
    colours = torch.cat([image.pixels, image.pixels.flip(1), image.pixels.flip(2)])
    config = options(**{share: 0.3}, **strength)
    seen = [
        augmented(replace(image, pixels=colours), spec, config, partial(picture_rng, 7, step, 0), [])
        for step in range(200)
    ]
    assert 40 < sum(not torch.equal(one.pixels, colours) for one in seen) < 80
    assert all(torch.equal(one.masks.full(), image.masks.full()) for one in seen)


def test_grey_pictures_have_no_colour_to_change(draw: Draw, spec: ModelSpec, options: Options) -> None:
    image, draws = decoded(draw(0), spec), partial(picture_rng, 7, 0, 0)
    assert torch.equal(augmented(image, spec, options(colour_share=1), draws, []).pixels, image.pixels)


@pytest.mark.parametrize("size", [(64, 64), (1, 1), (1, 50)])
def test_pictures_without_instances_are_varied_as_well(
    size: tuple[int, int], draw: Draw, spec: ModelSpec, options: Options
) -> None:
    image = decoded(draw(0), spec)
    pixels = torch.full((1, *size), 200, dtype=torch.uint8)
    empty = TrainingImage(pixels, image.boxes[:0], image.classes[:0], Crops.of_pieces([], [], size))
    shapes = {"affine_share": 1, "rotation_deg": 10, "elastic_share": 1, "paste_share": 1, "paste_instances": 1}
    lights = {"least_px": 5, "paste_blend_px": 1, "blur_px": 2, "noise": 3}
    config = options(turns=["flip-x", "rotate"], **shapes, **lights)
    alone = augmented(empty, spec, config, partial(picture_rng, 7, 0, 0), [empty.item()])
    assert len(alone.masks) == len(alone.boxes) == 0
    for one, other in ((empty, image), (image, empty)):
        varied = augmented(one, spec, config, partial(picture_rng, 7, 0, 0), [other.item()])
        assert len(varied.masks) == len(varied.boxes) == len(varied.classes)
