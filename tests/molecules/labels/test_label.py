"""Labels: what stands where, for the ways in which bonds lead to an atom."""

import math

import pytest

from maskline.contract.errors import InvalidInput
from maskline.molecules.labels.fonts import DOT, MINUS, Outlines
from maskline.molecules.labels.label import (
    Box,
    ChargeForm,
    Composed,
    LabelSpec,
    LabelStyle,
    ResidueForm,
    Side,
    compose,
    turned,
)

OUTLINES = Outlines(["sans", "serif"])
STYLE = LabelStyle("sans")
CHARACTERS = {OUTLINES.glyph("sans", c).first: c for c in "()*:0123456789+ABCFHMNOPRSaehilort" + MINUS + DOT}


def directions(*degrees: float) -> tuple[tuple[float, float], ...]:
    """Return unit vectors; 0 degrees is to the right, 90 down."""
    return tuple((math.cos(math.radians(each)), math.sin(math.radians(each))) for each in degrees)


def reading(composed: Composed) -> str:
    """Return the characters from left to right, whatever their height."""
    ordered = sorted(zip(composed.glyphs, composed.boxes, strict=True), key=lambda pair: pair[0][2])
    return "".join(CHARACTERS[glyph[0]] for glyph, _ in ordered)


def part(composed: Composed, character: str) -> tuple[Box, float]:
    """Return the glyph's box and size."""
    (found,) = (
        (box, glyph[4])
        for glyph, box in zip(composed.glyphs, composed.boxes, strict=True)
        if CHARACTERS[glyph[0]] == character
    )
    return found


def middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


@pytest.mark.parametrize(
    ("degrees", "side"),
    [
        ((180,), "right"),
        ((0,), "left"),
        ((60,), "left"),
        ((90,), "right"),
        ((-90,), "right"),
        ((-120,), "right"),
        ((120, -120), "right"),  # a ring's nitrogen, at its right and left end, at its foot and head
        ((60, -60), "left"),
        ((-30, -150), "below"),
        ((30, 150), "above"),
        ((0, 180), "below"),
        ((0, 90, 180), "above"),
        ((0, 90, 180, -90), "right"),
        ((10, 90, 180, -90), "right"),
    ],
)
def test_hydrogens_go_where_no_bond_is(degrees: tuple[float, ...], side: Side) -> None:
    assert turned(LabelSpec("N", hydrogens=1), directions(*degrees)) == side


def test_a_hair_of_a_turn_changes_nothing() -> None:
    for hair in (-1e-9, 1e-9):
        assert turned(LabelSpec("N", hydrogens=1), directions(hair, 180 - hair)) == "below"
        assert turned(LabelSpec("N", hydrogens=1), directions(90 + hair)) == "right"


@pytest.mark.parametrize(
    ("spec", "degrees", "read"),
    [
        (LabelSpec("N", hydrogens=2), (180,), "NH2"),
        (LabelSpec("N", hydrogens=2), (0,), "H2N"),
        (LabelSpec("N", hydrogens=3, charge=1), (180,), "NH3+"),
        (LabelSpec("N", hydrogens=3, charge=1), (0,), "H3N+"),
        (LabelSpec("C", hydrogens=3, isotope=13), (180,), "13CH3"),
        (LabelSpec("C", hydrogens=3, isotope=13), (0,), "H313C"),
        (LabelSpec("O", hydrogens=2), (), "H2O"),
        (LabelSpec("Cl", hydrogens=1), (), "HCl"),
        (LabelSpec("N", hydrogens=4, charge=1), (), "NH4+"),
        (LabelSpec("Fe", charge=3), (), "Fe3+"),
        (LabelSpec("O", charge=-1), (180,), f"O{MINUS}"),
        (LabelSpec("O", radicals=1, charge=-1), (180,), f"O{DOT}{MINUS}"),
        (LabelSpec("C", number=12), (180,), "C:12"),
        (LabelSpec("OMe", "MeO"), (180,), "OMe"),
        (LabelSpec("OMe", "MeO"), (0,), "MeO"),
        (LabelSpec("Cl"), (0,), "Cl"),
        (LabelSpec("R1", "R1"), (0,), "R1"),
    ],
)
def test_labels_read_as_chemists_write_them(spec: LabelSpec, degrees: tuple[float, ...], read: str) -> None:
    assert reading(compose(spec, directions(*degrees), STYLE, OUTLINES)) == read


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (LabelSpec("N", hydrogens=3, charge=1), "NH3+"),
        (LabelSpec("C", hydrogens=1, isotope=13, number=7), "13CH:7"),
        (LabelSpec("O", radicals=1, charge=-2), "O•2-"),
        (LabelSpec("OMe", "MeO"), "OMe"),
    ],
)
def test_the_text_is_the_same_whichever_way_the_label_is_turned(spec: LabelSpec, text: str) -> None:
    assert {compose(spec, directions(each), STYLE, OUTLINES).text for each in (0, 180)} == {text}


