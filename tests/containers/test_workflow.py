"""The whole committed pipeline in containers of the built images, as a user runs it: one command."""

import json
import re
import subprocess
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maskline.contract.artifact import open_sealed
from maskline.pipelines.engines.containers import TASK_LABEL
from maskline.pipelines.engines.docker import Docker
from maskline.pipelines.errors import EngineFailed
from maskline.pipelines.local.backend import FOLDER_LABEL
from maskline.pipelines.local.connection import EMBEDDED_URI, connected
from maskline.pipelines.server.container_store import STORE_LABEL

MASKLINE = f"{sysconfig.get_path('scripts')}/maskline"
EVERY_TASK = {"render", "train", "predict", "contest", "predict-pictures"}
"""The parts of a loop have nothing to do: little work is done where it is planned."""


@dataclass
class Watch:
    """What Docker says of every container of a folder, looked up while it runs."""

    docker: Docker
    folder: Path
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    glimpsed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Those met before they ran or after: some live for half a second, and a busy machine looks less often."""
    networks: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        while not self.ended.is_set():
            for label, value in ((FOLDER_LABEL, self.folder), (STORE_LABEL, self.folder / "store")):
                asked = self.docker.ask("ps", "--all", "--quiet", "--filter", f"label={label}={value}").split()
                for container in set(asked) - self.found.keys():
                    self.inspect(container)
            time.sleep(0.05)

    def inspect(self, container: str) -> None:
        try:
            told = json.loads(self.docker.ask("inspect", container))[0]
            if not told["State"]["Running"]:
                self.glimpsed[container] = told  # its mounts and networks may not be there
                return
            for name in told["NetworkSettings"]["Networks"]:
                self.networks[name] = json.loads(self.docker.ask("network", "inspect", name))[0]
        except EngineFailed:
            return
        self.found[container] = told

    def tasks(self) -> dict[str, dict[str, Any]]:
        """What is said of the containers of tasks, by task, turn and attempt."""
        met = self.glimpsed | self.found
        named = ((told["Config"]["Labels"].get(TASK_LABEL), told) for told in met.values())
        return {task: told for task, told in named if task}


@dataclass(frozen=True)
class Run:
    """A finished run."""

    folder: Path
    output: str
    watch: Watch

    @property
    def summary(self) -> dict[str, Any]:
        summary: dict[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return summary


@pytest.fixture(scope="module")
def run(docker: Docker, tiny: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The smallest run of the demo preset, with one picture of the user's own."""
    folder = tmp_path_factory.mktemp("workflow") / "demo"
    pictures = folder.parent / "pictures"
    pictures.mkdir()
    Image.fromarray(np.full((120, 160), 255, np.uint8)).save(pictures / "blank.png")
    options = [word for name, value in tiny.items() for word in ("-p", f"{name}={value}")]
    command = [MASKLINE, "run", "--engine", "docker", *options, "--images", str(pictures), "--folder", str(folder)]
    watch = Watch(docker, folder)
    looking = threading.Thread(target=watch.look)
    looking.start()
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    finally:
        watch.ended.set()
        looking.join()
    assert ended.returncode == 0, ended.stdout[-5000:] + ended.stderr[-5000:]
    return Run(folder, ended.stdout, watch)


@pytest.fixture(scope="module", name="store")
def _store(run: Run) -> Iterator[None]:
    """The run's store, now as a process."""
    with connected(run.folder):
        yield


@pytest.mark.usefixtures("store")
def test_every_artifact_is_sealed_and_can_be_read_by_a_store_that_runs_as_a_process(run: Run) -> None:
    checkpoint = open_sealed(run.summary["checkpoint"], "checkpoint")
    assert checkpoint.uri.startswith(EMBEDDED_URI)
    dataset = open_sealed(checkpoint.manifest.inputs["dataset"], "dataset")
    (uri,) = re.findall(r"^predictions +(\S+)$", run.output, re.MULTILINE)
    predictions = open_sealed(uri, "predictions")
    for artifact in (checkpoint, dataset, predictions):
        for name in artifact.manifest.files:
            artifact.read(name)
    assert dataset.manifest.figures["splits"]["train"]["samples"] == 18


