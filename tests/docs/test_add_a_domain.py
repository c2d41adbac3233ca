"""The domain of another kind in docs/add-a-domain.md works as it stands there, beside what is installed here."""

import json
import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

DOC = Path(__file__).parents[2] / "docs/add-a-domain.md"
PATIENCE_S = 600
FORM = "-p domain=signals -p draw_preset=pulses -p draw_samples=40 -p train_preset=pulses"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The files that the page shows, by name."""
    return dict(re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)```$", DOC.read_text("utf-8"), re.MULTILINE | re.DOTALL))


def test_it_is_short(files: dict[str, str]) -> None:
    assert files.keys() >= {"pyproject.toml", "maskline_signals/domain.py", "maskline_signals/kind.py"}
    assert sum(len(text.splitlines()) for text in files.values()) < 120


def test_it_is_drawn_learned_predicted_evaluated_and_promoted_without_a_line_elsewhere(
    files: dict[str, str], tmp_path: Path
) -> None:
    assert f"\nmaskline run train-and-evaluate {FORM}\n" in DOC.read_text("utf-8")
    for name, text in (files | {"maskline_signals/__init__.py": ""}).items():
        (tmp_path / "package" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "package" / name).write_text(text, "utf-8")
    scripts, site, folder = sysconfig.get_path("scripts"), tmp_path / "site", tmp_path / "run"
    options = ("--no-deps", "--no-build-isolation", "--offline", "--target", str(site))
    install = [f"{scripts}/uv", "pip", "install", *options, str(tmp_path / "package")]
    subprocess.run(install, check=True, capture_output=True, timeout=PATIENCE_S)

    environment = os.environ | {"PYTHONPATH": str(site)}
    command = [f"{scripts}/maskline", "run", "train-and-evaluate", *FORM.split(), "--folder", str(folder)]
    for outcome in ("promoted: the first champion of signals", "unchanged: it is the champion already"):
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert f"champion     {outcome}" in ran.stdout
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert summary["images"] == 6
    assert summary["f1"] > 0.4  # it has learnt something
    assert (folder / "report.html").read_text("utf-8").startswith("<!doctype html><title>Signals")
