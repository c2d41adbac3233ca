"""A store in containers, and the committed pipeline or a part of it, run in the images that were built."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.runs.fault import StepFault, last_fault
from maskline.contract.store.s3 import S3Store
from maskline.pipelines.dag import compiled, ir
from maskline.pipelines.dag.graph import Constant, Container, Dag, Pipeline, Task
from maskline.pipelines.dag.run import Run
from maskline.pipelines.dag.secret import STORE
from maskline.pipelines.engines.containers import DockerEngine, Site
from maskline.pipelines.engines.docker import Docker
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.local.backend import STORE_IMAGE
from maskline.pipelines.local.runner import Results, Runner
from maskline.pipelines.server import container_store
from maskline.pipelines.server.seaweedfs import BUCKET
from maskline.pipelines.server.server import Server

ROOT = Path(__file__).parents[2]
TEST_LABEL = "maskline.test"
EVALUATE = STORE_IMAGE.replace("/store:", "/evaluate:")
OVERRIDES = {
    "render": {"validation_share": 0.25},
    "train": {"processes": 1, "batch_images": 2, "validation_images": 2},
    "predict": {"max_detections": 100},  # who has learnt nothing finds something everywhere: no second look at it
}
TINY = {
    "draw_preset": "demo",
    "draw_samples": 24,
    "train_preset": "demo",
    "train_steps": 2,
    "overrides": json.dumps(OVERRIDES),
}


@dataclass(frozen=True)
class Flow:
    """A pipeline, and what a test may make of it."""

    pipeline: Pipeline

    @classmethod
    def committed(cls) -> "Flow":
        """The pipeline as it is committed."""
        return cls(ir.load(compiled.find("train-and-evaluate")))

    def images(self) -> set[str]:
        return {task.body.image for task in self.pipeline.leaves() if isinstance(task.body, Container)}

    def changed(self, change: Callable[[Task], Task]) -> "Flow":
        """Change every task that is a container."""

        def dag(old: Dag) -> Dag:
            return Dag(
                tuple(
                    replace(task, body=dag(task.body)) if isinstance(task.body, Dag) else change(task)
                    for task in old.tasks
                )
            )

        return Flow(replace(self.pipeline, root=dag(self.pipeline.root)))

    def retried(self, count: int) -> "Flow":
        """Let every stage try again so many times."""
        return self.told(MASKLINE_RETRIES=str(count))

    def told(self, **environment: str) -> "Flow":
        """Give every container more variables."""
        return self.with_container("", lambda found: replace(found, environment={**found.environment, **environment}))

    def limited(self, name: str, **limits: Any) -> "Flow":
        """Give one task other limits."""
        return self.with_container(name, lambda found: replace(found, limits=replace(found.limits, **limits)))

    def with_container(self, name: str, change: Callable[[Container], Container]) -> "Flow":
        """Change the container of one task, or of all ("")."""

        def changed(task: Task) -> Task:
            assert isinstance(task.body, Container)
            return replace(task, body=change(task.body)) if name in ("", task.name) else task

        return self.changed(changed)

    def part(self, *names: str, **given: Any) -> "Flow":
        """Keep some tasks; what they would get from others is given by name."""
        kept = {
            task.name: task
            for task in self.pipeline.root.tasks
            if any(leaf.name in names for leaf in (task.body.leaves() if isinstance(task.body, Dag) else (task,)))
        }
        constants = {name: Constant(value) for name, value in given.items()}
        tasks = (
            replace(
                task,
                values={name: constants.get(name, source) for name, source in task.values.items()},
                after=task.after & kept.keys(),
            )
            for task in kept.values()
        )
        return Flow(replace(self.pipeline, root=Dag(tuple(tasks))))

    def render(self) -> "Flow":
        """Keep what draws a dataset."""
        return self.part("render", "render-work")


@pytest.fixture
def flow() -> Flow:
    """The committed pipeline."""
    return Flow.committed()


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    """Parameters of the demo preset's smallest run."""
    return dict(TINY)


class Seen:
    """A view that remembers, and that can be told to act when a task starts or says something."""

    def __init__(self, act: Callable[[str, str], None] = lambda _name, _text: None) -> None:
        """act: called with a task's name, and "" when it starts or else the line that it says."""
        self.act = act
        self.retries: list[str] = []
        self.failures: list[str] = []
        self.starts: list[str] = []

    def expect(self, name: str, title: str) -> None:
        assert title, name

    def turns(self, name: str, count: int) -> None:
        assert count, name

    def started(self, name: str) -> None:
        self.starts.append(name)
        self.act(name, "")

    def line(self, name: str, text: str) -> None:
        self.act(name, text)

    def retrying(self, name: str, text: str) -> None:
        self.retries.append(f"{name}: {text}")

    def ended(self, name: str, seconds: float) -> None:
        assert seconds > 0, name

    def skipped(self, name: str) -> None:
        assert name not in self.starts

    def failed(self, name: str) -> None:
        self.failures.append(name)


