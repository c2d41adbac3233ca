"""Where SMILES come from, which are drawn, and what is said of input that cannot be used."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.config import Config
from maskline.contract.errors import EmptySplit, InvalidInput, NotFound
from maskline.contract.shard import Sample
from maskline.molecules.entry import domain
from maskline.molecules.molecule import heavy_atoms, read_smiles, split_of
from maskline.molecules.sources import entries, read_source

ALKANES = [f"{'C' * n}O" for n in range(2, 12)]


def options(**fields: Any) -> Config:
    return domain.drawing("demo", {"heavy_atoms": [1, 40], **fields})


def drawn(count: int, split: str = "train", **fields: Any) -> list[Sample]:
    renderer = domain.open(options(**fields))
    return [renderer.draw(i, split, np.random.default_rng([1, i])) for i in range(count)]


def styled(**fields: Any) -> dict[str, Any]:
    return {"styles": {"demo": fields}}


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def test_the_default_source_holds_71347_molecules() -> None:
    assert len(entries("chemicals", "", read_source("chemicals"))) == 71_347


def test_the_nci_source_holds_4999_molecules() -> None:
    assert len(entries("nci", "", read_source("nci"))) == 4_999


def test_a_smi_file_gives_the_first_word_of_each_line(tmp_path: Path) -> None:
    source = written(tmp_path, "a.smi", "CCO ethanol\n\n  CCN\tamine\n")
    assert [(e.line, e.smiles) for e in entries(source, "smiles", read_source(source))] == [(1, "CCO"), (3, "CCN")]


def test_a_csv_file_gives_the_column_by_name(tmp_path: Path) -> None:
    source = written(tmp_path, "a.csv", 'name,SMILES\n"acid, acetic",CC(=O)O\nempty,\nwater,O\n')
    assert [(e.line, e.smiles) for e in entries(source, "SMILES", read_source(source))] == [(2, "CC(=O)O"), (4, "O")]


def test_a_gzipped_file_at_a_uri_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"smiles\nCCO\n"))
    source = f"file://{tmp_path}/a.csv.gz"
    assert [e.smiles for e in entries(source, "smiles", read_source(source))] == ["CCO"]


def test_sources_count_by_content_not_by_place(tmp_path: Path) -> None:
    one, other = written(tmp_path, "one.smi", "CCO\n"), written(tmp_path, "other.smi", "CCO\n")
    assert domain.sources(options(source=one)) == domain.sources(options(source=other))
    assert domain.sources(options(source=one)) != domain.sources(options(source=written(tmp_path, "x.smi", "CCN\n")))


def test_no_molecule_is_in_two_splits() -> None:
    train = {sample.image["group"] for sample in drawn(60, "train", source="nci")}
    val = {sample.image["group"] for sample in drawn(60, "val", source="nci")}
    assert len(train) > 30
    assert not train & val
    assert all(split_of(group, 0.2) == "val" for group in val)


def test_the_spelling_of_a_molecule_does_not_change_its_split(tmp_path: Path) -> None:
    source = written(tmp_path, "a.smi", "OCC\nCCO\nC(C)O\n")
    split = split_of("CCO", 0.2)
    assert {sample.image["group"] for sample in drawn(10, split, source=source)} == {"CCO"}


def test_a_sample_does_not_depend_on_what_was_drawn_before() -> None:
    alone = domain.open(options(source="nci")).draw(7, "train", np.random.default_rng([1, 7]))
    assert drawn(8, source="nci")[7] == alone


def test_the_stereo_share_is_kept() -> None:
    assert all("@" in sample.image["smiles"] for sample in drawn(15, stereo_share=1))
    assert not any("@" in sample.image["smiles"] for sample in drawn(15, stereo_share=0))


def test_a_source_without_stereo_gives_what_it_has() -> None:
    assert len(drawn(5, source="nci", stereo_share=1)) == 5


@pytest.mark.parametrize(("stereo_share", "odd"), [(1, "N[C@@H](C)" + "C" * 60), (0, "C" * 60)])
def test_a_pool_without_a_fitting_molecule_leaves_the_draw_to_the_other(
    tmp_path: Path, stereo_share: float, odd: str
) -> None:
    """Plain and stereo molecules are drawn from apart; here the wanted ones are all too large."""
    others = ALKANES if stereo_share else ["C[C@H](O)CC", "CC[C@H](O)CCC", "C[C@@H](N)CC"]
    source = written(tmp_path, "a.smi", "\n".join([*others, odd]))
    samples = drawn(5, source=source, stereo_share=stereo_share, held_out_share=0.01)
    assert {sample.image["smiles"] for sample in samples} <= set(others)


def test_excluded_molecules_are_never_drawn(tmp_path: Path) -> None:
    source = written(tmp_path, "a.smi", "CCO\nCCCO\nCCN\n")
    (tmp_path / "exclude.gz").write_bytes(gzip.compress(b"LFQSCWFLJHTTHZ-UHFFFAOYSA-N\nQUSNBJAOOMFDIB\n\n"))
    everything = drawn(30, source=source, held_out_share=0.01)
    assert {s.image["smiles"] for s in everything} == {"CCO", "CCCO", "CCN"}
    excluded = drawn(30, source=source, held_out_share=0.01, exclude=str(tmp_path / "exclude.gz"))
    assert {s.image["smiles"] for s in excluded} == {"CCCO"}


def test_unreadable_lines_are_listed_and_the_rest_is_drawn(tmp_path: Path) -> None:
    source = written(tmp_path, "a.smi", "CCO\nC1CC\nnonsense\n")
    renderer = domain.open(options(source=source, held_out_share=0.01))
    samples = [renderer.draw(i, "train", np.random.default_rng(i)) for i in range(20)]
    assert {sample.image["smiles"] for sample in samples} == {"CCO"}
    assert [(fault["line"], fault["text"]) for fault in renderer.faults()] == [(2, "C1CC"), (3, "nonsense")]


def test_a_survey_meets_every_line_that_can_never_be_drawn_once(tmp_path: Path) -> None:
    source = written(tmp_path, "a.smi", "CCO\n" * 100 + "nonsense\n[NH3]->[Fe]\n@nonsense\n")
    renderer = domain.open(options(source=source, held_out_share=0.01, stereo_share=0))
    renderer.draw(0, "train", np.random.default_rng(0))
    assert [(fault["line"], fault["usable"]) for fault in renderer.faults()] == [(n, False) for n in (101, 102, 103)]
    assert renderer.faults() == []


def test_an_image_record_says_what_the_drawing_knows() -> None:
    sample = drawn(1, source="nci")[0]
    image = sample.image
    assert set(image) >= {"id", "file_name", "width", "height", "group", "smiles", "inchikey", "style", "atoms"}
    assert set(image["style"]) >= {
        "rotation_degrees",
        "bond_length_px",
        "line_width",
        "cap_height",
        "label_scale",
        "font",
    }
    assert len(image["inchikey"]) == 27
    assert all(0 <= atom["x"] <= 256 and 0 <= atom["y"] <= 256 for atom in image["atoms"])


@pytest.mark.parametrize(
    ("fields", "error", "text"),
    [
        ({"source": "/nowhere/a.smi"}, NotFound, "a.smi"),
        ({"source": "ftp://host/a.smi"}, InvalidInput, "ftp://"),
        ({"exclude": "/nowhere/keys.txt"}, NotFound, "keys.txt"),
    ],
)
def test_a_source_that_is_not_there_is_named(fields: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        domain.sources(options(**fields))


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.csv", b"name,structure\nx,CCO\n", r"no column 'smiles' \(there are: name, structure\)"),
        ("a.csv", b"", "no column 'smiles'"),
        ("a.smi", b"\n\n", "holds no line of SMILES"),
        ("a.smi", b"\xff\xfe\x00", "no UTF-8 text"),
        ("a.smi.gz", b"\x1f\x8b broken", "damaged gzip"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused(tmp_path: Path, name: str, content: bytes, text: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=text):
        domain.open(options(source=str(tmp_path / name)))


def test_an_exclusion_list_of_something_else_is_refused(tmp_path: Path) -> None:
    listed = written(tmp_path, "keys.txt", "LFQSCWFLJHTTHZ\nCCO\n")
    with pytest.raises(InvalidInput, match=r"keys\.txt', line 2: 'CCO' is no InChIKey"):
        domain.open(options(source="nci", exclude=listed))


def test_a_source_without_any_smiles_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path, "letter.txt", "Dear reader,\nnothing here\nis chemistry\n")
    with pytest.raises(InvalidInput, match=r"letter.txt': of 2,000 draws from its 3 lines none is SMILES"):
        drawn(1, source=source)


def test_a_split_for_which_the_source_has_nothing_is_named(tmp_path: Path) -> None:
    source = written(tmp_path, "one.smi", "CCO\n")
    other = {"train": "val", "val": "train"}[split_of("CCO", 0.2)]
    with pytest.raises(EmptySplit, match=rf"one.smi' gives nothing for split '{other}'.*1 lines"):
        drawn(1, other, source=source)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"fnots": ["telex"]}, "unknown field 'fnots'"),
        (styled(fnots=["telex"]), "unknown field 'styles.demo.fnots'"),
        (styled(fonts=["comic sans"]), "fonts"),
        (styled(fonts=[]), "fonts"),
        (styled(rotation_degrees=[90, 10]), "rotation_degrees.*must not exceed"),
        (styled(rotation_degrees=[0, 400]), "rotation_degrees.*400"),
        (styled(bond_length_px=[4, 30]), "bond_length_px.*4"),
        (styled(long_side_px=[100, 200]), "give either bond_length_px or long_side_px"),
        (styled(bond_length_px=None), "give either bond_length_px or long_side_px"),
        (styled(least_side_px=300), "least_side_px, 300, must not exceed most_side_px, 256"),
        (styled(margin_px=[0, 128]), "margin_px, 128 at both sides, leaves nothing of most_side_px, 256"),
        (styled(scanner={}, transparent=0.1), "transparent must be 0 where there is a scanner"),
        (styled(weight=0), "weight = 0"),
        (styled(page={"captoin": 1}), "unknown field 'styles.demo.page.captoin'"),
        (styled(scanner={"blur_px": [0, 30]}), "blur_px.*30"),
        ({"classes": {"triple": "maybe"}}, "classes.triple = 'maybe'"),
        ({"heavy_atoms": [0, 5]}, "heavy_atoms"),
        ({"heavy_atoms": "many"}, "heavy_atoms"),
        ({"stereo_share": 1.5}, "stereo_share = 1.5"),
        ({"held_out_share": 0}, "held_out_share"),
    ],
)
def test_a_field_out_of_its_rule_is_named(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidInput, match=f"drawing of preset 'demo': {text}" if "unknown" in text else text):
        domain.drawing("demo", fields)


def test_an_unknown_preset_is_refused_with_those_there_are() -> None:
    there = "all, clean, crossings, demo, hashes, letters, print, scan, seed"
    with pytest.raises(InvalidInput, match=f"'sketch'.*{there}"):
        domain.drawing("sketch", {})


@pytest.mark.parametrize(
    "smiles", ["CCO", "[2H]C([2H])[2H]", "*CC", "[*:1]CC[2*]", "[H][H]", "[Na+].[Cl-]", "C[Si](C)(Br)c1ccc[nH]1"]
)
def test_heavy_atoms_are_counted_in_the_text_as_rdkit_counts_them(smiles: str) -> None:
    structure = read_smiles(smiles)
    assert structure is not None
    assert heavy_atoms(smiles, -1) == structure.GetNumHeavyAtoms()


def test_coordinates_that_a_source_brings_are_left_out() -> None:
    structure = read_smiles("CC |(0,0,;0,0,)|")
    assert structure is not None
    assert structure.GetNumConformers() == 0


def test_a_style_in_which_nothing_is_legible_is_named(tmp_path: Path) -> None:
    source = written(tmp_path, "long.smi", "CCCCCCCCCCCCCC\n")
    split = split_of("CCCCCCCCCCCCCC", 0.2)
    drawing = options(source=source, heavy_atoms=[1, 20], **styled(bond_length_px=[60, 60]))
    with pytest.raises(EmptySplit, match="in style 'demo', the last one for this: larger than 256 px with bonds of 60"):
        domain.open(drawing).draw(1, split, np.random.default_rng(0))
