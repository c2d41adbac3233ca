"""The parts of large work, launched as the pipelines say, by the launcher that refuses what Kubeflow's refuses.

All other steps run so in tests/end_to_end, whose datasets are too small to be handed out.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.artifact import find_sealed
from maskline.contract.picture import encode_png
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pipelines.dag import compiled, ir
from maskline.pipelines.dag.graph import Container
from maskline.pipelines.dag.run import Run
from maskline.pipelines.dag.secret import HIDDEN
from maskline.pipelines.engines.engine import ProcessEngine
from maskline.pipelines.engines.fork_server import ForkServer
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.local.launcher import Launcher, Turn
from maskline.predict.plan import plan_pictures
from maskline.render.config import RenderConfig
from maskline.render.plan import make_plan

Launch = Callable[..., dict[str, Any]]


@pytest.fixture
def launch(tmp_path: Path, directory_store: DirectoryStore, states: Any) -> Launch:
    """Launch one task of the full workflow."""
    leaves = {task.name: task for task in ir.load(compiled.find("train-and-evaluate")).leaves()}
    secrets = {"maskline-s3": {"store": directory_store.uri}}

    def launched(name: str, turn: int, **values: str) -> dict[str, Any]:
        task = leaves[name]
        assert isinstance(task.body, Container)
        states.expect(name, task.title)
        with Reaper() as reaper, ForkServer() as fork_server:
            run = Run(tmp_path / "runs", "2030-01-02T03:04:05Z", secrets)
            launcher = Launcher(ProcessEngine(reaper, fork_server, HIDDEN), states, run, 1)
            given = values | {"run": "run-1"}
            return asyncio.run(launcher.launch(task, task.body, given, Turn(f".{turn}")))[0]

    return launched


def test_whoever_draws_the_last_part_of_a_dataset_seals_it(launch: Launch, directory_store: DirectoryStore) -> None:
    plan = make_plan(RenderConfig(samples=4, samples_per_shard=2, validation_share=0.5, drawing={"source": "nci"}))
    for turn, part in enumerate(("0-1", "1-2")):
        assert find_sealed(directory_store, "dataset", "demo", plan.id) is None
        launch("render-work", turn, plan=plan.model_dump_json(), part=part)
    dataset = find_sealed(directory_store, "dataset", "demo", plan.id)
    assert dataset
    assert dataset.manifest.figures["splits"]["train"]["samples"] == 2


def test_whoever_predicts_the_last_part_of_somebodys_pictures_seals_them(
    launch: Launch, directory_store: DirectoryStore, tmp_path: Path
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "blank.png").write_bytes(encode_png(np.full((64, 64), 255, np.uint8)))
    plan = plan_pictures(PicturePrediction(), "published", str(pictures), directory_store)
    launch("predict-work", 0, plan=plan.model_dump_json(), part="0-1")
    predictions = find_sealed(directory_store, "predictions", plan.name, plan.id)
    assert predictions
    assert predictions.manifest.figures["images"] == 1


def test_a_part_of_another_plan_is_refused_with_the_steps_own_line_which_is_kept_for_others(
    launch: Launch, directory_store: DirectoryStore
) -> None:
    from maskline.contract.runs.fault import last_fault
    from maskline.pipelines.errors import TaskFailed

    plan = make_plan(RenderConfig(samples=4, samples_per_shard=2, drawing={"source": "nci"}))
    with pytest.raises(TaskFailed, match=r"^render: draw: part '7-9': it must be <first>-<stop> within 0-3, the first"):
        launch("render-work", 0, plan=plan.model_dump_json(), part="7-9")
    fault = last_fault(directory_store, "run-1")
    assert fault
    assert fault.step == "render: draw"
    assert fault.error.startswith("part '7-9': it must be <first>-<stop> within 0-3")
