"""What stands around a molecule keeps away from it, and from one another: shapely is the oracle."""

from itertools import combinations

import numpy as np
import pytest
from shapely import LineString, Polygon, box, unary_union
from shapely.geometry.base import BaseGeometry

from maskline.molecules.page.furnishing import STEPS, Page, furnish
from maskline.molecules.page.marks import Box, Filled, Mark, Neighbour, Stroke, Text
from maskline.molecules.page.options import PageOptions
from maskline.molecules.page.sheet import DrawnMolecule

KINDS = [share for share, _ in STEPS]
CUT = {"table_rules", "neighbour", "stray_text"}
MANY = 150
ROUNDING = 1e-3
BOND = 30.0


def measure(text: str, font: str, cap_height: float) -> Box:
    """0.7 cap heights a character, with a bearing and a descender."""
    del font
    return 0.05 * cap_height, -cap_height, (0.05 + 0.7 * len(text)) * cap_height, 0.25 * cap_height


def molecule(rng: np.random.Generator) -> DrawnMolecule:
    """A tree of atoms on a hexagonal lattice, closed to rings where two atoms happen to be neighbours."""
    steps = BOND * np.array([[np.cos(angle), np.sin(angle)] for angle in np.arange(6) * np.pi / 3 + rng.uniform(0, 1)])
    atoms, bonds = [np.array([200.0, 200.0])], []
    for _ in range(int(rng.integers(0, 20))):
        start = int(rng.integers(len(atoms)))
        place = atoms[start] + steps[rng.integers(6)]
        if min(np.hypot(*(place - other)) for other in atoms) > 0.9 * BOND:
            bonds += [(start, len(atoms))]
            bonds += [
                (other, len(atoms))
                for other in range(len(atoms))
                if other != start and np.hypot(*(place - atoms[other])) < 1.1 * BOND and rng.random() < 0.3
            ]
            atoms.append(place)
    cap_height, positions = BOND * rng.uniform(0.25, 0.4), np.array(atoms)
    labels = positions[(rng.random(len(positions)) < 0.3) | (len(positions) == 1)]
    sizes = cap_height * np.stack([rng.uniform(0.4, 1.5, len(labels)), np.full(len(labels), 0.5)], axis=1)
    boxes = np.concatenate([labels - sizes, labels + sizes], axis=1)
    reaches = rng.uniform(0.7, 4, len(bonds))
    edges = np.concatenate([positions - 4, positions + 4], axis=1) if bonds else boxes
    every = np.concatenate([edges, boxes])
    (left, top), (right, bottom) = every[:, :2].min(axis=0).tolist(), every[:, 2:].max(axis=0).tolist()
    return DrawnMolecule(
        box=(left, top, right, bottom),
        atoms=positions,
        bonds=np.array(bonds, np.intp).reshape(-1, 2),
        reaches=reaches,
        label_boxes=boxes,
        cap_height=cap_height,
        line_width=1.4,
        font="sans",
        neighbour_size=(float(rng.uniform(20, 200)), float(rng.uniform(20, 200))),
    )


def shape(mark: Mark, drawn: DrawnMolecule) -> BaseGeometry:
    match mark:
        case Text(text, x, y, cap_height, font):
            left, top, right, bottom = measure(text, font, cap_height)
            return box(x + left, y + top, x + right, y + bottom)
        case Stroke(points, width):
            return LineString(points).buffer(width / 2, cap_style="flat", join_style="mitre")
        case Filled(points):
            return Polygon(points)
        case Neighbour((x, y)):
            return box(x, y, x + drawn.neighbour_size[0], y + drawn.neighbour_size[1])


def ink(drawn: DrawnMolecule) -> BaseGeometry:
    ends = drawn.atoms[drawn.bonds]
    bonds = [LineString(pair).buffer(reach) for pair, reach in zip(ends, drawn.reaches, strict=True)]
    return unary_union([*bonds, *(box(*label) for label in drawn.label_boxes)])


def page(seed: int, options: PageOptions) -> tuple[DrawnMolecule, Page]:
    rng = np.random.default_rng([4, seed])
    drawn = molecule(rng)
    return drawn, furnish(drawn, options, rng, measure)


@pytest.fixture(scope="module", params=[*KINDS, "everything"])
def furnished(request: pytest.FixtureRequest) -> list[tuple[str, DrawnMolecule, Page]]:
    shares = dict.fromkeys(KINDS, 0.6) if request.param == "everything" else {request.param: 1.0}
    options = PageOptions.model_validate(shares)
    return [(request.param, *page(seed, options)) for seed in range(MANY)]


