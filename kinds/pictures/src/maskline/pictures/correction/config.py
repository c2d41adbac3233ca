"""What of a class's masks is put right."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config
from maskline.contract.errors import InvalidInput

ALL = "all"
"""In place of a class's name: every class that has no rules of its own."""


class MaskRules(Config):
    """What is put right in the masks of one class, in this order; nothing unless it is asked for."""

    holes: Literal["keep", "fill"] = Field(
        default="keep",
        description="fill: ground that a mask encloses, a diagonal line of pixels being a wall, joins it",
    )
    largest_hole_px: int = Field(default=0, ge=0, description="pixels of the largest hole that is filled; 0: any")
    fragment_share: float = Field(
        default=0,
        ge=0,
        le=1,
        description="parts of a mask that are smaller than this share of it are removed, the largest part never is",
    )
    fragment_px: int = Field(default=0, ge=0, description="so are parts with fewer pixels than this")
    sliver_px: int = Field(
        default=0, ge=0, description="masks that hold no square of so many pixels a side are left out; 0: none is"
    )
    double_iou: float = Field(
        default=0,
        ge=0,
        le=1,
        description="of two masks with at least this IoU the one with the lower score, of labels the smaller one, is "
        "left out; 0: none is",
    )


Correction = dict[str, MaskRules]
"""By the name of a class, or `ALL`."""


def by_category(correction: Mapping[str, MaskRules], categories: CategoryTable) -> dict[int, MaskRules]:
    """Return category id -> rules, of the classes that have any.

    Raises InvalidInput for rules of a class that the table does not have.
    """
    names = {category.name: category.id for category in categories.categories}
    strangers = sorted(correction.keys() - names.keys() - {ALL})
    if strangers:
        known = ", ".join([*names, ALL])
        raise InvalidInput(f"correction has rules for '{strangers[0]}': there is no such class (there are: {known})")
    ruled = {key: correction.get(name, correction.get(ALL)) for name, key in names.items()}
    return {key: rules for key, rules in ruled.items() if rules}
