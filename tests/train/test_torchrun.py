"""Several nodes: torchrun starts the stage on each, the processes find each other, and one checkpoint is sealed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from processes import children, require_gone

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import TrainingConfig
from maskline.contract.store.directory import DirectoryStore
from maskline.train.job import Job
from maskline.train.processes.launch import NAMES
from maskline.train.torchrun import invited, require_room

WAIT_S = 300
WITH_WORKERS = """
import runpy
from maskline.train import stage
stage.workers_for = lambda gpus, beside: 1
runpy.run_module("maskline.train", run_name="__main__", alter_sys=True)
"""
Configure = Callable[..., TrainingConfig]


class Nodes:
    """Nodes on loopback: each a torchrun of its own, with a folder of its own, meeting at one address."""

    def __init__(
        self, folder: Path, dataset: Artifact, config: TrainingConfig, count: int = 2, beside: int = 1
    ) -> None:
        """count: of nodes.  beside: processes of each.  Set `module` to start another than the stage itself."""
        self._count, self._beside = count, beside
        self.store = DirectoryStore(folder / "store")
        self._folder = folder
        self._dataset = dataset
        self._config = config
        self.module = "maskline.train"

    @contextmanager
    def started(self, port: int, **more: str) -> Iterator[list["subprocess.Popen[str]"]]:
        with ExitStack() as held:
            yield [held.enter_context(self._node(rank, port, more)) for rank in range(self._count)]

    @contextmanager
    def _node(self, rank: int, port: int, more: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
        home = self._folder / f"node-{rank}"
        home.mkdir(exist_ok=True)
        environment = os.environ | more | {
            # What Kubeflow Trainer sets.
            "PET_NNODES": str(self._count),
            "PET_NPROC_PER_NODE": str(self._beside),
            "PET_NODE_RANK": str(rank),
            "PET_MASTER_ADDR": "127.0.0.1",
            "PET_MASTER_PORT": str(port),
            "MASKLINE_STORE": self.store.uri,
            "TMPDIR": str(home),
            "GLOO_SOCKET_IFNAME": "lo",
        }  # fmt: skip
        command = [sys.executable, "-m", "torch.distributed.run", "-m", self.module, "run", self._input(home)]
        log = (home / "log").open("w", encoding="utf-8")
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, text=True, start_new_session=True)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            log.close()

    def _input(self, home: Path) -> str:
        overrides = json.dumps({"train": self._config.model_dump(mode="json")})
        parameters = {"dataset_uri": self._dataset.uri, "train_preset": "demo", "steps": 0, "starting_weights": ""}
        outputs = {"parameters": {"checkpoint_uri": {"outputFile": str(home / "checkpoint_uri")}}}
        values = {**parameters, "seed": 7, "overrides": overrides}
        return json.dumps({"inputs": {"parameterValues": values}, "outputs": outputs})

    def log(self, rank: int) -> str:
        return (self._folder / f"node-{rank}/log").read_text("utf-8")

    def wait_for(self, event: str, processes: list["subprocess.Popen[str]"]) -> None:
        while event not in self.log(0):
            assert [process.poll() for process in processes] == [None, None], self.log(0) + self.log(1)
            time.sleep(0.02)

    def answer(self, rank: int) -> str:
        return (self._folder / f"node-{rank}/checkpoint_uri").read_text("utf-8")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def nodes(tmp_path: Path, dataset: Artifact, tiny: Configure) -> Callable[..., Nodes]:
    return lambda **fields: Nodes(tmp_path, dataset, tiny(**({"batch_images": 4, "steps": 2} | fields)))


def test_two_nodes_of_which_one_is_killed_and_one_told_to_stop_go_on_together_and_seal_one_checkpoint(
    nodes: Callable[..., Nodes], port: int
) -> None:
    pair = nodes(steps=20, checkpoint_period_s=0)
    with pair.started(port) as processes:
        pair.wait_for("train.state_kept", processes)
        os.kill(worker(processes[1]), signal.SIGKILL)
        assert all(process.wait(WAIT_S) for process in processes)
    assert not pair.store.list("checkpoints")
    with pair.started(port) as processes:
        pair.wait_for("train.step", processes)
        processes[1].terminate()
        assert all(process.wait(WAIT_S) for process in processes)
    told = re.findall(r"^error: .*", pair.log(0) + pair.log(1), re.MULTILINE)
    with pair.started(port) as processes:
        assert [process.wait(WAIT_S) for process in processes] == [0, 0], pair.log(0) + pair.log(1)
    resumed = re.search(r"^train\.resumed step=(\d+) ", pair.log(0), re.MULTILINE)
    assert resumed
    at = f"error: training was asked to stop (SIGTERM) at step {resumed[1]} of 20: "
    assert told == [f"{at}state kept, the same call goes on from there"]
    assert "train." not in pair.log(1)

    (manifest,) = [path for path in pair.store.list("checkpoints") if path.endswith("manifest.json")]
    folder = manifest.removesuffix("/manifest.json")
    assert pair.answer(0) == pair.answer(1) == f"{pair.store.uri}/{folder}"
    files = json.loads(pair.store.read(manifest))["files"]
    assert json.loads(pair.store.read(f"{folder}/{files['training.json']['key']}"))["processes"] == 2
    lines = pair.store.read(f"{folder}/{files['log.jsonl']['key']}").decode().splitlines()
    steps = [line for line in map(json.loads, lines) if line["event"] == "step"]
    assert [line["step"] for line in steps] == list(range(1, 21))
    assert sorted(image for step in steps[:2] for image in step["images"]) == list(range(1, 9))
    assert not pair.store.list("work")


def worker(process: "subprocess.Popen[str]") -> int:
    """Return the training process that a torchrun has started."""
    (pid,) = children(process.pid)
    return pid


def test_the_processes_of_one_machine_read_what_one_of_them_has_fetched_and_have_those_who_prepare_pictures_each(
    dataset: Artifact, tiny: Configure, tmp_path: Path, port: int
) -> None:
    machine = Nodes(tmp_path, dataset, tiny(batch_images=4, steps=2), count=1, beside=2)
    (tmp_path / "with_workers.py").write_text(WITH_WORKERS, "utf-8")
    machine.module = "with_workers"
    found: set[tuple[bool, str]] = set()
    prepare: set[int] = set()
    with machine.started(port, PYTHONPATH=str(tmp_path)) as (process,):
        while process.poll() is None:
            places = (tmp_path / "node-0").glob("maskline-train-*/data")
            found |= {(place.is_symlink(), str(place.resolve())) for place in places}
            prepare |= {pid for rank in children(process.pid) for pid in children(rank)}
            time.sleep(0.05)
        assert process.returncode == 0, machine.log(0)
    assert sorted(linked for linked, _ in found) == [False, True]
    assert len({place for _, place in found}) == 1
    assert len(prepare) >= 2
    require_gone(prepare)


@pytest.mark.parametrize(("size", "beside", "gpus"), [(3, 1, 0), (2, 2, 1)])
def test_a_place_without_its_share_is_refused(
    size: int, beside: int, gpus: int, tiny: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in zip(NAMES, (0, size, 0, beside), strict=True):
        monkeypatch.setenv(name, str(value))
    assert invited()
    with pytest.raises(InvalidInput, match="torchrun"):
        require_room(Job.model_construct(config=tiny(batch_images=4), gpus=gpus))