def test_every_kind_appears(furnished: list[tuple[str, DrawnMolecule, Page]]) -> None:
    # Atoms without room around them have no number; nothing keeps anything else from its place.
    empty = sum(not page.marks for _, _, page in furnished)
    assert empty <= (0.05 * MANY if furnished[0][0] == "atom_numbers" else 0)


def test_nothing_comes_nearer_to_the_molecule_than_the_least_gap(
    furnished: list[tuple[str, DrawnMolecule, Page]],
) -> None:
    for kind, drawn, furnishing in furnished:
        least = PageOptions().gap[0] if kind not in {"atom_numbers", "everything"} else 0.25
        molecule = ink(drawn)
        for mark in furnishing.marks:
            assert shape(mark, drawn).distance(molecule) >= least * drawn.cap_height - ROUNDING, mark


def test_marks_do_not_touch_one_another(furnished: list[tuple[str, DrawnMolecule, Page]]) -> None:
    for _, drawn, furnishing in furnished:
        shapes = [(mark, shape(mark, drawn)) for mark in furnishing.marks]
        for (one, first), (other, second) in combinations(shapes, 2):
            # The lines of a table cross, and an arrow's head lies on its shaft.
            if isinstance(one, Stroke) and isinstance(other, Stroke | Filled):
                continue
            assert not first.intersects(second), (one, other)


def test_the_page_holds_the_molecule_and_shows_some_of_every_mark(
    furnished: list[tuple[str, DrawnMolecule, Page]],
) -> None:
    for kind, drawn, furnishing in furnished:
        held = box(*furnishing.box).buffer(ROUNDING)
        assert held.contains(box(*drawn.box))
        for mark in furnishing.marks:
            there = shape(mark, drawn)
            # Of several lines of text the edge may hide some.
            assert held.contains(there) or kind in CUT | {"everything"}, mark
            assert held.intersects(there) or isinstance(mark, Text), mark


def test_a_neighbour_is_cut_and_shows_the_part_asked_for() -> None:
    options = PageOptions(neighbour=1, visible=(0.25, 0.25))
    for seed in range(MANY):
        drawn, furnishing = page(seed, options)
        (mark,) = furnishing.marks
        left, top, right, bottom = shape(mark, drawn).intersection(box(*furnishing.box)).bounds
        seen = (right - left) / drawn.neighbour_size[0], (bottom - top) / drawn.neighbour_size[1]
        assert any(part == pytest.approx(0.25) for part in seen)


def test_shares_of_0_give_nothing() -> None:
    drawn, furnishing = page(1, PageOptions())
    assert furnishing == Page((), drawn.box)


def test_without_another_structure_there_is_no_neighbour() -> None:
    rng = np.random.default_rng(1)
    drawn = molecule(rng)._replace(neighbour_size=(0, 0))
    assert furnish(drawn, PageOptions(neighbour=1), rng, measure) == Page((), drawn.box)


def test_the_same_state_of_the_generator_gives_the_same_page() -> None:
    options = PageOptions.model_validate(dict.fromkeys(KINDS, 0.5))
    pages = [[page(seed, options)[1] for seed in range(20)] for _ in range(2)]
    assert pages[0] == pages[1]
    assert len({furnishing.box for furnishing in pages[0]}) == 20


def test_numbers_stand_beside_their_atoms_and_a_chain_has_room_for_all() -> None:
    zigzag = np.array([(26.0 * index, 15.0 * (index % 2)) for index in range(9)])
    drawn = DrawnMolecule(
        box=(-1, -1, 209, 16),
        atoms=zigzag,
        bonds=np.array([(index, index + 1) for index in range(8)], np.intp),
        reaches=np.full(8, 0.7),
        label_boxes=np.zeros((0, 4)),
        cap_height=9.0,
        line_width=1.4,
        font="sans",
    )
    counts = set()
    for seed in range(60):
        marks = furnish(drawn, PageOptions(atom_numbers=1), np.random.default_rng(seed), measure).marks
        for mark in marks:
            middle = shape(mark, drawn).centroid
            assert np.hypot(*(zigzag - (middle.x, middle.y)).T).min() < 2.2 * drawn.cap_height
        counts.add(len(marks))
    assert max(counts) == 9
