"""Kubernetes' notation of quantities."""

import pytest

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag.quantity import number


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", 2), ("500m", 0.5), ("1.5", 1.5), ("1k", 1000), ("2Mi", 2 * 1024**2), ("16Gi", 16 * 1024**3), ("1G", 10**9)],
)
def test_a_unit_says_how_many(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "Gi", "2 Gi", "2GB", "-1", "1e3", "2g"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no quantity"):
        number(text)
