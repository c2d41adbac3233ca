"""How pictures are varied, said in a few words."""

from collections.abc import Callable

import pytest

from maskline.pictures.training.augment.config import AugmentationConfig


@pytest.fixture(scope="session")
def options() -> Callable[..., AugmentationConfig]:
    """Ask for what keywords say, and nothing else."""

    def make(**fields: object) -> AugmentationConfig:
        off = {"turns": [], "scale": [1, 1], "crop_share": 0, "crop_px": 40, "thickness_share": 0}
        off |= {"brightness": 0, "contrast": [1, 1], "blur_px": 0, "noise": 0, "paste_blend_px": 0}
        off |= {"rotation_deg": 0, "shift": 0, "shear_deg": 0, "stretch": [1, 1], "elastic_px": 5}
        return AugmentationConfig.model_validate(off | fields)

    return make
