"""Retraining, predicting, learning from guesses as a user runs them: later runs start from the champion, people hear.

What is trained here learns nothing: it is the pipelines that are looked at.
"""

import json
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maskline.contract.artifact import open_sealed
from maskline.contract.runs.fault import last_fault
from maskline.contract.runs.record import records
from maskline.contract.store import Store, open_store
from maskline.pipelines.server import seaweedfs

MASKLINE = f"{sysconfig.get_path('scripts')}/maskline"
OVERRIDES = json.dumps(
    {
        "render": {"validation_share": 0.3, "drawing": {"classes": {"aromatic": "drawn"}}},  # as `published` knows them
        "train": {"validation_images": 0},
        "predict": {"max_detections": 100},  # who has learnt nothing finds something everywhere: no second look at it
    }
)
PARAMETERS = {"draw_samples": "24", "train_steps": "2", "overrides": OVERRIDES}
PATIENCE_S = 900


@dataclass
class Session:
    """A folder, and what a webhook heard of the runs in it."""

    folder: Path
    heard: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)

    def maskline(self, *words: str, code: int = 0) -> str:
        """Run a command to its end."""
        command = [MASKLINE, *words, "--folder", str(self.folder)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert ended.returncode == code, ended.stdout[-5000:] + ended.stderr[-5000:]
        return ended.stdout + ended.stderr

    def retrain(self, code: int = 0, **given: str) -> str:
        """Run the pipeline that a schedule runs."""
        return self.maskline("run", "retrain", "--parameters", "demo", *parameters(PARAMETERS | given), code=code)


def parameters(values: dict[str, str]) -> list[str]:
    """Return the words that give a run these parameters."""
    return [word for name, value in values.items() for word in ("-p", f"{name}={value}")]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Two trainings, one that fails, and a prediction, with a webhook that listens."""
    place = tmp_path_factory.mktemp("retrain")
    session = Session(place / "demo")

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            session.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Webhook)
    Thread(target=server.serve_forever, daemon=True).start()
    (place / "secret").mkdir()
    (place / "secret" / "url").write_text(f"http://127.0.0.1:{server.server_port}/hook")
    drawing = np.full((120, 160), 255, np.uint8)
    drawing[58:61, 20:140] = 0
    (place / "pictures").mkdir()
    Image.fromarray(drawing).save(place / "pictures" / "line.png")
    (place / "pictures" / "notes.png").write_text("CCO")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MASKLINE_WEBHOOK_FOLDER", str(place / "secret"))
        session.outputs.append(session.retrain(seed="1"))
        session.outputs.append(session.retrain(seed="-1", promote_margin="1"))
        session.outputs.append(
            session.retrain(seed="1", train_starting_weights="s3://maskline/local/checkpoints/nothing-0", code=1)
        )
        session.outputs.append(session.maskline("run", "predict", "--images", str(place / "pictures")))
    yield session
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def store(session: Session) -> Iterator[Store]:
    """The store that the runs left."""
    with seaweedfs.start(session.folder / "store") as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment().items():
            patch.setenv(name, value)
        yield open_store("s3://maskline/local")


def test_people_are_told_of_promotion_refusal_and_failure(session: Session) -> None:
    assert [told["outcome"] for told in session.heard] == ["promoted", "kept", "failed"]
    promoted, kept, failed = session.heard
    assert promoted["champion"] == promoted["checkpoint"] == kept["champion"] != kept["checkpoint"]
    assert "a lead of 1 is needed" in kept["reason"]
    assert failed["step"] == "begin"
    assert "checkpoints/nothing-0 does not exist" in failed["error"]
    assert failed["text"].endswith(f"failed: begin: {failed['error']}")
    assert all(told["run"] in {path.name for path in (session.folder / "runs").iterdir()} for told in session.heard)


def test_every_decision_is_on_record(session: Session, store: Store) -> None:
    told = [(told["run"], told["outcome"], told["report"]) for told in session.heard[:2]]
    assert [(found.run, found.decision, found.report) for found in records(store, "molecules")] == told


def test_a_retraining_draws_new_pictures_and_starts_from_the_champion(session: Session, store: Store) -> None:
    del store  # open while we read
    first, second = (open_sealed(told["checkpoint"], "checkpoint").manifest for told in session.heard[:2])
    assert "starting_weights" not in first.inputs
    assert second.inputs["starting_weights"] == session.heard[0]["checkpoint"]
    assert first.inputs["dataset"] != second.inputs["dataset"]
    seeds = [int(found) for found in re.findall(r"begin\.settled seed=(\d+)", session.outputs[0] + session.outputs[1])]
    assert seeds[0] == 1
    assert seeds[1] > 1_700_000_000


def test_a_refusal_is_a_run_that_went_well_and_says_why(session: Session) -> None:
    assert "champion     kept: " in session.outputs[1]
    assert "a lead of 1 is needed" in session.outputs[1]


def test_a_failure_is_told_once_by_the_step_that_failed_and_stays_a_failure(session: Session, store: Store) -> None:
    failed = session.heard[2]
    left = last_fault(store, failed["run"])
    assert left
    assert (left.step, left.error, left.posted) == ("begin", failed["error"], True)
    assert "notify.posted_already outcome=failed" in session.outputs[2]
    assert re.search(r"^error: begin: .*s3://maskline/local/checkpoints/nothing-0", session.outputs[2], re.MULTILINE)


def test_predicting_takes_the_champion_and_leaves_predictions_and_overlays(session: Session, store: Store) -> None:
    del store  # open while we read
    said = session.outputs[3]
    found = re.search(r"^predictions  (\S+)$", said, re.MULTILINE)
    assert found is not None
    assert open_sealed(found[1], "predictions").manifest.inputs["checkpoint"] == session.heard[0]["champion"]
    assert "unreadable   notes.png: " in said
    assert [path.name for path in (session.folder / "overlays").iterdir()] == ["line.png.png"]
    (summary,) = session.folder.glob("runs/*/predict-pictures/1/artifacts/summary")
    (gallery,) = session.folder.glob("runs/*/predict-pictures/1/artifacts/gallery")
    assert "| notes.png | " in summary.read_text()
    assert ">line.png</figcaption>" in gallery.read_text()


def test_a_model_is_measured_on_a_dataset_that_is_named(session: Session, store: Store) -> None:
    first = records(store, "molecules")[0]
    dataset = open_sealed(first.report, "report").manifest.inputs["dataset"]
    named = {"checkpoint": first.checkpoint, "dataset": dataset, "overrides": OVERRIDES}
    said = session.maskline("run", "evaluate", *parameters(named))
    assert f"checkpoint   {first.checkpoint}" in said
    (run,) = session.folder.glob("runs/*/evaluate")
    assert (run / "1/parameters/report_uri").read_text() == first.report
    assert (run / "1/artifacts/report").read_text().startswith("<!doctype html>")


def test_what_a_teacher_is_sure_of_is_learned_from_beside_the_folds_that_are_not_held_out(
    session: Session, store: Store
) -> None:
    del store  # open while we read
    first, second = (
        open_sealed(told["checkpoint"], "checkpoint").manifest.inputs["dataset"] for told in session.heard[:2]
    )
    overrides = json.loads(OVERRIDES) | {"teach": {"split": "train"}}
    named = PARAMETERS | {"labelled": first, "unlabelled": second, "folds": "3", "fold": "1", "teacher": "published"}
    named = {name: value for name, value in named.items() if name != "draw_samples"} | {"train_preset": "demo"}
    said = session.maskline("run", "pseudo-label", *parameters(named | {"overrides": json.dumps(overrides)}))
    assert "fold.remark remark=" in said
    (uri,) = session.folder.glob("runs/*/fold/1/parameters/dataset_uri")
    derived = open_sealed(uri.read_text(), "dataset").manifest
    assert set(derived.inputs) == {"dataset", "unlabelled", "predictions"}
    assert derived.inputs["unlabelled"] == second
    counts = {split: figures["samples"] for split, figures in derived.figures["splits"].items()}
    assert counts["val"] == 8
    assert 16 < counts["train"] <= 16 + 24
    student = re.search(r"^checkpoint   (\S+)$", said, re.MULTILINE)
    assert student is not None
    inputs = open_sealed(student[1], "checkpoint").manifest.inputs
    assert (inputs["dataset"], inputs["starting_weights"]) == (uri.read_text(), session.heard[0]["champion"])
