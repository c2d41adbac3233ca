"""A store in a bucket of any S3-compatible server, through the minio client.

minio's `put_object` has no conditions (given as metadata they are stored and the write overwrites), so conditional
writes are presigned PUT requests that carry If-None-Match or If-Match; the server decides.
"""

import os
from base64 import b64encode
from contextlib import suppress
from datetime import timedelta
from hashlib import md5
from io import BytesIO

import urllib3
from minio import Minio
from minio.credentials.providers import StaticProvider

from maskline.contract.errors import AlreadyExists, Changed, NotFound, StoreUnavailable
from maskline.contract.store.path import checked
from maskline.contract.store.s3.address import bucket_and_prefix, host_of
from maskline.contract.store.s3.keys import ToldKeys
from maskline.contract.store.s3.patience import PatientPool
from maskline.contract.store.s3.refusals import Asked
from maskline.contract.store.secret import told

AWS_ENDPOINT = "https://s3.amazonaws.com"
TIMEOUT = urllib3.Timeout(connect=5, read=120)  # seconds
SIGNED_FOR = timedelta(hours=1)  # longer than any tolerated difference of clocks
READ_ATTEMPTS = 3
PART_SIZE = 64 * 1024 * 1024  # bytes; larger objects travel in parts


class S3Store:
    """Objects of one bucket below one prefix."""

    def __init__(self, uri: str, endpoint: str, access_key: str = "", secret_key: str = "") -> None:
        """Address the store without touching the network.

        uri: s3://bucket[/prefix].  endpoint: http(s)://host[:port].  Without keys, each request is signed with those
        that the process is told by then.
        """
        self.bucket, self.prefix = bucket_and_prefix(uri)
        host, secure = host_of(endpoint)
        self.endpoint = endpoint
        # Threads of one stage share the pool; ten connections are more than any stage opens.
        self._http = PatientPool(timeout=TIMEOUT, maxsize=10)
        self._client = Minio(
            host,
            credentials=StaticProvider(access_key, secret_key) if access_key else ToldKeys(uri),
            secure=secure,
            region=os.environ.get("AWS_REGION", "us-east-1"),
            http_client=self._http,
        )

    @classmethod
    def told(cls, uri: str) -> "S3Store":
        """Open `uri` with the server and the keys that this process was told (see `maskline.contract.store.secret`).

        Raises InvalidInput when a key is missing.
        """
        ToldKeys(uri).retrieve()
        return cls(uri, told("endpoint") or AWS_ENDPOINT)

    @property
    def uri(self) -> str:
        """The bucket and prefix as an s3:// URI."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def read(self, path: str) -> bytes:
        """Return the object's bytes."""
        return self.read_versioned(path)[0]

    def read_versioned(self, path: str) -> tuple[bytes, str]:
        """Return the object's bytes and its ETag."""
        with self._asked(path).faults():
            for _ in range(READ_ATTEMPTS - 1):
                with suppress(urllib3.exceptions.ProtocolError, urllib3.exceptions.TimeoutError):  # cut off
                    return self._get(path)
            return self._get(path)

    def write(self, path: str, data: bytes) -> None:
        """Put the object, whatever was there."""
        with self._asked(path).faults():
            self._client.put_object(self.bucket, self._key(path), BytesIO(data), len(data), part_size=PART_SIZE)

    def create(self, path: str, data: bytes) -> None:
        """Put the object if there is none."""
        if not self._put_if(path, data, {"If-None-Match": "*"}):
            raise AlreadyExists(f"{self.uri}/{path} exists already")

    def replace(self, path: str, data: bytes, version: str) -> None:
        """Put the object if its ETag still is `version`."""
        if not self._put_if(path, data, {"If-Match": version}):
            raise Changed(f"{self.uri}/{path} was changed by somebody else since it was read")

    def exists(self, path: str) -> bool:
        """Say whether the object is there."""
        try:
            with self._asked(path).faults():
                self._client.stat_object(self.bucket, self._key(path))
        except NotFound:
            return False
        return True

    def list(self, prefix: str) -> list[str]:
        """Return the objects below `prefix`."""
        below = f"{self._key(prefix)}/" if prefix else f"{self.prefix}/".lstrip("/")
        with self._asked(prefix).faults():
            names = [str(found.object_name) for found in self._client.list_objects(self.bucket, below, recursive=True)]
        return sorted(name.removeprefix(f"{self.prefix}/") if self.prefix else name for name in names)

    def delete(self, path: str) -> None:
        """Remove the object."""
        with self._asked(path).faults():
            self._client.remove_object(self.bucket, self._key(path))

    def _get(self, path: str) -> tuple[bytes, str]:
        response = self._client.get_object(self.bucket, self._key(path))
        try:
            return response.read(), response.headers["ETag"]
        finally:
            response.release_conn()

    def _key(self, path: str) -> str:
        return f"{self.prefix}/{checked(path)}".lstrip("/")

    def _asked(self, path: str) -> Asked:
        return Asked(self.endpoint, self.bucket, f"{self.uri}/{path}")

    def _put_if(self, path: str, data: bytes, condition: dict[str, str]) -> bool:
        """Put under a condition; False means that the condition did not hold."""
        # With a digest the server refuses a body that was cut off; without one, a writer killed between head and body
        # leaves an empty object behind (seen with SeaweedFS 4.48).
        headers = {**condition, "Content-MD5": b64encode(md5(data, usedforsecurity=False).digest()).decode()}
        with self._asked(path).faults():
            url = self._client.get_presigned_url("PUT", self.bucket, self._key(path), expires=SIGNED_FOR)
            answer = self._http.request("PUT", url, body=data, headers=headers)
        if answer.status == 200:
            return True
        if answer.status in (404, 409, 412):
            # The answer to an attempt can get lost after the server has done it: then the object is ours.
            again = answer.retries is not None and bool(answer.retries.history)
            return again and self.exists(path) and self.read(path) == data
        if answer.status == 403:
            raise self._asked(path).refusal(answer.headers)
        raise StoreUnavailable(f"{self.endpoint} answers {answer.status}, writing {self.uri}/{path}")
