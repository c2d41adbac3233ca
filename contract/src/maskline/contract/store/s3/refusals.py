"""What a server's refusal means, in the contract's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

import urllib3
from minio.error import MinioException

from maskline.contract.errors import AccessDenied, InvalidInput, MasklineError, NotFound, StoreUnavailable
from maskline.contract.store.s3 import clock
from maskline.contract.store.s3.answers import NoServer, Refused


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    endpoint: str
    bucket: str
    uri: str

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Tell the client's exceptions in the contract's words."""
        try:
            yield
        except Refused as refused:
            raise self._told(refused) from None
        except UnicodeEncodeError as fault:
            raise InvalidInput(f"{self.uri!r} cannot be addressed: {fault.reason}") from None
        except (NoServer, MinioException, ParseError, ValueError) as fault:  # minio's words for what it cannot read
            raise InvalidInput(f"{self.endpoint} answers for {self.uri} as no S3 server does: {fault}") from None
        except urllib3.exceptions.HTTPError as fault:
            reason = getattr(fault, "reason", fault)  # without the URL, which may be a signed one
            raise StoreUnavailable(f"{self.endpoint} cannot be reached for {self.uri}: {reason}") from None

    def _told(self, refused: Refused) -> MasklineError:
        if refused.may_pass:
            said = f"it answers {refused.text}; its log says why, a full disk for one"
            return StoreUnavailable(f"{self.endpoint} keeps failing for {self.uri}: {said}")
        if refused.is_about_keys:
            return self._key_refusal(refused)
        if refused.status == 404 and refused.code == "NoSuchBucket":
            return NotFound(f"bucket '{self.bucket}' does not exist on {self.endpoint}")
        if refused.status == 404 and (refused.code.startswith("NoSuch") or (refused.readable and not refused.code)):
            return NotFound(f"{self.uri} does not exist")
        return InvalidInput(f"{self.endpoint} answers {refused.text} for {self.uri}")

    def _key_refusal(self, refused: Refused) -> MasklineError:
        """Return what a refusal means: the keys are wrong, or the clock is, which another try may find mended."""
        if wrong_clock := clock.fault(refused.headers):
            return StoreUnavailable(f"{self.endpoint} refuses {self.uri}: {wrong_clock}")
        if not refused.readable:  # somebody on the way
            return AccessDenied(f"{self.endpoint} answers {refused.text} for {self.uri}")
        code = f" ({refused.code})" if refused.code else ""
        return AccessDenied(f"{self.endpoint} refuses the S3 keys for {self.uri}{code}")
