"""Whether a server is the store it should be: an authenticated read of an object that holds the store's name.

That a port answers proves little. This read proves server, keys and data at once.
"""

import contextlib
import io
import time
from collections.abc import Callable

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from maskline.pipelines.server.keys import Keys

_OBJECT = ".store"
_PAUSE_S = 0.05
_TIMEOUT = urllib3.Timeout(5)  # seconds


def answers(host: str, bucket: str, keys: Keys, alive: Callable[[], bool], seconds: float) -> bool:
    """Say whether the server at `host` returns the name of the store that `keys` are for, within `seconds`.

    A server that lets the keys in but holds no name, or one from before keys were made anew, is given the name.
    alive: whether it is worth asking again.
    """
    pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)
    client = Minio(host, keys.access_key, keys.secret_key, secure=False, region="us-east-1", http_client=pool)
    name = keys.store.encode()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and alive():
        # A server that has just started may refuse, or fail, for a while.
        with contextlib.suppress(MinioException, urllib3.exceptions.HTTPError):
            if _read(client, bucket) == name:
                return True
            client.put_object(bucket, _OBJECT, io.BytesIO(name), len(name))
            continue
        time.sleep(_PAUSE_S)
    return False


def _read(client: Minio, bucket: str) -> bytes | None:
    """Return what the object holds, or None if there is none."""
    try:
        with contextlib.closing(client.get_object(bucket, _OBJECT)) as answer:
            return answer.read()
    except S3Error as error:
        if error.code == "NoSuchKey":
            return None
        raise