@dataclass
class Project:
    """A prefix of the store, empty at first, and the runs that work in it."""

    docker: Docker
    server: Server
    folder: Path
    name: str = field(default_factory=lambda: secrets.token_hex(6))
    seen: Seen = field(default_factory=Seen)

    @property
    def uri(self) -> str:
        return f"s3://{BUCKET}/{self.name}"

    @property
    def store(self) -> S3Store:
        return S3Store(self.uri, self.server.endpoint, self.server.access_key, self.server.secret_key)

    @property
    def secret(self) -> dict[str, str]:
        """What the tasks are told."""
        return {
            "accesskey": self.server.access_key,
            "secretkey": self.server.secret_key,
            "endpoint": container_store.ENDPOINT,
            "store": self.uri,
        }

    def run(self, flow: Flow, values: Mapping[str, Any], folders: Sequence[Path] = ()) -> Results:
        """Run a pipeline to its end."""
        pipeline = flow.pipeline
        given = {name: parameter.default for name, parameter in pipeline.parameters.items()} | dict(values)
        number = len(list(self.folder.glob("run-*")))
        run = Run(self.folder / f"run-{number}", "2030-01-02T03:04:05Z", {STORE.name: self.secret})
        with Reaper() as reaper:
            site = Site(f"maskline-test-{self.name}", {TEST_LABEL: self.name}, self.server.state.network, folders)
            engine = DockerEngine(self.docker, reaper, site)
            return asyncio.run(Runner(pipeline, engine, self.seen, run, parallel=2).run(given))

    def log(self, task: str) -> str:
        """What a task's attempts said, in all runs."""
        return "".join(path.read_text() for path in sorted(self.folder.glob(f"run-*/{task}/*.log")))

    def sealed(self) -> dict[str, list[Artifact]]:
        """The sealed artifacts by kind, every file of each read and found to be what its manifest says."""
        found: dict[str, list[Artifact]] = {}
        for path in self.store.list(""):
            if path.endswith("/manifest.json"):
                prefix = path.removesuffix("/manifest.json")
                kind = json.loads(self.store.read(path))["kind"]
                artifact = open_sealed(f"{self.uri}/{prefix}", kind)
                for name in artifact.manifest.files:
                    artifact.read(name)
                found.setdefault(kind, []).append(artifact)
        return found

    def unsealed(self) -> list[str]:
        """Work that is not finished: receipts and the like, and files of artifacts without a manifest."""
        paths = [path for path in self.store.list("") if not path.startswith(("models/", "runs/", ".maskline/"))]
        whole = {path.removesuffix("/manifest.json") for path in paths if path.endswith("/manifest.json")}
        return [path for path in paths if not any(path.startswith(f"{prefix}/") for prefix in whole)]

    def fault(self, number: int = 0) -> StepFault | None:
        """What the step that failed has left of a run, the first one being 0."""
        return last_fault(self.store, f"run-{number}")


@pytest.fixture(scope="session")
def server(docker: Docker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A store in containers, one for all tests; this process is told of it."""
    folder = tmp_path_factory.mktemp("containers") / "store"
    with container_store.start(folder, docker, STORE_IMAGE) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment().items():
            patch.setenv(name, value)
        yield server
    assert _left(docker, {container_store.STORE_LABEL: str(folder)}) == []


@pytest.fixture
def project(docker: Docker, server: Server, tmp_path: Path) -> Iterator[Project]:
    """An empty project; nothing of its runs may be left."""
    project = Project(docker, server, tmp_path)
    yield project
    assert _left(docker, {TEST_LABEL: project.name}) == []


@pytest.fixture(scope="session")
def dataset(docker: Docker, server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sealed dataset."""
    project = Project(docker, server, tmp_path_factory.mktemp("dataset"))
    results = project.run(Flow.committed().render(), TINY)
    uri: str = results.parameters["render"]["dataset_uri"]
    return uri


def _left(docker: Docker, labels: Mapping[str, str]) -> list[str]:
    """Containers and networks that carry the labels."""
    filters = [word for name, value in labels.items() for word in ("--filter", f"label={name}={value}")]
    containers = docker.ask("ps", "--all", "--quiet", *filters)
    return [*containers.split(), *docker.ask("network", "ls", "--quiet", *filters).split()]


@pytest.fixture(scope="session")
def left(docker: Docker) -> Callable[[Mapping[str, str]], list[str]]:
    """Tell what containers and networks carry the labels."""
    return partial(_left, docker)
