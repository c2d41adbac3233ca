"""Where SMILES come from, which are drawn, and what is said of input that cannot be used."""

import gzip
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rdkit import Chem

from maskline.contract.config import Config
from maskline.contract.errors import EmptySplit, InvalidInput, NotFound
from maskline.contract.shard import Sample
from maskline.molecules.entry import domain
from maskline.molecules.sources.molecules import MoleculeSource, canonical_of, heavy_atoms, read_smiles, split_of
from maskline.molecules.sources.reading import entries, excluded_blocks, read_source
from maskline.molecules.styles.options import DrawingOptions

ALKANES = [f"{'C' * n}O" for n in range(2, 12)]


def options(**fields: Any) -> Config:
    return domain.drawing("demo", {"heavy_atoms": [1, 40], **fields})


def drawn(count: int, split: str = "train", **fields: Any) -> list[Sample]:
    renderer = domain.open(options(**fields))
    return [renderer.draw(i, split, np.random.default_rng([1, i])) for i in range(count)]


def source_of(source: str, **fields: Any) -> MoleculeSource:
    """Return the molecules of a source, of which nothing is drawn."""
    asked = options(source=source, **fields)
    assert isinstance(asked, DrawingOptions)
    excluded = excluded_blocks("keys", Path(asked.exclude).read_bytes()) if asked.exclude else frozenset()
    return MoleculeSource(asked, entries(source, "", read_source(source)), excluded)


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


ATROPISOMER = (
    "CC1=CC=CC(I)=C1N1C(C)=CC=C1Br |(2.57,0.69,;1.28,0.69,;0.53,1.99,;-0.97,1.99,;-1.72,0.69,;-0.97,-0.61,;"
    "-1.72,-1.91,;0.53,-0.61,;1.28,-1.91,;0.81,-3.34,;-0.61,-3.8,;2.02,-4.22,;3.24,-3.34,;2.77,-1.91,;3.65,-0.7,),wU:7.6|"
)
EXTENDED = [ATROPISOMER, "C*CO |$;R 1;;$|", "CC=CC |ctu:1|", "CC(F)Cl |w:1.2|", "CC |^1:0|", "CCO |(0,0,;1,0,;2,0,)|"]


@pytest.mark.parametrize("name", ["a.smi", "a.txt", "a.smi.gz", "a.csv", "a.tsv", "a.csv.gz"])
@pytest.mark.parametrize("form", ["{}", "{} a name", "{}   a | name", "  {}"])
def test_what_cxsmiles_adds_is_read_alike_from_every_kind_of_file(tmp_path: Path, name: str, form: str) -> None:
    lines = [form.format(smiles) for smiles in EXTENDED]
    if ".csv" in name:
        lines = ["smiles", *(f'"{line}"' for line in lines)]
    elif ".tsv" in name:
        lines = ["smiles\tid", *(f"{line}\t7" for line in lines)]
    text = "\n".join(lines).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    source = str(tmp_path / name)
    assert [entry.smiles for entry in entries(source, "smiles", read_source(source))] == EXTENDED


def test_blanks_before_an_extension_may_be_tabs(tmp_path: Path) -> None:
    source = written(tmp_path, "a.smi", "C*CO\t|$;R1;;$|\tname\nCCO\tname\t7\n")
    assert [entry.smiles for entry in entries(source, "", read_source(source))] == ["C*CO |$;R1;;$|", "CCO"]


def test_an_extension_that_does_not_end_is_a_fault_and_not_a_name(tmp_path: Path) -> None:
    source = written(tmp_path, "a.smi", "CCO\nCC* |$;;R1$\n")
    renderer = domain.open(options(source=source, held_out_share=0.001))
    renderer.draw(0, "train", np.random.default_rng(0))
    assert [(fault["line"], fault["text"]) for fault in renderer.faults()] == [(2, "CC* |$;;R1$")]


