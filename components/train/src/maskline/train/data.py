"""Batches for training: samples off the spool, as tensors, turned at random.

C: channels   H, W: picture size in pixels   N: instances in the picture
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from maskline.contract import picture
from maskline.contract.coco import rle
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample
from maskline.model.ink import surroundings, widened
from maskline.model.preprocess import frame, resize, resize_masks, to_channels
from maskline.model.segmenter import TrainingImage
from maskline.model.spec import ModelSpec
from maskline.train.config import Turn

MAX_PIXELS = 400_000_000


def decode_picture(sample: Sample) -> picture.Picture:
    """Return the picture of a sample: the member that its COCO record names.  Raises InvalidInput naming it."""
    name = sample.image["file_name"]
    try:
        return picture.decode(sample.members[name.rpartition(".")[2]], MAX_PIXELS)
    except InvalidInput as fault:
        raise InvalidInput(f"picture {name} of the dataset: {fault}") from None


def training_image(sample: Sample, spec: ModelSpec) -> TrainingImage:
    """Bring a sample into the network's frame.  Crowd annotations are no instances and are left out."""
    labels = [annotation for annotation in sample.annotations if not annotation["iscrowd"]]
    height, width = sample.image["height"], sample.image["width"]
    size = frame(height, width, spec)
    masks = np.zeros((len(labels), height, width), dtype=bool)
    for mask, label in zip(masks, labels, strict=True):
        mask[:] = rle.decode(label["segmentation"])
    boxes = np.array([label["bbox"] for label in labels], dtype=np.float32).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    boxes *= np.array([size[1] / width, size[0] / height] * 2, dtype=np.float32)
    ink = spec.masks == "ink"
    position = {category.id: number for number, category in enumerate(spec.categories.categories)}
    return TrainingImage(
        pixels=resize(to_channels(decode_picture(sample), spec.channels), size),
        boxes=widened(torch.from_numpy(boxes), size) if ink else torch.from_numpy(boxes),
        classes=torch.tensor([position[label["category_id"]] for label in labels], dtype=torch.int64),
        masks=(surroundings if ink else resize_masks)(torch.from_numpy(masks), size),
    )


def moved_to(image: TrainingImage, device: torch.device) -> TrainingImage:
    """Return the image on another device."""
    parts = (image.pixels, image.boxes, image.classes, image.masks)
    return TrainingImage(*(part.to(device, non_blocking=True) for part in parts))


def turned(image: TrainingImage, turns: Sequence[Turn], rng: np.random.Generator) -> TrainingImage:
    """Apply each turn with probability one half; a picture that is not square is never transposed."""
    for turn in turns:
        if rng.random() < 0.5 and (turn != "transpose" or image.pixels.shape[1] == image.pixels.shape[2]):
            image = _turn(image, turn)
    return image


def _turn(image: TrainingImage, turn: Turn) -> TrainingImage:
    height, width = image.pixels.shape[1:]
    left, top, right, bottom = image.boxes.unbind(1)
    if turn == "flip-x":
        return _moved(image, image.pixels.flip(2), image.masks.flip(2), (width - right, top, width - left, bottom))
    if turn == "flip-y":
        return _moved(image, image.pixels.flip(1), image.masks.flip(1), (left, height - bottom, right, height - top))
    return _moved(image, image.pixels.transpose(1, 2), image.masks.transpose(1, 2), (top, left, bottom, right))


def _moved(image: TrainingImage, pixels: Tensor, masks: Tensor, sides: tuple[Tensor, ...]) -> TrainingImage:
    return TrainingImage(pixels.contiguous(), torch.stack(sides, 1), image.classes, masks.contiguous())
