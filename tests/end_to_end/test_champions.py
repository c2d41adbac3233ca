"""Models of different classes in one store: each has a throne of its own, and none stands in another's way.

What is trained here learns nothing: it is who reigns that is looked at.
"""

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import yaml

from maskline.contract.config import merge
from maskline.pipelines.commands import parameters

MASKLINE = f"{sysconfig.get_path('scripts')}/maskline"
SMALL: dict[str, Any] = {
    "render": {"validation_share": 0.3},
    "train": {"validation_images": 0},
    "predict": {"max_detections": 100},  # who has learnt nothing finds something everywhere: no second look at it
}
PATIENCE_S = 900


def maskline(folder: Path, *words: str, code: int = 0) -> str:
    """Run a command to its end."""
    command = [MASKLINE, *words, "--folder", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ended.returncode == code, ended.stdout[-5000:] + ended.stderr[-5000:]
    return ended.stdout + ended.stderr


def small(folder: Path, preset: str) -> Path:
    """A parameter set of ours, with few pictures and steps."""
    ours = parameters.parameter_set(preset)
    ours |= {"draw_samples": 24, "train_steps": 2, "overrides": merge(ours.get("overrides", {}), SMALL)}
    path = folder / f"{preset}.yaml"
    path.write_text(yaml.safe_dump(ours))
    return path


def test_runs_of_the_demo_and_of_the_warm_demo_in_one_store_both_end_well_and_both_models_reign(tmp_path: Path) -> None:
    for preset in ("demo", "demo-warm"):
        said = maskline(tmp_path / "runs", "run", "--parameters", str(small(tmp_path, preset)))
        assert "champion     promoted: the first champion of molecules, six-" in said
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "any.png").write_bytes(b"")
    refused = maskline(tmp_path / "runs", "run", "predict", "--images", str(tmp_path / "pictures"), code=1)
    assert "holds 2 champions, one for each category table: name one (molecules/six-" in refused
    assert json.loads((tmp_path / "runs" / "summary.json").read_text())["checkpoint"] in refused