def test_a_smi_file_draws_what_a_csv_file_does(tmp_path: Path) -> None:
    """A wedge in the ring of the atropisomer, and the number of R1."""
    lines = [ATROPISOMER, "CC* |$;;_R1$|"]
    smi = written(tmp_path, "a.smi", "".join(f"{line} name\n" for line in lines))
    csv = written(tmp_path, "a.csv", "\n".join(["smiles", *(f'"{line}"' for line in lines)]))
    large = {"heavy_atoms": [1, 40], "held_out_share": 0.001, **styled(most_side_px=900, bond_length_px=[40, 40])}
    from_smi, from_csv = (drawn(4, source=source, **large) for source in (smi, csv))
    assert [s.members for s in from_smi] == [s.members for s in from_csv]
    assert {s.image["smiles"] for s in from_smi} == set(lines)
    marks = {a.get("stereo") for s in from_smi for a in s.annotations}
    assert "wedge" in marks or "dash" in marks
    assert "R1" in {a.get("text") for s in from_smi for a in s.annotations}


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


def group_of(smiles: str) -> str:
    structure = read_smiles(smiles)
    assert structure is not None
    return canonical_of(structure)


@pytest.mark.parametrize(
    ("spellings", "group"),
    [
        (["C", "[CH4]", "[CH4:1]", "[H][CH3:2]", "[H]C([H])([H])[H]", "C |$label$|", "C |(1,2,)|"], "C"),
        (["CCO", "[CH3:1][CH2:2][OH:3]", "[OH:1][CH2:7]C", "OCC |LN:1:1.3|"], "CCO"),
        (["CC(C)O", "[CH3:1][C@H](O)[CH3:2]", "[CH3:1][C@@H](O)[CH3:2]"], "CC(C)O"),
        (["CC=C(C)C", "[CH3:1]/[CH:2]=[C:3](/[CH3:4])[CH3:5]"], "CC=C(C)C"),
        (["*C", "[*:1]C", "[*:2][CH3:1]", "C* |$;R1$|", "C* |$;R2$|"], "*C"),
        (["c1ccccc1", "C1=CC=CC=C1", "[cH:1]1[cH:2][cH:3][cH:4][cH:5][cH:6]1"], "c1ccccc1"),
        (["[Na+].[Cl-]", "[Cl-].[Na+]", "[Cl-:2].[Na+:1]"], "[Cl-].[Na+]"),
        (["[NH4+]", "[NH4+:9]"], "[NH4+]"),
        (["C[N+](=O)[O-]", "CN(=O)=O"], "C[N+](=O)[O-]"),
        (["C[C@H](F)Cl |&1:1|", "C[C@@H](F)Cl |&1:1|"], "C[C@H](F)Cl"),
    ],
)
def test_a_molecule_is_of_one_group_however_it_is_written(spellings: list[str], group: str) -> None:
    assert {group_of(smiles) for smiles in spellings} == {group}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C", "[13CH4]"),
        ("[13CH4]", "[14CH4]"),
        ("C", "[2H]C"),
        ("*C", "[1*]C"),
        ("C", "[CH3]"),
        ("C[C@H](F)Cl", "C[C@@H](F)Cl"),
        ("CC(F)Cl", "C[C@@H](F)Cl"),
        ("[13CH3:1]CO", "[CH3:1]CO"),
    ],
)
def test_isotopes_radicals_and_stereo_make_another_group(one: str, other: str) -> None:
    assert group_of(one) != group_of(other)


def test_maps_on_every_atom_change_no_group() -> None:
    rng = random.Random(1)
    for entry in rng.sample(entries("nci", "", read_source("nci")), 200):
        structure = read_smiles(entry.smiles)
        assert structure is not None
        mapped = Chem.Mol(structure)
        for atom in mapped.GetAtoms():
            atom.SetAtomMapNum(rng.randint(1, 900))
        assert group_of(Chem.MolToSmiles(mapped, doRandom=True)) == Chem.MolToSmiles(structure)


