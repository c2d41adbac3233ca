"""From what a specimen does to light to a picture."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from maskline.cells.blur import Floats, blur, grain
from maskline.cells.microscope.options import MicroscopeOptions
from maskline.contract.drawing.ranges import number

WHITE = 255


@dataclass(frozen=True, slots=True)
class Exposure:
    """One picture's microscope: each of MicroscopeOptions, sampled."""

    ground: float
    contrast: float
    defocus_px: float
    halo: float
    halo_px: float
    uneven: float
    mottle: float
    mottle_px: float
    photons: float
    read_noise: float

    @classmethod
    def sampled(cls, options: MicroscopeOptions, rng: np.random.Generator) -> "Exposure":
        """Sample one from its ranges, to three decimals."""
        return cls(**{field.name: round(number(getattr(options, field.name), rng), 3) for field in fields(cls)})

    def picture(self, specimen: Floats, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Return (H, W) levels of grey.

        specimen: (H, W) how much brighter than the ground what lies there is, over the whole range of grey.
        """
        seen = blur(specimen, self.defocus_px)
        if self.halo:
            seen = seen - np.float32(self.halo) * blur(seen, self.halo_px)
        level = np.float32(self.ground) + seen * np.float32(WHITE * self.contrast)
        if self.mottle:
            level += grain(specimen.shape, self.mottle_px, rng) * np.float32(self.mottle)
        level *= self._light(specimen.shape, rng)
        return self._counted(level, rng)

    def _light(self, size: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Return (H, W) shares of light: all of it somewhere, and least at the corner that is farthest from there."""
        middle = rng.random(2).tolist()
        ys, xs = (
            np.linspace(0, 1, side, dtype=np.float32) - np.float32(at) for side, at in zip(size, middle, strict=True)
        )
        away = ys[:, None] * ys[:, None] + xs[None] * xs[None]
        farthest = sum(max(at, 1 - at) ** 2 for at in middle)
        light: Floats = np.float32(1) - away * np.float32(self.uneven / farthest)
        return light

    def _counted(self, level: Floats, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Add the noise of counting photons, which grows with the root of their number, and that of reading them."""
        variance = np.full_like(level, self.read_noise**2)
        if self.photons:
            variance += np.maximum(level, 0) * np.float32(WHITE / self.photons)
        noisy = level + np.sqrt(variance) * rng.standard_normal(level.shape, np.float32)
        picture: NDArray[np.uint8] = np.clip(np.rint(noisy), 0, WHITE).astype(np.uint8)
        return picture
