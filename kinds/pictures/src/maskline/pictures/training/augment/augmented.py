"""A decoded picture as the network is to see it this time."""

from dataclasses import replace

import numpy as np

from maskline.contract.kind.training import Draw
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.frame import frame
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.augment.config import AugmentationConfig, Span
from maskline.pictures.training.augment.crop import window
from maskline.pictures.training.augment.light import blurred, lit, noisy
from maskline.pictures.training.augment.streams import (
    BLUR,
    BRIGHTNESS,
    CONTRAST,
    CROP,
    NOISE,
    SCALE,
    THICKNESS,
    TURNS,
)
from maskline.pictures.training.augment.thickness import thicker, thinner
from maskline.pictures.training.augment.turns import turned
from maskline.pictures.training.items import framed


def augmented(image: TrainingImage, spec: ModelSpec, config: AugmentationConfig, draw: Draw) -> TrainingImage:
    """Vary a picture in its own pixels as `config` says and return it in the network's frame.

    Each option draws from a generator of its own, so that switching one on leaves what the others do alone.
    """
    if config.thickness_share:
        chance = draw(THICKNESS).random() / config.thickness_share
        image = thicker(image) if chance < 0.5 else thinner(image) if chance < 1 else image
    image = _framed(image, spec, config, draw)
    image = turned(image, config.turns, draw(TURNS))
    brighter = config.brightness * draw(BRIGHTNESS).uniform(-1, 1) if config.brightness else 0.0
    contrast = _factor(config.contrast, draw(CONTRAST))
    pixels = image.pixels
    if (brighter, contrast) != (0, 1):
        pixels = lit(pixels, brighter, contrast)
    if config.blur_px:
        pixels = blurred(pixels, config.blur_px * draw(BLUR).random())
    if config.noise:
        rng = draw(NOISE)
        pixels = noisy(pixels, config.noise * rng.random(), rng)
    return replace(image, pixels=pixels)


def _framed(image: TrainingImage, spec: ModelSpec, config: AugmentationConfig, draw: Draw) -> TrainingImage:
    """Bring a picture or a window of it into the frame, where strokes are as wide in a window as in the whole."""
    height, width = image.masks.size
    scale = frame(height, width, spec)[0] / height * _factor(config.scale, draw(SCALE))
    if config.crop_share and (rng := draw(CROP)).random() < config.crop_share:
        image = window(image, round(config.crop_px / scale), rng)
    height, width = image.masks.size
    return framed(image, spec, scale * height / frame(height, width, spec)[0])


def _factor(span: Span, rng: np.random.Generator) -> float:
    """Return a factor of a span: as often twice as near to the one end as to the other, in ratios."""
    smallest, largest = span
    return float(smallest * (largest / smallest) ** rng.random())
