"""Kinds of record are found by the name that manifests tell."""

import pytest

from maskline.contract.errors import InvalidInput
from maskline.contract.kind import load_kind
from maskline.contract.kind.records import records_of


def test_the_records_of_pictures_are_found_by_what_manifests_call_them() -> None:
    assert records_of("coco/1").size({"width": 640, "height": 480}) == "640 \N{MULTIPLICATION SIGN} 480 px"


def test_a_kind_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(InvalidInput, match=r"'waves/1' are unknown here \(there are: coco/1"):
        load_kind("records", "waves/1")


def test_a_part_that_a_kind_does_not_offer_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"'coco/1' offer no colours"):
        load_kind("colours", "coco/1")
