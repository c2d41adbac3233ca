"""Complexes at rest and turned: from shapes, atoms and maps."""

from collections.abc import Callable
from pathlib import Path

import mrcfile
import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from maskline.contract.errors import InvalidInput
from maskline.tomograms.complexes.atoms import Atom, atoms, blurred
from maskline.tomograms.complexes.density import Density
from maskline.tomograms.complexes.family import families, shipped
from maskline.tomograms.complexes.files import map_files
from maskline.tomograms.complexes.maps import mapped
from maskline.tomograms.complexes.orientation import direction, rotation
from maskline.tomograms.complexes.solids import solid

PDB = """\
HEADER    TWO CARBONS, A PHOSPHORUS AND WATER
ATOM      1  CA  ALA A   1      10.000  20.000  30.000  1.00  0.00           C
HETATM    2  P   PO4 A   2     110.000  20.000  30.000  1.00  0.00           P
HETATM    3  O   HOH A   3     500.000  20.000  30.000  1.00  0.00           O
ENDMDL
ATOM      4  CA  ALA A   1     900.000  20.000  30.000  1.00  0.00           C
"""
CIF = """\
data_two
loop_
_atom_site.group_PDB
_atom_site.id
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_comp_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.pdbx_PDB_model_num
ATOM   1 C CA ALA 10.0 20.0 30.0 1
HETATM 2 P "O5' P" PO4 110.0 20.0 30.0 1
HETATM 3 O O HOH 500.0 20.0 30.0 1
ATOM   4 C CA ALA 900.0 20.0 30.0 2
#
"""


def test_rotations_turn_and_are_uniform() -> None:
    rng = np.random.default_rng(0)
    found = np.array([rotation(rng) for _ in range(4000)])
    assert found @ found.transpose(0, 2, 1) == pytest.approx(np.broadcast_to(np.eye(3), found.shape), abs=1e-12)
    assert np.linalg.det(found) == pytest.approx(1)
    traces = np.trace(found, axis1=1, axis2=2)
    assert found.mean(axis=0) == pytest.approx(np.zeros((3, 3)), abs=0.04)
    assert (traces**2).mean() == pytest.approx(
        1, abs=0.08
    )  # the trace is a character of the group: its square has mean 1


def test_directions_are_uniform_on_the_sphere() -> None:
    rng = np.random.default_rng(0)
    found = np.array([direction(rng) for _ in range(4000)])
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    assert (found**2).mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.02)


@pytest.mark.parametrize("name", families())
def test_a_shipped_family_is_in_one_piece_however_it_is_turned(name: str) -> None:
    one, rng = solid(shipped(name), 10), np.random.default_rng(0)
    for _ in range(5):
        turned = one.turned(rotation(rng), (0.3, -0.2, 0.1), 10, 0.3)
        assert turned is not None
        assert ndimage.label(turned.mask)[1] == 1
        assert turned.mask.sum() == pytest.approx(one.volume_a3(0.3) / 1000, rel=0.08)


def test_turning_by_nothing_leaves_a_density_as_it_is() -> None:
    values = np.zeros((9, 9, 9))
    values[2:5, 3:8, 4] = np.random.default_rng(0).random((3, 5)) + 0.5
    one = Density.of("one", values, 10)
    turned = one.turned(np.eye(3).tolist(), (0, 0, 0), 10, 0.3)
    assert turned is not None
    assert turned.values == pytest.approx((values / values.max())[2:5, 3:8, 4:5])


def test_a_quarter_turn_moves_x_to_y() -> None:
    values = np.zeros((11, 11, 11))
    values[5, 5, 3:8] = 1
    turned = Density.of("rod", values, 10).turned([[1, 0, 0], [0, 0, 1], [0, -1, 0]], (0, 0, 0), 10, 0.5)
    assert turned is not None
    assert turned.mask.shape == (1, 5, 1)


@pytest.mark.parametrize("text", [PDB, CIF], ids=["pdb", "cif"])
def test_structure_files_give_their_atoms_without_water_and_further_models(text: str) -> None:
    assert atoms(text, "two") == [Atom(30, 20, 10, 6), Atom(30, 20, 110, 15)]


def test_atoms_become_gaussians_as_high_as_their_electrons() -> None:
    one = blurred("two", atoms(PDB, "two"), 40, 10)
    peaks = np.argwhere((one.values == ndimage.maximum_filter(one.values, 5)) & (one.values > 0.2))
    assert len(peaks) == 2
    assert np.abs(peaks[1] - peaks[0]).tolist() == [0, 0, 20]  # 100 angstrom, at 5 a voxel
    heights = sorted(one.values[tuple(peak)] for peak in peaks)
    assert heights[0] / heights[1] == pytest.approx(6 / 15, rel=0.01)
    sigma = 40 / (np.pi * np.sqrt(2)) / 5
    along = one.values[peaks[1][0], peaks[1][1] + 2, peaks[1][2]]
    assert along / one.values[tuple(peaks[1])] == pytest.approx(np.exp(-4 / 2 / sigma**2), abs=0.05)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "x holds no atoms: neither ATOM lines as PDB has them, nor _atom_site as mmCIF does"),
        (PDB.replace("10.000  20.000", "ten     20.000"), "x, line 2: 30.000, 20.000, ten are no coordinates"),
        (CIF.replace("_atom_site.Cartn_y\n", ""), "x, line 11: an atom has no Cartn_y"),
        (CIF.replace("110.0", "nan"), r"x, line 13: an atom lies nowhere \(nan, 20.0, 30.0\)"),
    ],
)  # fmt: skip
def test_structure_files_at_fault_are_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        atoms(text, "x")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., bytes]:
    """Write a map and return its bytes."""

    def write(values: npt.NDArray[np.float32], voxel: float, **header: int) -> bytes:
        path = tmp_path / "one.mrc"
        with mrcfile.new(path, overwrite=True) as file:
            file.set_data(values)
            file.voxel_size = voxel
            for name, value in header.items():
                file.header[name] = value
        return path.read_bytes()

    return write


def test_a_map_is_read_scaled_and_without_what_is_below_0(written: Callable[..., bytes], tmp_path: Path) -> None:
    values = np.full((8, 9, 10), -0.5, np.float32)
    values[2:5, 3:6, 4:7] = 8
    values[3, 4, 7] = 4
    written(values, 10)
    (tmp_path / "notes.txt").write_text("no map")
    found = map_files(str(tmp_path))
    one = mapped("one", found["one"])
    assert list(found) == ["one"]
    assert one.step_a == 10
    assert (one.values == 1).sum() == 27
    assert (one.values == 0.5).sum() == 1
    assert (one.values == 0).sum() == one.values.size - 28


def test_maps_that_cannot_be_placed_are_refused(written: Callable[..., bytes], tmp_path: Path) -> None:
    ones = np.ones((4, 4, 4), np.float32)
    faults = {
        "one has no density above 0": written(-ones, 10),
        "one has voxels of": written(ones, 0),
        "one has the axes": written(ones, 10, mapc=3, maps=1),
        "one has shape": written(ones[0], 10),
        "one: ": b"no map at all",
    }
    for message, data in faults.items():
        with pytest.raises(InvalidInput, match=message):
            mapped("one", data)
    (tmp_path / "one.mrc").unlink()
    with pytest.raises(InvalidInput, match=r"holds no file \.mrc or \.map"):
        map_files(str(tmp_path))
