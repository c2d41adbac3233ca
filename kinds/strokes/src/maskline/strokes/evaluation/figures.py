"""The figures of a set of results: what training watches, manifests tell and reports begin with."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.strokes.evaluation.compare.accuracy import mean_share, right, right_with_side, share
from maskline.strokes.evaluation.compare.confusion import macro_f1, of_families, weighted_f1
from maskline.strokes.evaluation.compare.families import NONE
from maskline.strokes.evaluation.compare.matching import (
    TrueObject,
    category_accuracy,
    in_right_object,
    matched,
    objects_found,
)
from maskline.strokes.evaluation.compare.sides import side_accuracy, turned_by_truth
from maskline.strokes.evaluation.compare.stroke_sets import objects_ap, parts_ap
from maskline.strokes.evaluation.compare.strokes import Label, Numbers, Strokes, strokes_of
from maskline.strokes.evaluation.wording import GIVEN, TOLD

Figures = dict[str, float | None]


def figures(
    truth: Mapping[str, Any], results: Sequence[Label], given: Mapping[int, Sequence[int]] | None = None
) -> Figures:
    """Return figures by name, 0..1 each; None where the truth holds nothing to measure.

    truth: `images`, which are records of sketches, `annotations` and `categories`.  results: with `image_id`.
    given: id of a sketch -> of each stroke the category id of the part that was found when the objects and their
    categories were told, 0 for none.  A stroke, object or sketch of the truth for which nothing was found is wrong;
    strokes whose part the truth does not tell do not count as parts.
    Raises InvalidInput for a result of a sketch or category that the truth does not have, Corrupt for strokes that a
    sketch does not have.
    """
    strokes = strokes_of(truth, results, given)
    return figures_of(strokes, matched(strokes)) | average_precisions(strokes, truth, results)


def figures_of(strokes: Strokes, objects: Sequence[TrueObject]) -> Figures:
    """Return all figures but average precision.  objects: of the truth, matched."""
    found = strokes.found.part
    return {
        **_parts(strokes, found),
        **_sides(strokes, found),
        "category_accuracy": category_accuracy(objects, strokes.answered),
        "objects_found": objects_found(objects),
        "strokes_in_right_object": share(in_right_object(strokes, objects), strokes.truth.thing != NONE),
        **{GIVEN + name: value for name, value in _given(strokes).items()},
    }


def average_precisions(strokes: Strokes, truth: Mapping[str, Any], results: Sequence[Label]) -> Figures:
    """Return average precision of instances of parts, and of objects, over stroke sets."""
    parts, objects = parts_ap(strokes, truth, results), objects_ap(strokes, truth, results)
    return {
        "instance_ap": parts.ap,
        "instance_ap50": parts.ap50,
        "object_ap": objects.ap,
        "object_ap50": objects.ap50,
    }


def _parts(strokes: Strokes, part: Numbers) -> Figures:
    """part: (S,) category id of what was found."""
    confusion, marks = of_families(strokes, part), right(strokes, part)
    return {
        "stroke_accuracy": share(marks, strokes.labelled),
        "component_accuracy": mean_share(strokes, marks, strokes.labelled),
        "macro_f1": macro_f1(confusion.f1()),
        "weighted_f1": weighted_f1(confusion),
    }


def _sides(strokes: Strokes, part: Numbers) -> Figures:
    turned = turned_by_truth(strokes, part)
    counted = strokes.labelled & strokes.families.have_sides
    return {
        "stroke_accuracy_sides": share(right_with_side(strokes, part), counted),
        "stroke_accuracy_sides_flip_by_truth": share(right_with_side(strokes, turned), counted),
        "side_accuracy": side_accuracy(strokes, part),
        "side_accuracy_flip_by_truth": side_accuracy(strokes, turned),
    }


def _given(strokes: Strokes) -> Figures:
    if strokes.given is None:
        return dict.fromkeys(TOLD)
    found = _parts(strokes, strokes.given)
    return {name: found[name] for name in TOLD}
