"""Whether a server is the store it should be: an authenticated read of an object that holds the store's name.

That a port answers proves little. This read proves server, keys and data at once.
"""

import contextlib
import io
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from maskline.pipelines.server.keys import Keys

if TYPE_CHECKING:
    from minio import Minio

_OBJECT = ".store"
_PAUSE_S = 0.05
_TIMEOUT_S = 5


def fault(host: str, bucket: str, keys: Keys, alive: Callable[[], bool], seconds: float) -> str:
    """Return what kept the server at `host` from telling the name of the store that `keys` are for, within `seconds`.

    Nothing when it told it. A server that lets the keys in but has no such bucket, or no name in it, or one from before
    keys were made anew, is given them. The bucket must be made by S3 and by nobody beside it: SeaweedFS 4.48's gateway
    takes a bucket for missing for 15 minutes if it was asked for just as another part made it.
    alive: whether it is worth asking again.
    """
    import urllib3  # this takes as long as the server does to come up, which has been started by now
    from minio import Minio
    from minio.error import MinioException

    pool = urllib3.PoolManager(timeout=urllib3.Timeout(_TIMEOUT_S), retries=False)
    client = Minio(host, keys.access_key, keys.secret_key, secure=False, region="us-east-1", http_client=pool)
    name = keys.store.encode()
    deadline = time.monotonic() + seconds
    last = "it has ended"
    while alive() and time.monotonic() < deadline:
        try:
            if _read(client, bucket) == name:
                return ""
            if not client.bucket_exists(bucket):
                client.make_bucket(bucket)
            client.put_object(bucket, _OBJECT, io.BytesIO(name), len(name))
        except (MinioException, urllib3.exceptions.HTTPError) as error:
            last = str(error)  # a server that has just started may refuse, or fail, for a while
            time.sleep(_PAUSE_S)
    return last


def _read(client: "Minio", bucket: str) -> bytes | None:
    """Return what the object holds, or None if there is none, or no bucket."""
    from minio.error import S3Error

    try:
        with contextlib.closing(client.get_object(bucket, _OBJECT)) as answer:
            return answer.read()
    except S3Error as error:
        if error.code in ("NoSuchKey", "NoSuchBucket"):
            return None
        raise
