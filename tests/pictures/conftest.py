"""One small drawing, and a narrow network that has learnt it by heart."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.pictures.networks.segmenter import Segmenter, TrainingImage, build
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.spec import ModelSpec

SIDE = 128  # pixels
STEPS = 170


@dataclass(frozen=True)
class Drawing:
    """A labelled picture.  picture: (H, W) uint8.  masks: (N, H, W) bool.  classes: N positions in the table."""

    picture: NDArray[np.uint8]
    masks: NDArray[np.bool_]
    classes: tuple[int, ...]

    def truth(self, table: CategoryTable) -> dict[str, Any]:
        """Return the drawing as a COCO document of one image with id 1."""
        labels = []
        for number, (mask, position) in enumerate(zip(self.masks, self.classes, strict=True), 1):
            code = rle.encode(mask)
            label = {"id": number, "image_id": 1, "category_id": table.categories[position].id, "iscrowd": 0}
            labels.append({**label, "segmentation": code, "bbox": rle.bbox(code), "area": rle.area(code)})
        height, width = self.picture.shape
        image = {"id": 1, "file_name": "1.png", "width": width, "height": height}
        return {"images": [image], "annotations": labels, "categories": table.coco()}

    def training_image(self) -> TrainingImage:
        """Return the drawing as the network is taught."""
        corners = [(x, y, x + w, y + h) for x, y, w, h in (rle.bbox(rle.encode(mask)) for mask in self.masks)]
        return TrainingImage(
            pixels=torch.from_numpy(self.picture)[None],
            boxes=torch.tensor(corners, dtype=torch.float32),
            classes=torch.tensor(self.classes),
            masks=Crops.of_rles([rle.encode(mask) for mask in self.masks], self.picture.shape),
        )


@pytest.fixture(scope="session")
def table() -> CategoryTable:
    """Three classes whose ids are not their positions."""
    named = [(2, "ring", "#aa0000"), (5, "bar", "#00aa00"), (7, "block", "#0000aa")]
    return CategoryTable(
        domain="shapes", policy="1", categories=tuple(Category(id=i, name=n, colour=c) for i, n, c in named)
    )


@pytest.fixture(scope="session")
def narrow_spec(table: CategoryTable) -> ModelSpec:
    """Grey pictures at their own size up to SIDE."""
    return ModelSpec(architecture="narrow", channels=1, categories=table, short_side_px=0, long_side_px=SIDE)


@pytest.fixture(scope="session")
def drawing() -> Drawing:
    """A ring with a hole, two bars of a few pixels' width, and a block, black on white."""
    y, x = np.mgrid[:SIDE, :SIDE]
    distance = np.hypot(x - 36, y - 36)
    masks = [
        (distance >= 12) & (distance < 22),
        (abs(x - 90) < 26) & (abs(y - 24) < 3),
        (abs(x - 108) < 3) & (abs(y - 80) < 30),
        (abs(x - 40) < 15) & (abs(y - 96) < 12),
    ]
    picture = np.where(np.any(masks, axis=0), 0, 255).astype(np.uint8)
    return Drawing(picture, np.array(masks), (0, 1, 1, 2))


@pytest.fixture(scope="session")
def learnt(narrow_spec: ModelSpec, drawing: Drawing) -> Segmenter:
    """A narrow network that has seen nothing but the drawing.

    Its rate falls to nothing: at a rate that stays, what it finds at the last step depends on how a processor rounds.
    """
    torch.manual_seed(0)
    segmenter = build(narrow_spec)
    optimizer = torch.optim.AdamW(segmenter.parameters(), lr=2e-3)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        loss = torch.stack(list(segmenter.losses([drawing.training_image()]).values())).sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(segmenter.parameters(), 5.0)
        optimizer.step()
        rate.step()
    return segmenter
