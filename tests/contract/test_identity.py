"""The same inputs name the same artifact; any difference that shapes its bytes names another."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskline.contract.identity import digest, stage_id

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=4), below, max_size=3),
    max_leaves=8,
)
CONFIGS = st.dictionaries(st.text(max_size=4), VALUES, max_size=4)


def identify(config: dict[str, Any], inputs: dict[str, str] | None = None) -> str:
    """The identity of a stage with nothing but a config and inputs."""
    return stage_id("render", [], ["numpy"], config, inputs or {})


@given(CONFIGS)
def test_order_of_fields_does_not_count(config: dict[str, Any]) -> None:
    assert identify(dict(reversed(config.items()))) == identify(config)


@given(CONFIGS, CONFIGS)
def test_different_configs_are_different(one: dict[str, Any], other: dict[str, Any]) -> None:
    # repr tells True from 1, as JSON does and Python's == does not
    assert (identify(one) == identify(other)) == (_sorted(one) == _sorted(other))


def _sorted(value: Any) -> str:
    if isinstance(value, dict):
        return repr(sorted((key, _sorted(inner)) for key, inner in value.items()))
    return repr([_sorted(inner) for inner in value]) if isinstance(value, list) else repr(value)


def test_inputs_count() -> None:
    assert identify({}, {"source": "sha256:1"}) != identify({}, {"source": "sha256:2"})


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable package that must not be imported."""
    root = tmp_path / "shouting"
    (root / "presets").mkdir(parents=True)
    (root / "__init__.py").write_text("raise RuntimeError('imported')")
    (root / "presets" / "demo.yaml").write_text("a: 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    return root


def test_sources_and_presets_count_without_being_imported(package: Path) -> None:
    before = stage_id("s", ["shouting"], [], {}, {})
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "x.pyc").write_bytes(b"1")
    assert stage_id("s", ["shouting"], [], {}, {}) == before
    (package / "presets" / "demo.yaml").write_text("a: 2")
    changed = stage_id("s", ["shouting"], [], {}, {})
    (package / "new.py").write_text("")
    more = stage_id("s", ["shouting"], [], {}, {})
    assert len({before, changed, more}) == 3
    (package / "fast.so").write_bytes(b"1")
    assert stage_id("s", ["shouting"], [], {}, {}) == more
    (package / "fast.c").write_text("")
    assert stage_id("s", ["shouting"], [], {}, {}) != more


def test_a_single_module_counts_without_its_neighbours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "alone.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = stage_id("s", ["alone"], [], {}, {})
    (tmp_path / "beside.py").write_text("")
    assert stage_id("s", ["alone"], [], {}, {}) == before
    (tmp_path / "alone.py").write_text("")
    assert stage_id("s", ["alone"], [], {}, {}) != before


def test_it_is_the_same_in_every_process() -> None:
    call = "stage_id('s', ['maskline.contract'], ['numpy'], {}, {})"
    program = f"from maskline.contract.identity import stage_id; print({call})"
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert len(runs.pop().strip()) == 12


def test_digest_is_sha256() -> None:
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
