"""What a run on this machine stands on: an engine for its containers, and a store that these can reach."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal
from urllib.parse import urlsplit

from maskline.contract.errors import InvalidInput
from maskline.contract.store.s3.address import server_url
from maskline.contract.store.secret import told
from maskline.pipelines.dag.graph import Container, Pipeline
from maskline.pipelines.dag.secret import HIDDEN
from maskline.pipelines.engines.containers import DockerEngine, Site
from maskline.pipelines.engines.docker import REMOVE_NETWORK, Docker, label_words
from maskline.pipelines.engines.engine import Engine, ProcessEngine
from maskline.pipelines.engines.fork_server import ForkServer
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.local.connection import connected
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.local.paths import local_files

FOLDER_LABEL = "maskline.folder"
STORE_IMAGE = f"maskline/store:{version('maskline-pipelines')}"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Choice:
    """What the user chose."""

    engine: Literal["process", "docker"] = "process"
    store: str = ""
    """URI of the store; "": the folder's own."""
    port: int = 0
    """Where the folder's own store must listen; 0: anywhere."""
    network: str = ""
    """Docker network to join, on which the chosen store is; "": one of the run's own."""


@dataclass(frozen=True)
class Backend:
    """What there is for a run."""

    engine: Engine
    secret: Mapping[str, str]
    """The content of the pipeline's secret, as its containers need it."""


@contextmanager
def backend(
    choice: Choice,
    pipeline: Pipeline,
    values: Mapping[str, Any],
    folder: Folder,
    say: Callable[[str], None],
    fork_server: ForkServer | None,
) -> Iterator[Backend]:
    """Yield what a run of `pipeline` with `values` in `folder`, which is locked, needs; until the block ends.

    Raises InvalidInput for a choice that cannot be, EngineUnavailable, or what the store says.
    """
    if fork_server is None:
        with _containers(choice, pipeline, values, folder, say) as found:
            yield found
        return
    if choice.network:
        raise InvalidInput(f"--network {choice.network} is for --engine docker")
    with connected(folder.path, choice.store, choice.port) as secret, Reaper() as reaper:
        yield Backend(ProcessEngine(reaper, fork_server, HIDDEN), secret)


@contextmanager
def _containers(
    choice: Choice, pipeline: Pipeline, values: Mapping[str, Any], folder: Folder, say: Callable[[str], None]
) -> Iterator[Backend]:
    _check(choice)
    containers = [task.body for task in pipeline.leaves() if isinstance(task.body, Container)]
    docker = Docker.found()
    _require(docker, [*sorted({container.image for container in containers}), *([] if choice.store else [STORE_IMAGE])])
    gpus = docker.has_gpus()
    if not gpus and any(container.limits.accelerators for container in containers):
        say("Docker offers no GPU here: what asks for one runs on the CPU")
    labels = {FOLDER_LABEL: str(folder.path)}
    docker.sweep(labels)  # what a run left that was killed together with its reaper
    name = f"maskline-{secrets.token_hex(4)}"
    with Reaper() as reaper, _network_and_secret(choice, docker, reaper, folder, name) as (network, secret):
        site = Site(name, labels, network, local_files(values), gpus)
        yield Backend(DockerEngine(docker, reaper, site), secret)


@contextmanager
def _network_and_secret(
    choice: Choice, docker: Docker, reaper: Reaper, folder: Folder, name: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Connect to the store; yield a network from which it can be reached, and the secret that tells how."""
    if not choice.store:
        from maskline.pipelines.server import container_store

        with (
            container_store.start(folder.store, docker, STORE_IMAGE) as server,
            connected(folder.path) as secret,
        ):
            yield server.state.network, {**secret, "endpoint": container_store.ENDPOINT}
        return
    with connected(folder.path, choice.store) as secret:
        if choice.network:
            yield choice.network, secret
            return
        farewell = (*REMOVE_NETWORK, name)
        reaper.run_after([docker.program, *farewell])
        docker.ask("network", "create", *label_words({FOLDER_LABEL: str(folder.path)}), name)
        try:
            yield name, secret
        finally:
            if docker.remove_network(name):
                reaper.spare([docker.program, *farewell])


def _check(choice: Choice) -> None:
    """Refuse what containers cannot do.  Raises InvalidInput."""
    if choice.port:
        raise InvalidInput(f"--port {choice.port} is for --engine process: in containers the store has its own address")
    if not choice.store:
        if choice.network:
            raise InvalidInput(f"--network {choice.network} needs --store: the folder's own store brings its network")
        return
    if not choice.store.startswith("s3://"):
        raise InvalidInput(f"--store {choice.store}: with --engine docker it must be s3://bucket[/prefix]")
    endpoint = told("endpoint")
    if choice.network != "host" and endpoint and urlsplit(server_url(endpoint)).hostname in _LOOPBACK:
        raise InvalidInput(
            f"the S3 endpoint {endpoint} is a container itself when a container asks for it; name an address of this "
            "machine that containers reach, or add --network host"
        )


def _require(docker: Docker, images: Sequence[str]) -> None:
    """Make sure that nothing has to be pulled.  Raises InvalidInput naming what is missing."""
    missing = docker.missing(images)
    if missing:
        raise InvalidInput(
            f"image {', '.join(missing)}: not on this machine, and a run pulls nothing; `make build-images` builds the "
            "images of the committed pipelines, `docker pull` fetches others"
        )
