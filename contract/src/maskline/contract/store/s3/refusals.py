"""What a server's refusal means, in the contract's words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import urllib3
from minio.error import MinioException, S3Error

from maskline.contract.errors import AccessDenied, InvalidInput, MasklineError, NotFound, StoreUnavailable
from maskline.contract.store.s3 import clock

REFUSALS = ("AccessDenied", "InvalidAccessKeyId", "RequestTimeTooSkewed", "SignatureDoesNotMatch")


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
        except S3Error as fault:
            raise self._told(fault) from fault
        except ValueError as fault:  # minio's word for names that no server accepts
            raise InvalidInput(f"{self.uri} cannot be addressed: {fault}") from None
        except (MinioException, urllib3.exceptions.HTTPError) as fault:
            reason = getattr(fault, "reason", fault)  # without the URL, which may be a signed one
            what = "cannot be reached"
            if isinstance(reason, urllib3.exceptions.ResponseError):
                what, reason = "keeps failing", f"{reason}; its log says why, a full disk for one"
            raise StoreUnavailable(f"{self.endpoint} {what} for {self.uri}: {reason}") from None

    def _told(self, fault: S3Error) -> MasklineError:
        if fault.code == "NoSuchBucket":
            return NotFound(f"bucket '{self.bucket}' does not exist on {self.endpoint}")
        if fault.code in ("NoSuchKey", "NoSuchObject"):
            return NotFound(f"{self.uri} does not exist")
        if fault.code in REFUSALS:
            return self.refusal(fault.response.headers, fault.code)
        return StoreUnavailable(f"{self.endpoint} answers {fault.code} for {self.uri}: {fault.message}")

    def refusal(self, headers: Mapping[str, str], code: str = "") -> MasklineError:
        """Return what a refusal means: the keys are wrong, or the clock is, which another try may find mended."""
        if wrong_clock := clock.fault(headers):
            return StoreUnavailable(f"{self.endpoint} refuses {self.uri}: {wrong_clock}")
        return AccessDenied(f"{self.endpoint} refuses the S3 keys for {self.uri}{f' ({code})' if code else ''}")
