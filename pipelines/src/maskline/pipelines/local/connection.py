"""The store that a command works with: the folder's embedded server, or one that the user names."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.contract.store import open_store
from maskline.contract.store.secret import FOLDER_VARIABLE, VARIABLES, told
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.server import seaweedfs

EMBEDDED_URI = f"s3://{seaweedfs.BUCKET}/local"


@contextmanager
def connected(folder: Path | str, store: str = "", port: int = 0) -> Iterator[dict[str, str]]:
    """Yield the content of the pipeline's secret, and give this process the same environment until the block ends.

    folder: where runs leave everything, `--folder` of the command.
    store: URI of the store to use; "" starts the embedded server (on `port`, if not 0) unless it runs, and stops it if
    nobody else uses it.  Raises InvalidInput, AccessDenied, NotFound or StoreUnavailable when the store cannot be used.
    """
    if store:
        if port:
            raise InvalidInput(f"--port {port} is for the embedded store, but --store {store} names another")
        secret = {key: told(key) for key in VARIABLES} | {"store": store}
        with _environment(secret):
            open_store(store).list("models")  # a small question that a wrong key, bucket or address cannot answer
            yield secret
        return
    with seaweedfs.start(Folder(Path(folder)).store, port) as server:
        variables = server.environment() | {"MASKLINE_STORE": EMBEDDED_URI}
        secret = {key: variables.get(names[0], "") for key, names in VARIABLES.items()}
        with _environment(secret):
            yield secret


@contextmanager
def _environment(secret: Mapping[str, str]) -> Iterator[None]:
    """Let environment variables tell a secret, all of it and no folder, and put back what was there."""
    unused = {name: "" for _, *others in VARIABLES.values() for name in others}
    values = {VARIABLES[key][0]: value for key, value in secret.items()} | unused | {FOLDER_VARIABLE: ""}
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
