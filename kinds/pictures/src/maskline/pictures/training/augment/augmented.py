"""A decoded picture as the network is to see it this time."""

from dataclasses import replace

import cv2
import numpy as np
import torch
from torch import Tensor

from maskline.contract.kind.training import Draw, Pool
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.frame import frame
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.augment.config import AugmentationConfig, Span
from maskline.pictures.training.augment.crop import picked, window
from maskline.pictures.training.augment.deformation import deformation
from maskline.pictures.training.augment.light import blurred, coloured, lit, noisy
from maskline.pictures.training.augment.paste import pasted
from maskline.pictures.training.augment.streams import (
    BLUR,
    BRIGHTNESS,
    COLOUR,
    CONTRAST,
    CROP,
    GRAIN,
    GUESTS,
    LIGHT,
    NOISE,
    PASTE,
    SCALE,
    THICKNESS,
    TURNS,
)
from maskline.pictures.training.augment.thickness import thicker, thinner
from maskline.pictures.training.augment.turns import turned
from maskline.pictures.training.augment.warp import warped
from maskline.pictures.training.items import framed


def augmented(
    image: TrainingImage, spec: ModelSpec, config: AugmentationConfig, draw: Draw, pool: Pool
) -> TrainingImage:
    """Vary a picture in its own pixels as `config` says and return it in the network's frame.

    pool: the pictures whose instances may be pasted onto it.
    Each option draws from a generator of its own, so that switching one on leaves what the others do alone.
    """
    cv2.setNumThreads(1)  # its threads do not survive the fork of a loader's workers
    image = _placed(image, spec, config, draw)
    rng = draw(PASTE)
    if rng.random() < config.paste_share:
        guests = _some(TrainingImage.of(pool[int(rng.integers(len(pool)))]), config.paste_instances, rng)
        image = pasted(image, _placed(guests, spec, config, lambda use: draw(GUESTS + use)), config, rng)
    if config.least_px:
        image = picked(image, image.masks.areas() >= config.least_px)
    return replace(image, pixels=_in_light(image.pixels, config, draw))


def _placed(image: TrainingImage, spec: ModelSpec, config: AugmentationConfig, draw: Draw) -> TrainingImage:
    """Vary the shapes of a picture, and bring it into the frame."""
    if config.thickness_share:
        chance = draw(THICKNESS).random() / config.thickness_share
        image = thicker(image) if chance < 0.5 else thinner(image) if chance < 1 else image
    return turned(_framed(image, spec, config, draw), config.turns, draw(TURNS))


def _framed(image: TrainingImage, spec: ModelSpec, config: AugmentationConfig, draw: Draw) -> TrainingImage:
    """Bring a picture or a window of it into the frame, where strokes are as wide in a window as in the whole."""
    height, width = image.masks.size
    scale = frame(height, width, spec)[0] / height * _factor(config.scale, draw(SCALE))
    if config.crop_share and (rng := draw(CROP)).random() < config.crop_share:
        side = round(config.crop_px / scale)
        image = window(image, (side, side), rng)
    if warp := deformation(image.masks.size, config, scale, draw):
        image = warped(image, warp)
    height, width = image.masks.size
    return framed(image, spec, scale * height / frame(height, width, spec)[0])


def _in_light(pixels: Tensor, config: AugmentationConfig, draw: Draw) -> Tensor:
    """Vary the levels of a picture, (C, H, W) uint8."""
    if draw(LIGHT).random() < config.light_share:
        brighter = config.brightness * draw(BRIGHTNESS).uniform(-1, 1)
        contrast = _factor(config.contrast, draw(CONTRAST))
        pixels = pixels if (brighter, contrast) == (0, 1) else lit(pixels, brighter, contrast)
    rng = draw(COLOUR)
    if len(pixels) == 3 and rng.random() < config.colour_share:
        pixels = coloured(pixels, config.hue_deg * rng.uniform(-1, 1), _factor(config.saturation, rng))
    if config.blur_px:
        pixels = blurred(pixels, config.blur_px * (1 - draw(BLUR).random()))
    if config.noise and draw(GRAIN).random() < config.noise_share:
        rng = draw(NOISE)
        pixels = noisy(pixels, config.noise * rng.random(), rng)
    return pixels


def _some(image: TrainingImage, share: float, rng: np.random.Generator) -> TrainingImage:
    """Return a picture with a share of its instances, each as likely to be there."""
    return picked(image, torch.from_numpy(rng.random(len(image.masks)) < share))


def _factor(span: Span, rng: np.random.Generator) -> float:
    """Return a factor of a span: as often twice as near to the one end as to the other, in ratios."""
    smallest, largest = span
    return float(smallest * (largest / smallest) ** rng.random())
