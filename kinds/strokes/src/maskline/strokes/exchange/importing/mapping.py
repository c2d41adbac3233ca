"""Whose classes become which: objects and parts of the files against a category table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from maskline.contract.categories import CategoryTable
from maskline.contract.domain import load_domain
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import OWN, ImportConfig
from maskline.contract.kind.mapping import IGNORE, read_mapping
from maskline.contract.kind.mapping import settle as settle_names
from maskline.strokes.classes import PART, object_of, part_name, part_of
from maskline.strokes.sketch import Part, Sketch, Thing


@dataclass(frozen=True, slots=True)
class Names:
    """The table of the dataset, and which of its names each class of the files becomes, or `ignore`.

    ours: of "car" and of "car/wheel", both with their object.
    """

    table: CategoryTable
    ours: Mapping[str, str]

    def renamed(self, sketch: Sketch) -> Sketch:
        """Return a sketch with the table's classes.

        Strokes of an ignored object are of none; those of an ignored part have no part. Parts that become one are
        one where instances were not told apart.
        """
        things = [self._renamed(thing) for thing in sketch.things if self.ours[thing.category] != IGNORE]
        return replace(sketch, things=tuple(things))

    def _renamed(self, thing: Thing) -> Thing:
        crowds: dict[str, list[int]] = {}
        parts: list[Part] = []
        for part in thing.parts:
            name = self.ours[part_name(thing.category, part.name)]
            if name == IGNORE:
                continue
            if part.crowd:
                crowds.setdefault(part_of(name), []).extend(part.strokes)
            else:
                parts.append(replace(part, name=part_of(name)))
        parts += [Part(name, tuple(sorted(strokes)), crowd=True) for name, strokes in crowds.items()]
        return Thing(self.ours[thing.category], thing.strokes, tuple(sorted(parts, key=lambda part: part.strokes)))


def settle(config: ImportConfig, sketches: Sequence[Sketch], problems: list[str], remarks: list[str]) -> Names:
    """Return the classes that the config asks for; what nothing maps is added to `problems`.

    Raises InvalidInput for a mapping that is none.
    """
    strokes = _counted(sketches)
    if config.categories == OWN:
        table = settle_names(config, list(strokes), strokes).table
        return Names(table, {name: name for name in strokes})
    table = config.table or load_domain("maskline.categories", config.domain)
    given = read_mapping(Path(config.categories)) if config.categories else {}
    ours = {name: _ours(name, given, strokes) for name in strokes}
    known = {*table.names, IGNORE}
    problems += [
        f"class '{name}' ({count} strokes) becomes '{ours[name]}', which {table.domain} does not have: --categories "
        f"takes a YAML file of lines like '{name}: {table.names[0]}' or '{name}: {IGNORE}', or {OWN}"
        for name, count in strokes.items()
        if ours[name] not in known
    ]
    used = {*strokes, *(part_of(name) for name in strokes)}
    if unused := sorted(given.keys() - used):
        remarks.append(f"{config.categories} maps {', '.join(unused)}, which the files do not have")
    _require_same_object(ours, config.categories)
    return Names(table, ours)


def _counted(sketches: Sequence[Sketch]) -> dict[str, int]:
    """Return the classes, objects by name and each followed by its parts, and how many strokes each has."""
    counts: Counter[str] = Counter()
    for sketch in sketches:
        for thing in sketch.things:
            counts[thing.category] += len(thing.strokes)
            for part in thing.parts:
                counts[part_name(thing.category, part.name)] += len(part.strokes)
    return {name: counts[name] for name in sorted(counts, key=lambda name: (object_of(name), part_of(name)))}


def _ours(name: str, given: Mapping[str, str], theirs: Mapping[str, int]) -> str:
    """Return what a class becomes: as the mapping says of it, or of its part in any object, else what it is called."""
    thing, part = object_of(name), part_of(name)
    ours = given.get(thing, thing)
    if not part or ours == IGNORE:
        return ours
    told = given.get(name) or (given.get(part) if part not in theirs else None)
    if not told:
        return part_name(ours, part)
    return told if told == IGNORE or PART in told else part_name(ours, told)


def _require_same_object(ours: Mapping[str, str], where: str) -> None:
    for name, own in ours.items():
        thing = ours[object_of(name)]
        if IGNORE not in {own, thing} and object_of(own) != thing:
            raise InvalidInput(
                f"{where}: {name} becomes {own}, but {object_of(name)} becomes {thing}: a part stays with its object"
            )