@pytest.mark.parametrize(
    ("spec", "degrees", "letter"),
    [
        (LabelSpec("N", hydrogens=2, charge=1), (0,), "N"),
        (LabelSpec("N", hydrogens=1), (-30, -150), "N"),
        (LabelSpec("Cl"), (0,), "C"),
        (LabelSpec("OMe", "MeO"), (180,), "O"),
        (LabelSpec("OMe", "MeO"), (0,), "O"),
        (LabelSpec("CF3", "F3C"), (0,), "C"),
        (LabelSpec("Ph", "Ph"), (180,), "P"),
        (LabelSpec("Ph", "Ph"), (0,), "h"),
    ],
)
def test_the_letter_that_the_bond_leads_to_is_at_the_atom(
    spec: LabelSpec, degrees: tuple[float, ...], letter: str
) -> None:
    box, size = part(compose(spec, directions(*degrees), STYLE, OUTLINES), letter)
    assert middle(box)[0] == pytest.approx(0)
    assert size == 1


def test_capitals_reach_half_a_cap_height_up_and_down() -> None:
    (_, top, _, bottom), _ = part(compose(LabelSpec("N", hydrogens=2), directions(0), STYLE, OUTLINES), "H")
    assert (top, bottom) == pytest.approx((-0.5, 0.5))


def test_a_star_is_in_the_middle() -> None:
    composed = compose(LabelSpec("*"), directions(0), STYLE, OUTLINES)
    assert middle(composed.box) == pytest.approx((0, 0))


def test_counts_hang_and_charges_rise() -> None:
    style = LabelStyle("sans", script_scale=0.6)
    composed = compose(LabelSpec("N", hydrogens=3, charge=2), directions(180), style, OUTLINES)
    places = {CHARACTERS[first]: (y, size) for first, _, _, y, size in composed.glyphs}
    assert {places["N"], places["H"]} == {(0.5, 1)}
    assert places["3"] == pytest.approx((0.75, 0.6))
    assert places["+"] == pytest.approx((0, 0.6))


def test_digits_of_an_abbreviation_hang_behind_what_they_count() -> None:
    composed = compose(LabelSpec("B(OH)2", "(HO)2B"), directions(0), STYLE, OUTLINES)
    assert [glyph[4] for glyph in composed.glyphs] == [1, 1, 1, 1, STYLE.script_scale, 1]


@pytest.mark.parametrize(("form", "y"), [("superscript", 0), ("subscript", 0.75), ("level", 0.5)])
def test_the_number_of_a_placeholder_stands_where_the_style_says(form: ResidueForm, y: float) -> None:
    composed = compose(LabelSpec("R2", "R2"), directions(180), STYLE._replace(residue=form), OUTLINES)
    assert composed.glyphs[1][3] == pytest.approx(y)


@pytest.mark.parametrize(("form", "read"), [("number", f"O2{MINUS}"), ("repeated", f"O{MINUS}{MINUS}")])
def test_charges_are_numbers_or_repeated_signs(form: ChargeForm, read: str) -> None:
    spec = LabelSpec("O", charge=-2)
    assert reading(compose(spec, (), STYLE._replace(charge=form), OUTLINES)) == read


def test_no_two_characters_overlap_in_a_crowded_label() -> None:
    spec = LabelSpec("N", hydrogens=2, charge=1, isotope=15)
    for degrees in ((180,), (0,), (-30, -150), (30, 150)):
        boxes = compose(spec, directions(*degrees), STYLE, OUTLINES).boxes
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_a_label_is_composed_once_for_all_atoms_like_it() -> None:
    spec = LabelSpec("N", hydrogens=2)
    first = compose(spec, directions(180), STYLE, OUTLINES)
    assert compose(LabelSpec("N", hydrogens=2), directions(170), LabelStyle("sans"), OUTLINES) is first
    assert compose(spec, directions(180), LabelStyle("serif"), OUTLINES) != first


def test_a_letter_that_the_font_lacks_is_named() -> None:
    with pytest.raises(InvalidInput, match="font 'sans' has no character '≠'"):
        compose(LabelSpec("≠"), (), STYLE, OUTLINES)
