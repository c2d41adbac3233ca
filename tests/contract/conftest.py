"""A small category table."""

import pytest

from maskline.contract.categories import Category, CategoryTable


@pytest.fixture
def table() -> CategoryTable:
    """Two classes of shapes."""
    classes = (Category(id=1, name="square", colour="#ff0000"), Category(id=2, name="circle", colour="#0000ff"))
    return CategoryTable(domain="shapes", policy="plain", categories=classes)