def test_the_report_and_the_decision_are_there(run: Run) -> None:
    assert "<html" in (run.folder / "report.html").read_text()
    assert re.search("^champion +promoted: the first champion of molecules", run.output, re.MULTILINE)
    assert run.summary["images"] == 6


def test_the_command_says_that_training_has_no_gpu_where_docker_offers_none(run: Run) -> None:
    told = "Docker offers no GPU here" in run.output
    assert told != run.watch.docker.has_gpus()


def test_every_task_ran_in_a_container_hemmed_in_on_all_sides(run: Run) -> None:
    tasks = run.watch.tasks()
    assert {name.split("/")[0].split(".")[0] for name in tasks} == EVERY_TASK
    for name, told in tasks.items():
        host = told["HostConfig"]
        assert told["Config"]["User"] == "10001:10001", name
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert not host["CapAdd"], name
        assert host["SecurityOpt"] == ["no-new-privileges"], name
        assert host["Memory"] == host["MemorySwap"] > 0, name
        assert host["NanoCpus"] > 0, name
        assert host["PidsLimit"] > 0, name
        assert not host["Privileged"], name


def test_training_has_the_shared_memory_that_the_pipeline_declares(run: Run) -> None:
    assert run.watch.tasks()["train/1"]["HostConfig"]["ShmSize"] == 8 * 1024**3


def test_a_task_can_write_to_its_own_folder_and_its_scratch_and_nowhere_else(run: Run) -> None:
    for name, told in run.watch.tasks().items():
        writable = {mount["Destination"]: mount["Type"] for mount in told["Mounts"] if mount["RW"]}
        (attempt,) = run.folder.glob(f"runs/*/{name}")
        assert writable == {"/tmp": "volume", str(attempt): "bind"}, name  # noqa: S108 - in the container


def test_the_users_pictures_are_mounted_for_reading_alone(run: Run) -> None:
    for told in run.watch.tasks().values():
        (pictures,) = (m for m in told["Mounts"] if m["Destination"] == str(run.folder.parent / "pictures"))
        assert not pictures["RW"]


def test_no_description_of_a_container_holds_a_key(run: Run) -> None:
    keys = json.loads((run.folder / "store" / "keys.json").read_text())
    assert len(run.watch.found) >= 2 + len(EVERY_TASK)  # the store's two containers are there too
    text = json.dumps(run.watch.found)
    assert keys["access_key"] not in text
    assert keys["secret_key"] not in text


def test_no_log_holds_a_key(run: Run) -> None:
    keys = json.loads((run.folder / "store" / "keys.json").read_text())
    logs = [*run.folder.glob("runs/*/*/*.log"), *(run.folder / "store").glob("*.log")]
    assert len(logs) >= 2 + len(EVERY_TASK)
    for log in logs:
        assert keys["secret_key"] not in log.read_text(errors="replace"), log


def test_everything_is_on_one_network_without_a_way_out(run: Run) -> None:
    (network,) = run.watch.networks.values()
    assert network["Internal"]


def test_nothing_is_left_behind(run: Run, docker: Docker, left: Callable[[dict[str, str]], list[str]]) -> None:
    assert left({FOLDER_LABEL: str(run.folder)}) == []
    assert left({STORE_LABEL: str(run.folder / "store")}) == []
    volumes = {m["Name"] for told in run.watch.found.values() for m in told["Mounts"] if m["Type"] == "volume"}
    assert len(volumes) >= len(EVERY_TASK)
    assert not volumes & set(docker.ask("volume", "ls", "--quiet").split())


def test_what_the_containers_wrote_can_be_read_and_removed(run: Run) -> None:
    for path in run.folder.glob("runs/*/*/*/parameters/*"):
        assert path.read_text() is not None
        path.unlink()
