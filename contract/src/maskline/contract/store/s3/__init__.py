"""A store in a bucket of any S3-compatible server, through the minio client.

minio's `put_object` has no conditions (given as metadata they are stored and the write overwrites), so conditional
writes are presigned PUT requests that carry If-None-Match or If-Match; the server decides.
"""

from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import md5
from io import BytesIO
from typing import TypeVar

import urllib3
from minio import Minio
from minio.credentials.providers import StaticProvider

from maskline.contract.errors import AlreadyExists, Changed
from maskline.contract.store import Written
from maskline.contract.store.path import checked
from maskline.contract.store.s3.address import bucket_and_prefix
from maskline.contract.store.s3.answers import NoServer, Refused
from maskline.contract.store.s3.client import Client
from maskline.contract.store.s3.keys import ToldKeys
from maskline.contract.store.secret import told

SIGNED_FOR = timedelta(hours=1)  # longer than any tolerated difference of clocks
READ_ATTEMPTS = 3
PART_SIZE = 64 * 1024 * 1024  # bytes; larger objects travel in parts

Answer = TypeVar("Answer")


class S3Store:
    """Objects of one bucket below one prefix."""

    def __init__(self, uri: str, endpoint: str, access_key: str = "", secret_key: str = "", region: str = "") -> None:
        """Address the store without touching the network.

        uri: s3://bucket[/prefix].  endpoint: http(s)://host[:port], or "" for Amazon's.  Without keys, each request is
        signed with those that the process is told by then; without a region, see `Client`.
        """
        self.bucket, self.prefix = bucket_and_prefix(uri)
        keys = StaticProvider(access_key, secret_key) if access_key else ToldKeys(uri)
        self._client = Client(self.bucket, endpoint, region, keys)

    @classmethod
    def told(cls, uri: str) -> "S3Store":
        """Open `uri` with the server and the keys that this process was told (see `maskline.contract.store.secret`).

        Raises InvalidInput when a key is missing.
        """
        ToldKeys(uri).retrieve()
        return cls(uri, told("endpoint"), region=told("region"))

    @property
    def endpoint(self) -> str:
        """The server's URL."""
        return self._client.endpoint

    @property
    def region(self) -> str:
        """What requests are signed for, as far as the server's answers have told by now."""
        return self._client.region

    @property
    def uri(self) -> str:
        """The bucket and prefix as an s3:// URI."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def read(self, path: str) -> bytes:
        """Return the object's bytes."""
        return self.read_versioned(path)[0]

    def read_versioned(self, path: str) -> tuple[bytes, str]:
        """Return the object's bytes and its ETag."""
        key = self._key(path)

        def get(client: Minio) -> tuple[bytes, str]:
            for _ in range(READ_ATTEMPTS - 1):
                with suppress(urllib3.exceptions.ProtocolError, urllib3.exceptions.TimeoutError):  # cut off
                    return _get(client, self.bucket, key)
            return _get(client, self.bucket, key)

        return self._ask(path, get)

    def write(self, path: str, data: bytes) -> None:
        """Put the object, whatever was there."""
        key = self._key(path)

        def put(client: Minio) -> None:
            done = client.put_object(self.bucket, key, BytesIO(data), len(data), part_size=PART_SIZE)
            _require_etag(done.etag)

        self._ask(path, put)

    def create(self, path: str, data: bytes) -> None:
        """Put the object if there is none."""
        if not self._put_if(path, data, {"If-None-Match": "*"}):
            raise AlreadyExists(f"{self.uri}/{path} exists already")

    def replace(self, path: str, data: bytes, version: str) -> None:
        """Put the object if its ETag still is `version`."""
        if not self._put_if(path, data, {"If-Match": version}):
            raise Changed(f"{self.uri}/{path} was changed by somebody else since it was read")

    def exists(self, path: str) -> bool:
        """Say whether the object is there.

        Its first byte is asked for, because the answer to a HEAD request does not say why it is what it is: some
        servers tell keys that they do not know by 404, too.
        """
        key = self._key(path)
        return self._ask(path, lambda client: _is_there(client, self.bucket, key))

    def list(self, prefix: str) -> list[str]:
        """Return the objects below `prefix`."""
        return [*self.written(prefix)]

    def written(self, prefix: str) -> dict[str, Written]:
        """Return the objects below `prefix`, each with its Last-Modified and size."""
        below = f"{self._key(prefix)}/" if prefix else f"{self.prefix}/".lstrip("/")
        found = self._ask(prefix, lambda client: [*client.list_objects(self.bucket, below, recursive=True)])
        of_store = f"{self.prefix}/".lstrip("/")
        there = {str(each.object_name).removeprefix(of_store): each for each in found}
        described = ((path, there[path]) for path in sorted(there))
        return {path: Written(each.last_modified or datetime.now(UTC), each.size or 0) for path, each in described}

    def delete(self, path: str) -> None:
        """Remove the object."""
        key = self._key(path)
        self._ask(path, lambda client: client.remove_object(self.bucket, key))

    def _ask(self, path: str, question: Callable[[Minio], Answer]) -> Answer:
        return self._client.ask(f"{self.uri}/{path}".rstrip("/"), question)

    def _key(self, path: str) -> str:
        return f"{self.prefix}/{checked(path)}".lstrip("/")

    def _put_if(self, path: str, data: bytes, condition: dict[str, str]) -> bool:
        """Put under a condition; False means that the condition did not hold."""
        # With a digest the server refuses a body that was cut off; without one, a writer killed between head and body
        # leaves an empty object behind (seen with SeaweedFS 4.48).
        headers = {**condition, "Content-MD5": b64encode(md5(data, usedforsecurity=False).digest()).decode()}
        key = self._key(path)

        def put(client: Minio) -> bool | None:
            """Return None if the condition does not hold now, and an earlier attempt may be why."""
            url = client.get_presigned_url("PUT", self.bucket, key, expires=SIGNED_FOR)
            try:
                answer = self._client.http.request("PUT", url, body=data, headers=headers)
            except Refused as refused:
                if not refused.is_unmet(condition):
                    raise
                return None if refused.came_late else False
            _require_etag(answer.headers.get("ETag"))
            return True

        held = self._ask(path, put)
        # The answer to an attempt can get lost after the server has done it: then the object is ours.
        return held if held is not None else self.exists(path) and self.read(path) == data


def _get(client: Minio, bucket: str, key: str) -> tuple[bytes, str]:
    response = client.get_object(bucket, key)
    try:
        return response.read(), _require_etag(response.headers.get("ETag"))
    finally:
        response.release_conn()


def _is_there(client: Minio, bucket: str, key: str) -> bool:
    try:
        response = client.get_object(bucket, key, length=1)
    except Refused as refused:
        if refused.status == 416 or refused.is_about_nothing:
            return refused.status == 416  # there, and empty
        raise
    response.close()  # a server that knows no ranges sends all of it
    return bool(_require_etag(response.headers.get("ETag")))


def _require_etag(etag: str | None) -> str:
    """Return the version that every S3 server gives of an object.  Raises NoServer for what a login page answers."""
    if not etag:
        raise NoServer("there is no ETag")
    return etag
