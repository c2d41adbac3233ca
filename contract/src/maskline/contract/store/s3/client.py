"""minio's client, addressed and signed as a server wants it."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.credentials.providers import Provider

from maskline.contract.errors import InvalidInput
from maskline.contract.store.s3 import address
from maskline.contract.store.s3.answers import Refused
from maskline.contract.store.s3.patience import PatientPool
from maskline.contract.store.s3.refusals import Asked
from maskline.contract.store.secret import source

TIMEOUT = urllib3.Timeout(connect=5, read=120)  # seconds
ANYWHERE = "us-east-1"
"""What requests are signed for as long as nobody has named a region: servers that have none take it."""

Answer = TypeVar("Answer")


class Client:
    """Asks one server.

    Requests are signed for the region that it is given, else for the one in the name of a server of Amazon's, else for
    the one that the server's answers name.
    """

    def __init__(self, bucket: str, endpoint: str, region: str, keys: Provider) -> None:
        """endpoint: http(s)://host[:port], or "" for Amazon's.  region: "" for none.  Raises InvalidInput."""
        if region and not address.REGION.fullmatch(region):
            raise InvalidInput(f"region = '{region}' ({source('region')}): it must be a word as eu-central-1")
        self._bucket, self._amazon, self._given, self._keys = bucket, not endpoint, region, keys
        self.endpoint = address.server_url(endpoint or address.amazon(region))
        address.require_server_alone(self.endpoint, bucket)
        in_name = address.region_of(self.endpoint)
        if region and in_name and region != in_name:
            raise InvalidInput(f"region = '{region}' ({source('region')}), but {endpoint} is that of {in_name}")
        self.region = region or in_name or ANYWHERE
        # Threads of one stage share the pool; ten connections are more than any stage opens.
        self.http = PatientPool(timeout=TIMEOUT, maxsize=10)
        self._minio = self._signing()

    def ask(self, uri: str, question: Callable[[Minio], Answer]) -> Answer:
        """Ask the server about `uri`, again if its answer names the region.  Raises what the answer means."""
        asked = Asked(self.endpoint, self._bucket, uri)
        with asked.faults():
            for _ in range(2):  # another server may have to be asked, and then be told the region
                with suppress(RegionLearnt):
                    return self._once(uri, question)
            return question(self._minio)

    def _once(self, uri: str, question: Callable[[Minio], Answer]) -> Answer:
        signed_for = self.region
        try:
            return question(self._minio)
        except Refused as refused:
            if not refused.region or refused.region == signed_for:
                raise
            self._learn(uri, refused.region)
            raise RegionLearnt from None

    def _learn(self, uri: str, region: str) -> None:
        """Sign for `region` from now on.  Raises InvalidInput if the region was not for the server to say."""
        in_name = "" if self._amazon else address.region_of(self.endpoint)
        if self._given or in_name:
            says = source("region") if self._given else "its name"
            raise InvalidInput(f"{self.endpoint} wants region '{region}' for {uri}, and {says} says '{self.region}'")
        if not address.REGION.fullmatch(region):
            raise InvalidInput(f"{self.endpoint} wants region {region!r} for {uri}, which is none")
        self.region = region
        if self._amazon:
            self.endpoint = address.amazon(region)
        self._minio = self._signing()

    def _signing(self) -> Minio:
        """Return minio's client for the server exactly as it is named; of Amazon's it would make another."""
        minio = Minio("localhost", credentials=self._keys, region=self.region, http_client=self.http)
        minio._base_url._url = urlsplit(self.endpoint)  # noqa: SLF001
        return minio


class RegionLearnt(Exception):
    """The same question may be asked again, signed for the right region."""
