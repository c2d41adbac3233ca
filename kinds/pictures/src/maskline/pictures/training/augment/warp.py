"""A picture drawn anew from other places of itself, and its masks from the same places.

A pixel of the new picture is mixed from the four around its place in the old one, in proportion to how near they are;
it belongs to a mask when at least half of that mixture does. What comes in from beyond the sides is of the picture's
median colour and belongs to nothing. An instance of which less than KEPT_SHARE is still in the picture is left out.

C: channels   H, W: pixels of the picture   h, w: pixels of a part of it
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import EMPTY, Crops, Piece
from maskline.pictures.training.augment.crop import KEPT_SHARE
from maskline.pictures.training.augment.light import median

STEPS = 32
"""Places are told in so many parts of a pixel: OpenCV knows no finer ones, and so rounding is the same everywhere."""
Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Warp:
    """Where each pixel of a new picture comes from in the old one.

    outward: (2, 3), where a place (x, y, 1) of the old picture comes to lie.  bend: (2, H, W) float32, x and y in
    pixels of the old picture, added to the place that this says a pixel comes from.  reach: the most of it along an
    axis. Places are those of pixels' centres: (0, 0) is the middle of the first one.
    """

    outward: NDArray[np.float64]
    bend: Plane
    reach: float

    def sources(self) -> tuple[Plane, Plane]:
        """Return x and y, (H, W) each, of every new pixel's place in the old picture."""
        rows, columns = (np.arange(side, dtype=np.float32) for side in self.bend.shape[1:])
        across, down, at = cv2.invertAffineTransform(self.outward).astype(np.float32).T[..., None]
        places = self.bend + (across * columns + at)[:, None]
        places += (down * rows)[..., None]
        places *= STEPS
        np.rint(places, out=places)
        places /= STEPS
        return places[0], places[1]

    def landings(self, boxes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return boxes outside of which nothing comes from within `boxes`, (N, 4) as x0, y0, x1, y1; some are empty."""
        low, high = boxes[:, :2] - 1 - self.reach, boxes[:, 2:] + self.reach  # a pixel beside a box still shares in it
        middle = (low + high) / 2 @ self.outward[:, :2].T + self.outward[:, 2]
        spread = (high - low) / 2 @ np.abs(self.outward[:, :2]).T
        ends = np.hstack([np.floor(middle - spread), np.ceil(middle + spread) + 1])
        height, width = self.bend.shape[1:]
        return ends.clip(0, [width, height] * 2).astype(np.int64)


def warped(image: TrainingImage, warp: Warp) -> TrainingImage:
    """Return the picture as `warp`, which is of its size, says; boxes are those of what masks have become."""
    x, y = warp.sources()
    pixels = image.pixels.numpy()
    planes = [
        cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=ground)
        for plane, ground in zip(pixels, median(pixels).tolist(), strict=True)
    ]
    pieces, corners = [], []
    boxes = image.masks.boxes.numpy()
    landings = warp.landings(boxes).tolist()
    for piece, (left, top, *_), (x0, y0, x1, y1) in zip(image.masks.pieces(), boxes, landings, strict=True):
        part = np.s_[y0:y1, x0:x1]
        pieces.append(_warped(piece, x[part] - np.float32(left), y[part] - np.float32(top)))
        corners.append((x0, y0))
    masks = Crops.of_pieces(pieces, corners, image.masks.size)
    whole = image.masks.areas() * float(np.linalg.det(warp.outward[:, :2]))
    areas = masks.areas()
    kept = (areas > 0) & (areas >= whole * KEPT_SHARE)
    drawn = torch.from_numpy(np.stack(planes))
    return TrainingImage(drawn, masks[kept].outlines(), image.classes[kept], masks[kept])


def _warped(piece: Piece, x: Plane, y: Plane) -> Piece:
    """Return which pixels, (h, w), belong to a mask, of the place of each in the mask's box."""
    if not piece.size or not x.size:
        return EMPTY
    shares: Plane = cv2.remap(piece.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return (shares >= 0.5).view(np.uint8)
