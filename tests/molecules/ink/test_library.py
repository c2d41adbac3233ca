"""The compiled library: made of the sources beside it, the same every time, and safe whatever it is given."""

import runpy
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from maskline.molecules.drawing.drawing import Drawing, draw_sheet, sheet_scene
from maskline.molecules.entry import domain
from maskline.molecules.ink import library
from maskline.molecules.ink.canvas import Canvas
from maskline.molecules.ink.scene import Lengths, Scene
from maskline.molecules.labels.fonts import Outlines
from maskline.molecules.layout.layout import lay_out
from maskline.molecules.layout.preparing import prepare
from maskline.molecules.layout.structure import with_circles, with_waves
from maskline.molecules.styles.style import sample_style

BUILD = Path(__file__).parents[3] / "domains/molecules/hatch_build.py"
OUTLINES = Outlines(["telex", "serif"])
STYLE = {"preset": "print", "fonts": ["serif"], "bond_length_px": [24, 24], "scanner": None}
PAGE = {"compound_number": 1, "reagents": 1, "brackets": 1, "fonts": ["telex"]}
FEW_PAGES = 500


def sheet(smiles: str) -> Drawing:
    """A molecule with every kind of mark, and a page around it."""
    drawing = {"styles": {"print": STYLE | {"page": PAGE}}, "classes": {"triple": "own", "dative": "own"}}
    options = domain.drawing("print", drawing)
    rng, style_options = np.random.default_rng(2), options.styles["print"]
    style = sample_style("print", style_options, rng)
    molecule = with_waves(with_circles(prepare(Chem.MolFromSmiles(smiles), options.classes)), 0.4, rng)
    return draw_sheet(lay_out(molecule, style_options, style, OUTLINES), None, style_options, style, OUTLINES, rng)


def placed(drawing: Drawing) -> Scene:
    scene = sheet_scene(drawing, OUTLINES)
    scene.place(((1, 0, drawing.origin[0]), (0, 1, drawing.origin[1])), drawing.width, drawing.height)
    return scene


@pytest.fixture(scope="module")
def whole() -> Drawing:
    return sheet("C[C@H](O)[C@H](F)c1ccc(C#N)cc1C(=O)[C@@H](C)O")


def drawn(canvas: Canvas, scene: Scene) -> bytes | None:
    return None if canvas.draw(scene) is None else canvas.png()


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


numbers = st.sampled_from([-1, 0, 1, 2, 7, 40, 10_000, 2**31 - 1, -(2**31)]) | st.integers(-100, 100)
lengths = st.sampled_from([float("nan"), float("inf"), -float("inf"), 1e300, -1e7, 1e6, 0.0, 1e-320, -1.0]) | st.floats(
    -300, 300
)


def damage(scene: Scene, data: st.DataObject) -> None:
    """Put any number in the place of one of the scene's."""
    rows = [array for array in scene._arrays[:6] if len(array)]
    part = data.draw(st.integers(0, len(rows) + 1), "part")
    if part < len(rows):
        at = data.draw(st.integers(0, len(rows[part]) - 1), "row")
        names: Sequence[Any] = rows[part].dtype.names or (0, 1)
        field = data.draw(st.sampled_from(names), "field")
        column: npt.NDArray[Any] = rows[part][field] if rows[part].dtype.names else rows[part][:, field]
        column[at] = data.draw(numbers if column.dtype.kind == "i" else lengths, "value")
    elif part == len(rows):
        field = data.draw(st.sampled_from([*Lengths, "owners", "own_bonds", "labelled", "width", "height"]), "field")
        most = 2000 if field in {"width", "height"} else 2**31 - 1
        known = isinstance(getattr(scene.struct, field), int)
        setattr(scene.struct, field, data.draw(numbers.filter(lambda n: n <= most) if known else lengths, "value"))
    else:
        scene.struct.matrix[data.draw(st.integers(0, 5), "field")] = data.draw(lengths, "value")


CANVAS = Canvas()


@given(st.data())
def test_a_damaged_scene_is_drawn_or_refused_and_the_next_one_drawn_as_before(
    whole: Drawing, data: st.DataObject
) -> None:
    damaged, good = placed(whole), drawn(Canvas(), placed(whole))
    assert good is not None
    for _ in range(data.draw(st.integers(1, 3))):
        damage(damaged, data)
    try:
        drawn(CANVAS, damaged)
    except ValueError as fault:
        assert "out of range" in str(fault)  # noqa: PT017 - not every damage is one
    assert drawn(CANVAS, placed(whole)) == good


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("width", 0),
        ("height", -1),
        ("width", 20_000),
        ("own_bonds", -1),
        ("labelled", 2**31 - 1),
        ("owners", 2**31 - 1),
        ("outlines", 10),
        ("points", 1),
        ("line_width", float("nan")),
        ("hash_spacing", -1.0),
        ("wedge_width", 1e9),
        ("bold_width", float("nan")),
        ("dash_length", -1.0),
    ],
)
def test_a_number_out_of_range_is_refused_and_leaves_no_picture(whole: Drawing, field: str, value: float) -> None:
    canvas, scene = Canvas(), placed(whole)
    assert drawn(canvas, scene)
    setattr(scene.struct, field, value)
    with pytest.raises(ValueError, match="out of range"):
        canvas.draw(scene)
    with pytest.raises(ValueError, match="out of range"):
        canvas.png()


def test_canvases_of_two_threads_know_nothing_of_each_other() -> None:
    scenes = [placed(sheet(smiles)) for smiles in ("C[C@H](O)CC#N", "c1ccccc1[C@@H](F)C(=O)N", "CC(C)=CCO", "OCCO")]
    alone = [drawn(Canvas(), scene) for scene in scenes]

    def turns(first: int) -> bool:
        canvas = Canvas()
        return all(drawn(canvas, scenes[i % 4]) == alone[i % 4] for i in range(first, first + 200))

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(turns, (0, 1))) == [True, True]


def test_memory_stays_as_it_is_over_two_thousand_drawings(whole: Drawing) -> None:
    """Drawn, refused and on new canvases."""
    scene, wrong = placed(whole), placed(whole)
    wrong.struct.matrix[2] = float("nan")
    canvas = Canvas()

    def draw(times: int) -> int:
        for _ in range(times):
            drawn(canvas, scene)
            with pytest.raises(ValueError, match="out of range"):
                canvas.draw(wrong)
            drawn(Canvas(), scene)
        return int(Path("/proc/self/statm").read_text().split()[1])

    before = draw(50)
    assert draw(2000) < before + FEW_PAGES