def test_no_inchikey_is_in_two_splits_where_molecules_come_with_maps(tmp_path: Path) -> None:
    lines = [*ALKANES, *(f"[CH3:{n}]{'C' * n}O" for n in range(1, 11)), *(f"{'C' * n}[OH:1]" for n in range(2, 12))]
    source = written(tmp_path, "a.smi", "\n".join(lines))
    molecules, rng = source_of(source), np.random.default_rng(1)
    drawn_ones = {split: [molecules.draw(split, rng) for _ in range(200)] for split in ("train", "val")}
    found = {split: {one.inchikey for one in ones} for split, ones in drawn_ones.items()}
    assert any(":" in one.entry.smiles for one in drawn_ones["train"])
    assert found["val"]
    assert not found["train"] & found["val"]


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


def few(tmp_path: Path, *molecules: str, **fields: Any) -> dict[str, str]:
    """Return what is said of each split that a source of a few molecules has nothing for."""
    source = written(tmp_path, "few.smi", "\n".join(molecules))
    said = {}
    for split in ("train", "val"):
        try:
            source_of(source, **fields).draw(split, np.random.default_rng(0))
        except EmptySplit as fault:
            said[split] = str(fault)
    return said


ALL_IN_TRAIN = [smiles for smiles in ALKANES if split_of(smiles, 0.2) == "train"][:3]
IN_VAL = next(f"C{'N' * n}" for n in range(1, 40) if split_of(f"C{'N' * n}", 0.2) == "val")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_split_that_few_molecules_leave_empty_names_what_helps(tmp_path: Path, count: int) -> None:
    said = few(tmp_path, *ALL_IN_TRAIN[:count])
    assert list(said) == ["val"]
    assert f"held_out_share, 0.2, puts all {count} of them into the other one" in said["val"]
    assert said["val"].endswith("give more of them, or draw none for validation (validation_share 0)")
    raised = re.search(r"raise it to (0\.\d+)", said["val"])
    assert bool(raised) == (count > 1), "a single molecule would leave the other split empty"
    if raised:
        assert few(tmp_path, *ALL_IN_TRAIN[:count], held_out_share=float(raised[1])) == {}


def test_training_that_has_all_its_molecules_held_out_names_what_helps(tmp_path: Path) -> None:
    said = few(tmp_path, IN_VAL)
    assert list(said) == ["train"]
    lowered = re.search(r"lower it to (0\.\d+), or give more of them$", said["train"])
    assert lowered
    assert "train" not in few(tmp_path, IN_VAL, held_out_share=float(lowered[1]))


def test_a_source_of_which_options_leave_nothing_says_which(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("LFQSCWFLJHTTHZ\n")
    fields = {"heavy_atoms": [3, 5], "exclude": str(tmp_path / "keys"), "held_out_share": 0.001}
    said = few(tmp_path, "CCO", "C", "CCCCCCCCC", **fields)
    assert said["train"].endswith("(heavy_atoms leaves out 2, exclude leaves out 1)")


def test_what_options_leave_out_is_told_once_by_lines(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("LFQSCWFLJHTTHZ\n")
    source = written(tmp_path, "a.smi", "CCO\nCCN\nC\n" + "CCCCCCCCC\nnonsense\n*CCCCCCCCCCC* |$R1;;;;;;;;;;;;R2$|\n")
    fields = {"heavy_atoms": [3, 5], "exclude": str(tmp_path / "keys"), "held_out_share": 0.001}
    molecules, rng = source_of(source, stereo_share=0, **fields), np.random.default_rng(0)
    assert {molecules.draw("train", rng).entry.smiles for _ in range(40)} == {"CCN"}
    assert molecules.left_out() == {"heavy_atoms": [3, 4, 6], "exclude": [1]}
    assert molecules.left_out() == {}


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
