"""A store in a bucket of any S3-compatible server, through the minio client.

minio's `put_object` has no conditions (given as metadata they are stored and the write overwrites), so conditional
writes are presigned PUT requests that carry If-None-Match or If-Match; the server decides.
"""

import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import md5
from io import BytesIO
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.credentials.providers import Provider, StaticProvider
from minio.error import MinioException, S3Error

from maskline.contract.errors import (
    AccessDenied,
    AlreadyExists,
    Changed,
    InvalidInput,
    MasklineError,
    NotFound,
    StoreUnavailable,
)
from maskline.contract.store import Written, clock
from maskline.contract.store.path import checked
from maskline.contract.store.patience import PatientPool
from maskline.contract.store.secret import source, told

AWS_ENDPOINT = "https://s3.amazonaws.com"
REFUSALS = ("AccessDenied", "InvalidAccessKeyId", "RequestTimeTooSkewed", "SignatureDoesNotMatch")
TIMEOUT = urllib3.Timeout(connect=5, read=120)  # seconds
SIGNED_FOR = timedelta(hours=1)  # longer than any tolerated difference of clocks
READ_ATTEMPTS = 3
PART_SIZE = 64 * 1024 * 1024  # bytes; larger objects travel in parts


class ToldKeys(Provider):
    """The keys that the process is told at the time; minio asks for them whenever it signs."""

    def __init__(self, uri: str) -> None:
        """uri: the store's, for messages."""
        self._uri = uri

    def retrieve(self) -> Credentials:
        """Return a pair of keys.  Raises InvalidInput when one is missing."""
        keys = self._read()
        while keys != (again := self._read()):  # exchanged between the first file and the second
            keys = again
        missing = [source(key) for key, value in keys.items() if not value]
        if missing:
            raise InvalidInput(f"{self._uri} needs S3 keys: there is nothing in {' and '.join(missing)}")
        return Credentials(keys["accesskey"], keys["secretkey"])

    @staticmethod
    def _read() -> dict[str, str]:
        return {key: told(key) for key in ("accesskey", "secretkey")}


