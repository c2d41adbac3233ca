"""What tests share: stores in a folder and on a real S3 server, and the images of this checkout."""

import os
import resource
import signal
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.store.s3 import S3Store
from maskline.pipelines.engines.docker import Docker
from maskline.pipelines.errors import EngineUnavailable
from maskline.pipelines.server import seaweedfs

hypothesis.settings.register_profile("any machine", deadline=None)  # a busy one is slow, and that is no fault
hypothesis.settings.load_profile("any machine")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch loads: threads that wait spinning ruin a busy machine


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist carries no types
    """Of several processes side by side, each runs the tests of whole files, or of all files that share what is dear.

    The engine's tests count what is left in the engine, and change its images; the network's share one that has learnt.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        folder = file.split("/")[1]
        if folder in ("containers", "docker") or file == "tests/charts/test_containers.py":
            return "engine"
        learnt = folder == "pictures" and not file.startswith("tests/pictures/exchange/")
        return "pictures" if learnt else file


LONGEST = ("train", "end_to_end", "containers", "docker", "render")
"""Folders whose files take minutes: begun last, one would keep a core busy long after the others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: item.nodeid.split("/")[1] not in LONGEST)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Let xdist give out tests so.

    Its own groups, --dist loadgroup, hold nothing together where pytest is 9.2 and it is 3.8.
    """
    return ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> None:
    """A shell that runs the tests in the background lets them ignore Ctrl-C, and what they start would, too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[seaweedfs.Server]:
    """The embedded S3 server, one for the whole run."""
    with seaweedfs.start(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3_keys(s3_server: seaweedfs.Server) -> tuple[str, str]:
    """Access key and secret key of the server."""
    return s3_server.access_key, s3_server.secret_key


@pytest.fixture
def s3_store(s3_server: seaweedfs.Server, s3_keys: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> S3Store:
    """An empty store on the server; the environment lets `open_store` find it."""
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    uri = f"s3://{seaweedfs.BUCKET}/{uuid.uuid4().hex}"
    monkeypatch.setenv("MASKLINE_STORE", uri)
    return S3Store(uri, s3_server.endpoint, *s3_keys)


@pytest.fixture
def directory_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DirectoryStore:
    """An empty store in a folder; the environment names it as the project's."""
    store = DirectoryStore(tmp_path / "store")
    monkeypatch.setenv("MASKLINE_STORE", store.uri)
    return store


@pytest.fixture(params=["directory_store", "s3_store"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each of the two stores in turn."""
    found: Store = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def docker() -> Docker:
    """The engine, with the images of this checkout: those that are up to date cost seconds."""
    try:
        docker = Docker.found()
    except EngineUnavailable:
        pytest.skip("no Docker engine")
    subprocess.run(["make", "build-images"], cwd=Path(__file__).parents[1], check=True)
    return docker


@pytest.fixture
def disk_full_after() -> Callable[[int], AbstractContextManager[None]]:
    """Let every write beyond a number of bytes in one file fail, as it does on a full disk (by a file-size limit)."""
    return _file_size_limit


@contextmanager
def _file_size_limit(size: int) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
