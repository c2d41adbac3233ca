"""Whose categories become which when a dataset is imported: the files' names against a category table."""

import colorsys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import yaml

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.domain import load_domain
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.kind.exchange import OWN, ImportConfig

IGNORE = "ignore"
POLICY = "imported"
INSTANCE = "instance"
"""What instances are called in files that say nothing of it, where these become the table."""
GOLDEN = 0.618034  # hues a golden section apart stay apart, however many there are


class Categories:
    """The table of the dataset, and which of its names each of the files' names becomes, or `ignore`."""

    def __init__(self, table: CategoryTable, names: Mapping[str, str]) -> None:
        self.table = table
        self.names = dict(names)

    def ids(self, name: str) -> tuple[int, ...]:
        """Return the ids that an instance of their category `name` counts for: one, or all where it is ignored."""
        ours = self.names[name]
        return tuple(category.id for category in self.table.categories if ours in (category.name, IGNORE))


def usual(config: ImportConfig, category: str, what: str) -> str:
    """Return what instances are called in files that do not say it: `category`, else the table's only one.

    category: the one that is asked for; empty: none is.  what: the files, in words.
    Raises InvalidInput where the table has several.
    """
    if category:
        return category
    if config.categories == OWN:
        return INSTANCE
    table = config.table or load_domain("maskline.categories", config.domain)
    if len(table.categories) > 1:
        raise InvalidInput(
            f"{what} do not say what their instances are, and {table.domain} has {len(table.categories)} categories: "
            f"--set category=NAME must, one of {', '.join(table.names)}; or --categories {OWN}"
        )
    return str(table.names[0])


def settle(config: ImportConfig, theirs: Sequence[str], used: Collection[str]) -> Categories:
    """Return the categories that the config asks for.

    theirs: the names that the files declare, in their order.  used: those of them that instances have.
    Raises InvalidInput naming every category that instances have and nothing maps, and every mapping that fits nothing.
    """
    choice = config.categories
    if choice == OWN:
        names = [name for name in dict.fromkeys(theirs) if name != IGNORE]
        if not names:
            raise InvalidInput(f"--categories {OWN}: the documents declare no categories")
        return Categories(_own(config.domain, names), {name: name for name in theirs})
    table: CategoryTable = config.table or load_domain("maskline.categories", config.domain)
    names_of = read_mapping(Path(choice)) if choice else {}
    if unknown := sorted(names_of.keys() - set(theirs)):
        raise InvalidInput(f"{choice} maps {', '.join(unknown)}, but the documents have only {', '.join(theirs)}")
    if strange := sorted(set(names_of.values()) - {*table.names, IGNORE}):
        known = ", ".join((*table.names, IGNORE))
        raise InvalidInput(f"{choice} maps to {', '.join(strange)}, but {table.domain} has only {known}")
    names_of = {name: name for name in theirs if name in table.names} | names_of
    if unmapped := sorted(set(used) - names_of.keys()):
        raise InvalidInput(
            f"no category of {table.domain} ({', '.join(table.names)}) is called {', '.join(unmapped)}: --categories "
            f"takes a YAML file of lines like '{unmapped[0]}: {table.names[0]}' or '{unmapped[0]}: {IGNORE}', or {OWN}"
        )
    return Categories(table, names_of)


def _own(domain: str, names: Sequence[str]) -> CategoryTable:
    found = tuple(Category(id=i, name=name, colour=_colour(i)) for i, name in enumerate(names, 1))
    return CategoryTable(domain=domain, policy=POLICY, categories=found)


def _colour(number: int) -> str:
    red, green, blue = colorsys.hls_to_rgb(number * GOLDEN % 1, 0.45, 0.75)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def read_mapping(path: Path) -> dict[str, str]:
    """Read a file of lines like 'their name: our name' or 'their name: ignore'.  Raises NotFound, InvalidInput."""
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotFound(f"--categories {path}: there is no such file, and it is not {OWN}") from None
    except (OSError, ValueError, yaml.YAMLError) as fault:
        raise InvalidInput(f"--categories {path} cannot be read as YAML: {fault}") from None
    if not isinstance(values, dict) or not all(isinstance(value, str) for pair in values.items() for value in pair):
        raise InvalidInput(f"--categories {path} must be lines of 'their name: our name' or 'their name: {IGNORE}'")
    return values