class S3Store:
    """Objects of one bucket below one prefix."""

    def __init__(self, uri: str, endpoint: str, access_key: str = "", secret_key: str = "") -> None:
        """Address the store without touching the network.

        uri: s3://bucket[/prefix].  endpoint: http(s)://host[:port].  Without keys, each request is signed with those
        that the process is told by then.
        """
        place, server = urlsplit(uri.rstrip("/")), urlsplit(endpoint)
        if not place.netloc:
            raise InvalidInput(f"store '{uri}' names no bucket: it must be s3://bucket or s3://bucket/prefix")
        if server.scheme not in ("http", "https") or not server.netloc:
            raise InvalidInput(f"S3 endpoint '{endpoint}' must be http://host[:port] or https://host[:port]")
        self.bucket = place.netloc
        self.prefix = place.path.strip("/")
        self.endpoint = endpoint
        # Threads of one stage share the pool; ten connections are more than any stage opens.
        self._http = PatientPool(timeout=TIMEOUT, maxsize=10)
        self._client = Minio(
            server.netloc,
            credentials=StaticProvider(access_key, secret_key) if access_key else ToldKeys(uri),
            secure=server.scheme == "https",
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
        with self._faults(path):
            for _ in range(READ_ATTEMPTS - 1):
                with suppress(urllib3.exceptions.ProtocolError, urllib3.exceptions.TimeoutError):  # cut off
                    return self._get(path)
            return self._get(path)

    def write(self, path: str, data: bytes) -> None:
        """Put the object, whatever was there."""
        with self._faults(path):
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
            with self._faults(path):
                self._client.stat_object(self.bucket, self._key(path))
        except NotFound:
            return False
        return True

    def list(self, prefix: str) -> list[str]:
        """Return the objects below `prefix`."""
        return [*self.written(prefix)]

    def written(self, prefix: str) -> dict[str, Written]:
        """Return the objects below `prefix`, each with its Last-Modified and size."""
        below = f"{self._key(prefix)}/" if prefix else f"{self.prefix}/".lstrip("/")
        found = {}
        with self._faults(prefix):
            for each in self._client.list_objects(self.bucket, below, recursive=True):
                name = str(each.object_name)
                path = name.removeprefix(f"{self.prefix}/") if self.prefix else name
                found[path] = Written(each.last_modified or datetime.now(UTC), each.size or 0)
        return dict(sorted(found.items()))

    def delete(self, path: str) -> None:
        """Remove the object."""
        with self._faults(path):
            self._client.remove_object(self.bucket, self._key(path))

    def _get(self, path: str) -> tuple[bytes, str]:
        response = self._client.get_object(self.bucket, self._key(path))
        try:
            return response.read(), response.headers["ETag"]
        finally:
            response.release_conn()

    def _key(self, path: str) -> str:
        return f"{self.prefix}/{checked(path)}".lstrip("/")

    def _put_if(self, path: str, data: bytes, condition: dict[str, str]) -> bool:
        """Put under a condition; False means that the condition did not hold."""
        # With a digest the server refuses a body that was cut off; without one, a writer killed between head and body
        # leaves an empty object behind (seen with SeaweedFS 4.48).
        headers = {**condition, "Content-MD5": b64encode(md5(data, usedforsecurity=False).digest()).decode()}
        with self._faults(path):
            url = self._client.get_presigned_url("PUT", self.bucket, self._key(path), expires=SIGNED_FOR)
            answer = self._http.request("PUT", url, body=data, headers=headers)
        if answer.status == 200:
            return True
        if answer.status in (404, 409, 412):
            # The answer to an attempt can get lost after the server has done it: then the object is ours.
            again = answer.retries is not None and bool(answer.retries.history)
            return again and self.exists(path) and self.read(path) == data
        if answer.status == 403:
            raise self._refusal(answer.headers, f"{self.uri}/{path}")
        raise StoreUnavailable(f"{self.endpoint} answers {answer.status}, writing {self.uri}/{path}")

    @contextmanager
    def _faults(self, path: str) -> Iterator[None]:
        """Tell the client's exceptions in the contract's words."""
        try:
            yield
        except S3Error as fault:
            raise self._told(fault, f"{self.uri}/{path}") from fault
        except ValueError as fault:  # minio's word for names that no server accepts
            raise InvalidInput(f"{self.uri}/{path} cannot be addressed: {fault}") from None
        except (MinioException, urllib3.exceptions.HTTPError) as fault:
            reason = getattr(fault, "reason", fault)  # without the URL, which may be a signed one
            what = "cannot be reached"
            if isinstance(reason, urllib3.exceptions.ResponseError):
                what, reason = "keeps failing", f"{reason}; its log says why, a full disk for one"
            raise StoreUnavailable(f"{self.endpoint} {what} for {self.uri}/{path}: {reason}") from None

    def _told(self, fault: S3Error, place: str) -> MasklineError:
        if fault.code == "NoSuchBucket":
            return NotFound(f"bucket '{self.bucket}' does not exist on {self.endpoint}")
        if fault.code in ("NoSuchKey", "NoSuchObject"):
            return NotFound(f"{place} does not exist")
        if fault.code in REFUSALS:
            return self._refusal(fault.response.headers, place, fault.code)
        return StoreUnavailable(f"{self.endpoint} answers {fault.code} for {place}: {fault.message}")

    def _refusal(self, headers: Mapping[str, str], place: str, code: str = "") -> MasklineError:
        """Return what a refusal means: the keys are wrong, or the clock is, which another try may find mended."""
        if wrong_clock := clock.fault(headers):
            return StoreUnavailable(f"{self.endpoint} refuses {place}: {wrong_clock}")
        return AccessDenied(f"{self.endpoint} refuses the S3 keys for {place}{f' ({code})' if code else ''}")
