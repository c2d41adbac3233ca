"""What was found in sketches as the results that predictions hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from maskline.strokes.classes import Classes, part_of
from maskline.strokes.networks.network import SketchNetwork
from maskline.strokes.networks.sampling import sampled
from maskline.strokes.prediction.reading import FoundObject, Told, objects_in, read
from maskline.strokes.sketch import Part, Sketch, Thing


def whole(sketch: Sketch) -> list[Told]:
    """Return a sketch's strokes as one object."""
    return [Told(tuple(range(len(sketch.strokes))))]


def results_of(
    network: SketchNetwork, sketches: Sequence[Sketch], told: Sequence[Sequence[Told]] | None = None
) -> list[list[dict[str, Any]]]:
    """Return results without `image_id` of each sketch.  told: what is known of their objects; None: they are found."""
    points = [sampled(sketch.strokes, network.spec.points) for sketch in sketches]
    found = read(network, points, objects_in(network, points) if told is None else told)
    classes = Classes(network.spec.categories)
    return [described(classes, objects) for objects in found]


def described(classes: Classes, objects: Sequence[FoundObject]) -> list[dict[str, Any]]:
    """Return objects and their parts as results."""
    results: list[dict[str, Any]] = []
    for number, thing in enumerate(objects, 1):
        own = {"object": number}
        results.append(own | _result(classes, thing.category, thing.strokes, thing.score))
        results += [own | _result(classes, part.name, part.strokes, part.score) for part in thing.parts]
    return results


def given_parts(network: SketchNetwork, sketches: Sequence[Sketch]) -> list[list[int]]:
    """Return the category id of each stroke's part, 0 for strokes of no object, where objects and categories are told.

    The sketches' own labels tell them.
    """
    points = [sampled(sketch.strokes, network.spec.points) for sketch in sketches]
    told = [[Told(thing.strokes, thing.category) for thing in sketch.things] for sketch in sketches]
    ids = Classes(network.spec.categories).id
    every = []
    for sketch, found in zip(sketches, read(network, points, told), strict=True):
        parts = [0] * len(sketch.strokes)
        for thing in found:
            for part in thing.parts:
                for number in part.strokes:
                    parts[number] = ids[part.name]
        every.append(parts)
    return every


def as_found(sketch: Sketch, results: Sequence[Mapping[str, Any]], classes: Classes) -> Sketch:
    """Return a sketch whose objects and parts are those that were found.  results: as `described` gives them."""
    parts: dict[int, list[Part]] = {}
    for one in results:
        if classes.is_part(one):
            part = Part(part_of(classes.name[one["category_id"]]), tuple(one["strokes"]))
            parts.setdefault(one["object"], []).append(part)
    things = tuple(
        Thing(classes.name[one["category_id"]], tuple(one["strokes"]), tuple(parts.get(one["object"], ())))
        for one in results
        if not classes.is_part(one)
    )
    return replace(sketch, things=things)


def _result(classes: Classes, name: str, strokes: Sequence[int], score: float) -> dict[str, Any]:
    return {"category_id": classes.id[name], "strokes": list(strokes), "score": round(score, 4)}
