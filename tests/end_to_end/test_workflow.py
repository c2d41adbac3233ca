"""The whole workflow as a user runs it: real molecules, a real S3 server, detectron2, one command.

It trains for about a minute on two cores. The first attempt is killed while it trains.
"""

import io
import json
import os
import re
import signal
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maskline.contract.artifact import open_sealed
from maskline.contract.champion import champion_path
from maskline.contract.shard import Dataset
from maskline.contract.store import Store, open_store
from maskline.molecules.categories import TABLE
from maskline.pipelines.server import seaweedfs

MASKLINE = f"{sysconfig.get_path('scripts')}/maskline"
OVERRIDES = {
    "render": {"validation_share": 0.15},
    "train": {"checkpoint_period_s": 5, "validation_images": 8, "validation_period_steps": 1000},
}
PARAMETERS = ["-p", "draw_samples=360", "-p", "train_steps=180", "-p", f"overrides={json.dumps(OVERRIDES)}"]
PATIENCE_S = 900


@dataclass(frozen=True)
class Run:
    """A finished run: what the command said, and the folder with what it left."""

    folder: Path
    output: str

    @property
    def summary(self) -> dict[str, Any]:
        """The figures it left."""
        summary: dict[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return summary


def command(folder: Path) -> list[str]:
    """The demo, smaller, with pictures of the user's own."""
    pictures = ["--images", str(folder.parent / "pictures")]
    return [MASKLINE, "run", "--parameters", "demo", *PARAMETERS, *pictures, "--folder", str(folder)]


def finish(folder: Path) -> Run:
    """Run to the end."""
    ended = subprocess.run(command(folder), capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ended.returncode == 0, ended.stdout[-5000:] + ended.stderr[-5000:]
    return Run(folder, ended.stdout)


def kill_while_training(folder: Path) -> list[int]:
    """Start a run, wait until training has kept a resume state, and kill it without warning; return all it started."""
    with subprocess.Popen(command(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and process.poll() is None and not trained_a_while(folder):
            time.sleep(0.2)
        assert process.poll() is None, process.communicate()[0][-5000:]
        assert any(b"\0RANK=" in said for said in processes_of(folder).values())  # training's own processes are seen
        started = descendants(process.pid)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    return started


def descendants(pid: int) -> list[int]:
    """Children, their children and so on."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*children, *(later for child in children for later in descendants(child))]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def trained_a_while(folder: Path) -> bool:
    """Say whether the training of a run has kept a resume state."""
    return any("state_kept" in log.read_text() for log in folder.glob("runs/*/train/*.log"))


def processes_of(folder: Path) -> dict[int, bytes]:
    """The processes whose command line or environment names the run's folder, with both."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                said = (entry / "cmdline").read_bytes() + b"\0" + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in said:
                found[int(entry.name)] = said
    return found


def make_pictures(folder: Path) -> None:
    """Two drawings, one grey and one in colour, and three files that are none."""
    folder.mkdir()
    drawing = np.full((200, 260), 255, np.uint8)
    drawing[98:101, 40:200] = 0
    Image.fromarray(drawing).save(folder / "line.png")
    Image.fromarray(drawing).convert("RGB").resize((700, 500)).save(folder / "line.jpg")
    (folder / "empty.png").write_bytes(b"")
    (folder / "notes.png").write_text("CCO")
    buffer = io.BytesIO()
    Image.new("1", (10_001, 10_000)).save(buffer, "PNG")
    (folder / "huge.png").write_bytes(buffer.getvalue())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that was killed in the middle of training and then run again."""
    folder = tmp_path_factory.mktemp("workflow") / "demo"
    make_pictures(folder.parent / "pictures")
    started = kill_while_training(folder)
    assert len(started) > 3  # a task is forked from a process that knows nothing of the folder
    deadline = time.monotonic() + 20
    while (processes_of(folder) or any(map(lives, started))) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert processes_of(folder) == {}
    assert not any(map(lives, started))
    return finish(folder)


@pytest.fixture(scope="module")
def store(run: Run) -> Iterator[Store]:
    """The run's store, opened as any S3 client would."""
    with seaweedfs.start(run.folder / "store") as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment().items():
            patch.setenv(name, value)
        yield open_store(re.sub(r"/checkpoints/.*", "", run.summary["checkpoint"]))


def test_it_learns(run: Run) -> None:
    assert run.summary["mask_ap50"] > 0.25
    assert 0 < run.summary["mask_ap75"] < run.summary["mask_ap50"]
    assert run.summary["images"] == 54


def test_training_went_on_from_where_it_was_killed(run: Run) -> None:
    logs = "".join(log.read_text() for log in sorted(run.folder.glob("runs/*/train/*.log")))
    resumed = re.search(r"resumed step=(\d+)", logs)
    assert resumed is not None
    assert int(resumed[1]) > 0


def test_every_artifact_is_sealed_and_names_what_it_was_made_from(run: Run, store: Store) -> None:
    checkpoint = open_sealed(run.summary["checkpoint"], "checkpoint")
    dataset = open_sealed(checkpoint.manifest.inputs["dataset"], "dataset")
    sealed = [path for path in store.list("") if path.endswith("/manifest.json")]
    assert sorted(path.split("/")[0] for path in sealed) == [
        "checkpoints",
        "datasets",
        "predictions",
        "predictions",
        "reports",
    ]
    for artifact in (checkpoint, dataset):
        for name in artifact.manifest.files:
            artifact.read(name)
    assert store.list("work") == []


def test_no_molecule_is_in_both_splits(run: Run, store: Store) -> None:
    del store  # open while we read
    checkpoint = open_sealed(run.summary["checkpoint"], "checkpoint")
    dataset = Dataset(open_sealed(checkpoint.manifest.inputs["dataset"], "dataset"))
    groups = {split: {image["group"] for image in dataset.truth(split)["images"]} for split in ("train", "val")}
    assert groups["train"].isdisjoint(groups["val"])


def test_the_first_model_is_the_champion(run: Run, store: Store) -> None:
    champion = json.loads(store.read(champion_path("molecules", TABLE.key)))
    assert champion["checkpoint"] == run.summary["checkpoint"]


def test_own_pictures_are_segmented_and_the_unreadable_are_listed(run: Run, store: Store) -> None:
    predictions = [path for path in store.list("predictions") if path.endswith("manifest.json")]
    manifests = [json.loads(store.read(path)) for path in predictions]
    own = next(manifest for manifest in manifests if "images" in manifest["inputs"])
    listed = json.dumps(own["figures"])
    assert all(name in listed for name in ("empty.png", "notes.png", "huge.png"))
    assert len(list((run.folder / "overlays").iterdir())) == 2


def test_a_second_run_makes_nothing_anew(run: Run, store: Store) -> None:
    before = {path: store.read(path) for path in store.list("") if path.endswith(".json")}
    again = finish(run.folder)
    after = {path: store.read(path) for path in store.list("") if path.endswith(".json")}
    assert before.items() <= after.items()
    (decision,) = after.keys() - before.keys()  # every run has one on record
    assert json.loads(after[decision])["decision"] == "unchanged"
    assert again.summary["checkpoint"] == run.summary["checkpoint"]


def test_the_report_is_one_file_that_names_the_checkpoint(run: Run) -> None:
    page = (run.folder / "report.html").read_text()
    assert run.summary["checkpoint"] in page
    assert not re.search(r'(src|href)="https?://', page)
