"""The figures in words: what people call them and what each means."""

from typing import NamedTuple

GIVEN = "given_"
"""Begins the names of figures for which the objects and their categories were told."""
ALONE = "as told from the drawing alone"
BY_TRUTH = (
    "chosen with the truth at hand, as InstanceSketch reports it: left and right of a part are exchanged in a sketch "
    "where that agrees better with the truth, so this is no figure of the model alone"
)


class Wording(NamedTuple):
    """One figure.  title: what people call it.  meaning: a sentence without its full stop."""

    title: str
    meaning: str


FIGURES = {
    "stroke_accuracy": Wording(
        "Stroke accuracy",
        "share of strokes taken for the part that they are, of what they are a part of; any side will do",
    ),
    "component_accuracy": Wording("Component accuracy", "the same share of each sketch, averaged over the sketches"),
    "macro_f1": Wording("Macro F1", "F1 of each part, averaged over the parts of each object, then over the objects"),
    "weighted_f1": Wording("Weighted F1", "F1 of each part, averaged by the number of its strokes"),
    "stroke_accuracy_sides": Wording(
        "Stroke accuracy, sides counted", f"a stroke on the wrong side is wrong; left and right {ALONE}"
    ),
    "stroke_accuracy_sides_flip_by_truth": Wording(
        "Stroke accuracy, sides chosen by truth", f"the same with left and right {BY_TRUTH}"
    ),
    "side_accuracy": Wording(
        "Left or right", f"of strokes whose part is found and has two sides, the share on the side it is, {ALONE}"
    ),
    "side_accuracy_flip_by_truth": Wording("Left or right, chosen by truth", f"the same share {BY_TRUTH}"),
    "category_accuracy": Wording("Category", "share of objects that are called what they are, of those that were met"),
    "objects_found": Wording(
        "Objects found", "share of objects that an object found meets, with an IoU of at least .5 by length of strokes"
    ),
    "strokes_in_right_object": Wording(
        "Strokes in the right object", "share of strokes in the object found that meets the one they are of"
    ),
    "instance_ap": Wording(
        "Instance AP",
        "average precision of instances of parts, sides counted, over IoU .50 to .95 by length of strokes",
    ),
    "instance_ap50": Wording("Instance AP50", "the same at an IoU of .5"),
    "object_ap": Wording("Object AP", "average precision of objects with their categories, over IoU .50 to .95"),
    "object_ap50": Wording("Object AP50", "the same at an IoU of .5"),
}
TOLD = ("stroke_accuracy", "macro_f1", "component_accuracy")
"""Those that are also measured where objects and their categories are told, so named with GIVEN before them."""
MEANINGS = {name: f"{wording.title}: {wording.meaning}." for name, wording in FIGURES.items()}
MEANINGS |= {
    GIVEN + name: f"{FIGURES[name].title} when objects and their categories are told: {FIGURES[name].meaning}."
    for name in TOLD
}
"""Every figure by name, in a sentence."""


def number(value: float | None) -> str:
    """Write a figure between 0 and 1 with three decimals; a dash where there is none."""
    return "\N{EN DASH}" if value is None else f"{value:.3f}"
