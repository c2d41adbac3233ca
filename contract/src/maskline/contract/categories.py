"""The category table: which classes a dataset labels and a checkpoint predicts, with ids that never change."""

import re
from typing import Any

from pydantic import Field, model_validator

from maskline.contract.config import Config, canonical_json
from maskline.contract.errors import CategoryMismatch, InvalidInput
from maskline.contract.identity import digest


class Category(Config):
    """One class of instances."""

    id: int = Field(ge=1, description="COCO category id; declared once, never reused")
    name: str = Field(min_length=1)
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$", description="sRGB colour in overlays and charts")


class CategoryTable(Config):
    """The classes of one domain under one labelling policy."""

    domain: str
    policy: str = Field(description="how the domain maps what it knows to these classes")
    categories: tuple[Category, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_and_names_are_unique(self) -> "CategoryTable":
        for values in ([c.id for c in self.categories], [c.name for c in self.categories]):
            if len(set(values)) < len(values):
                message = f"ids and names must be unique, got {values}"
                raise ValueError(message)
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Class names in table order; position i is the 0-based index a network predicts."""
        return tuple(category.name for category in self.categories)

    @property
    def key(self) -> str:
        """Its name in paths: the policy, for people, and 8 hexadecimal digits of all that `require_same` looks at."""
        policy = re.sub(r"[^a-z0-9]+", "-", self.policy.lower())[:40].strip("-") or "table"
        return f"{policy}-{digest(canonical_json(_meaning(self)))[:8]}"

    def id_of(self, name: str) -> int:
        """Return the id of the class called `name`.  Raises InvalidInput if there is none."""
        for category in self.categories:
            if category.name == name:
                return category.id
        raise InvalidInput(f"category '{name}' is not in the table of {self.domain} ({', '.join(self.names)})")

    def coco(self) -> list[dict[str, Any]]:
        """Return the `categories` section of a COCO document."""
        return [{"id": c.id, "name": c.name, "supercategory": self.domain} for c in self.categories]


_SHOWN = 6
"""Classes that an error names."""


def require_same(first: CategoryTable, first_uri: str, second: CategoryTable, second_uri: str) -> None:
    """Raise CategoryMismatch unless both tables declare the same domain, policy, ids and names (colours may differ)."""
    if _meaning(first) != _meaning(second):
        message = (
            f"{first_uri} has categories {_show(first, second)}, but {second_uri} has categories {_show(second, first)}"
        )
        raise CategoryMismatch(message)


def _meaning(table: CategoryTable) -> tuple[str, str, list[tuple[int, str]]]:
    return table.domain, table.policy, [(c.id, c.name) for c in table.categories]


def _show(table: CategoryTable, other: CategoryTable) -> str:
    """Return what a table is called and the first few of its classes that another one does not have."""
    called = f"of {table.domain}, policy {table.policy}"
    theirs = {(c.id, c.name) for c in other.categories}
    own = [f"{c.id} {c.name}" for c in table.categories if (c.id, c.name) not in theirs]
    if (table.domain, table.policy) != (other.domain, other.policy):
        return called
    if not own:
        return f"{called}, and none of its own"
    more = f" and {len(own) - _SHOWN} more" if len(own) > _SHOWN else ""
    return f"{called}, and among them {', '.join(own[:_SHOWN])}{more}"
