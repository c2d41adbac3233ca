"""The compiled library: made of the sources beside it, the same every time, and safe whatever it is given."""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from maskline.molecules.depiction import Depiction, depict, prepare
from maskline.molecules.entry import domain
from maskline.molecules.ink import library
from maskline.molecules.ink.canvas import Canvas
from maskline.molecules.placement import place
from maskline.molecules.style import Style, sample_style

BUILD = Path(__file__).parents[2] / "domains/molecules/hatch_build.py"
OPTIONS = domain.drawing("demo", {})
STYLE = sample_style(OPTIONS, np.random.default_rng(0))


@pytest.fixture(scope="module")
def drawing() -> Depiction:
    return depict(prepare(Chem.MolFromSmiles("C[C@H](O)c1ccc(Br)cc1")), OPTIONS, STYLE)


def test_compiling_again_gives_the_library_that_is_installed(tmp_path: Path) -> None:
    runpy.run_path(str(BUILD))["compile_library"](library.FOLDER, tmp_path / library.LIBRARY)
    assert (tmp_path / library.LIBRARY).read_bytes() == (library.FOLDER / library.LIBRARY).read_bytes()


def test_a_library_of_other_sources_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "sources_digest", lambda _: "0123456789abcdef")
    with pytest.raises(ImportError, match=r"made of sources [0-9a-f]{16}, and here lie 0123456789abcdef: install"):
        library.library.__wrapped__()


def test_a_library_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(library, "FOLDER", tmp_path)
    with pytest.raises(ImportError, match=r"libink\.so.*install maskline-molecules again"):
        library.library.__wrapped__()


@given(st.data())
def test_a_damaged_drawing_is_drawn_or_refused(drawing: Depiction, data: st.DataObject) -> None:
    """And the canvas then draws the next one as if nothing had been."""
    canvas = Canvas()
    svg = drawing.svg
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(svg)))
        svg = (
            svg[:at]
            + data.draw(st.text("MLQCZ0123456789.,-'/<> abnotm", max_size=6))
            + svg[at + data.draw(st.integers(0, 6)) :]
        )
    try:
        drawn(canvas, replace(drawing, svg=svg))
    except ValueError as fault:
        assert "RDKit's SVG" in str(fault)  # noqa: PT017 - not every damage is one
    assert drawn(canvas, drawing) == drawn(Canvas(), drawing)


def drawn(canvas: Canvas, drawing: Depiction, style: Style = STYLE) -> bytes | None:
    ink = canvas.read(drawing)
    if ink is None or canvas.draw(place(ink, OPTIONS, style), OPTIONS.minimum_stroke_px) is None:
        return None
    return canvas.png()


@pytest.mark.parametrize(("left", "scale"), [(0.0, float("nan")), (float("inf"), 1.0), (0.0, 1e9)])
def test_a_place_that_is_none_is_refused(drawing: Depiction, left: float, scale: float) -> None:
    canvas = Canvas()
    ink = canvas.read(drawing)
    assert ink is not None
    placed = replace(place(ink, OPTIONS, STYLE), scale=scale, shift=np.array([left, 0.0]))
    with pytest.raises(ValueError, match="out of range"):
        canvas.draw(placed, 2)


@pytest.mark.parametrize("size", [(0, 10), (10, -1), (20_000, 10)])
def test_a_picture_of_no_size_or_an_immense_one_is_refused(drawing: Depiction, size: tuple[int, int]) -> None:
    canvas = Canvas()
    ink = canvas.read(drawing)
    assert ink is not None
    placed = replace(place(ink, OPTIONS, STYLE), width=size[0], height=size[1])
    with pytest.raises(ValueError, match="out of range"):
        canvas.draw(placed, 2)
