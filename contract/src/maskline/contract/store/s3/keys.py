"""The keys that sign requests, as the process is told them."""

from minio.credentials.credentials import Credentials
from minio.credentials.providers import Provider

from maskline.contract.errors import InvalidInput
from maskline.contract.store.secret import source, told

NEEDED = ("accesskey", "secretkey")


class ToldKeys(Provider):
    """The keys that the process is told at the time; minio asks for them whenever it signs."""

    def __init__(self, uri: str) -> None:
        """uri: the store's, for messages."""
        self._uri = uri

    def retrieve(self) -> Credentials:
        """Return a pair of keys, and the token of temporary ones.  Raises InvalidInput if a key is missing."""
        keys = self._read()
        while keys != (again := self._read()):  # exchanged between the first file and the last
            keys = again
        missing = [source(key) for key in NEEDED if not keys[key]]
        if missing:
            raise InvalidInput(f"{self._uri} needs S3 keys: there is nothing in {' and '.join(missing)}")
        return Credentials(keys["accesskey"], keys["secretkey"], keys["session-token"] or None)

    @staticmethod
    def _read() -> dict[str, str]:
        return {key: told(key) for key in (*NEEDED, "session-token")}
