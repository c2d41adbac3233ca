"""One volume's microscope."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from maskline.contract.drawing.ranges import number
from maskline.tomograms.imaging.options import ImagingOptions


@dataclass(frozen=True, slots=True)
class Exposure:
    """What ImagingOptions say, sampled."""

    imaging: str
    tilt_deg: float
    step_deg: float
    voltage_kv: float
    defocus_um: float
    amplitude_contrast: float
    low_pass_a: float
    snr: float
    inverted: bool

    @classmethod
    def sampled(cls, options: ImagingOptions, rng: np.random.Generator) -> "Exposure":
        """Sample one from its ranges, to four digits that count."""
        drawn: dict[str, Any] = {name: getattr(options, name) for name in ImagingOptions.model_fields}
        for name, value in drawn.items():
            drawn[name] = _sampled(value, rng) if isinstance(value, tuple) else value
        return cls(**drawn)


def _sampled(span: tuple[float, float], rng: np.random.Generator) -> float:
    return float(f"{number(span, rng):.4g}")
