"""Samples as tensors: in their pictures' own pixels, and in the network's frame."""

import numpy as np
import torch

from maskline.contract import picture
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.preprocessing.frame import frame, legible, resize, to_channels
from maskline.pictures.preprocessing.ink import surroundings, widened
from maskline.pictures.spec import ModelSpec


def decode_picture(sample: Sample) -> picture.Picture:
    """Return the picture of a sample: the member that its COCO record names.  Raises InvalidInput naming it."""
    name = sample.image["file_name"]
    try:
        return picture.decode(sample.members[name.rpartition(".")[2]])
    except InvalidInput as fault:
        raise InvalidInput(f"picture {name} of the dataset: {fault}") from None


def decoded(sample: Sample, spec: ModelSpec) -> TrainingImage:
    """Return a sample in its picture's own pixels, as the network reads them.

    Crowd annotations are no instances and are left out.
    Raises InvalidInput naming a picture that cannot be read, or is not of the size that its record tells.
    """
    labels = [annotation for annotation in sample.annotations if not annotation["iscrowd"]]
    pixels, size = legible(decode_picture(sample), spec), (sample.image["height"], sample.image["width"])
    if pixels.shape[:2] != size:
        found = f"{pixels.shape[1]} x {pixels.shape[0]} px, and its record says {size[1]} x {size[0]}"
        raise InvalidInput(f"picture {sample.image['file_name']} of the dataset is of {found}")
    boxes = np.array([label["bbox"] for label in labels], dtype=np.float32).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    position = {category.id: number for number, category in enumerate(spec.categories.categories)}
    return TrainingImage(
        pixels=to_channels(pixels, 1 if pixels.ndim == 2 else spec.channels).contiguous(),
        boxes=torch.from_numpy(boxes),
        classes=torch.tensor([position[label["category_id"]] for label in labels], dtype=torch.int64),
        masks=Crops.of_rles([label["segmentation"] for label in labels], size),
    )


def framed(image: TrainingImage, spec: ModelSpec, factor: float = 1.0) -> TrainingImage:
    """Bring a picture into the network's frame, enlarged by `factor`, and its labels with it."""
    height, width = image.masks.size
    size = tuple(max(1, round(side * factor)) for side in frame(height, width, spec))
    size = size[0], size[1]
    boxes = image.boxes * torch.tensor([size[1] / width, size[0] / height] * 2)
    ink = spec.masks == "ink"
    return TrainingImage(
        pixels=resize(image.pixels, size),
        boxes=widened(boxes, size) if ink else boxes,
        classes=image.classes,
        masks=surroundings(image.masks, size) if ink else image.masks.scaled(size),
    )


def training_image(sample: Sample, spec: ModelSpec) -> TrainingImage:
    """Bring a sample into the network's frame."""
    return framed(decoded(sample, spec), spec)
