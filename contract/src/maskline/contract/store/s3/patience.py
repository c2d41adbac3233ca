"""How long an S3 client waits for a server that does not answer, or answers that it cannot now (`Refused.may_pass`).

A server that answers is waited for when it is away or fails: five minutes, with growing pauses, in which it is started
again or mended somewhere. One that never answered may be the wrong address, and one that was waited for in vain need
not be waited for again: that takes seconds. All stages wait here and nowhere else. What waiting cannot mend (refused
keys, missing objects) is told at once.
"""

import time
from types import TracebackType
from typing import Any, Self

import urllib3
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import InvalidHeader, MaxRetryError

from maskline.contract.log import event
from maskline.contract.store.s3.answers import Refused, refusal

BRIEF_S, PATIENT_S = 3.0, 300.0
SILENT_S = 2.0  # a shorter wait is not worth a line
PAUSES = {"backoff_factor": 0.25, "backoff_max": 15.0}  # seconds: 0 0.5 1 2 4 8 15 15 ...


class Patience(urllib3.Retry):
    """The patience with one request: asks again until so much time has passed since its first failure."""

    def __init__(
        self, away_s: float, failing_s: float, *, failed_at: float | None = None, most_s: float = 0, **settings: Any
    ) -> None:
        """away_s, failing_s: how long to wait while nobody answers, and while the server answers with errors.

        failed_at: of the first failure, by the monotonic clock.  most_s: which of the two the last failure gets.
        """
        self._away_s, self._failing_s, self._failed_at, self._most_s = away_s, failing_s, failed_at, most_s
        # Every method may be repeated: objects are written whole, and a condition that an attempt has met whose answer
        # was lost is recognised by who asked (`Refused.came_late`).
        fixed: dict[str, Any] = {"total": None, "redirect": False, "allowed_methods": None}
        super().__init__(**(fixed | PAUSES | settings))

    def new(self, **changes: Any) -> Self:
        """Return the patience that is left."""
        mine = {"away_s": self._away_s, "failing_s": self._failing_s}
        return super().new(**mine, failed_at=self._failed_at, most_s=self._most_s, **changes)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: urllib3.BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Return the patience that is left after a failure.  Raises MaxRetryError if none is."""
        now = time.monotonic()
        self._failed_at = self._failed_at or now
        self._most_s = self._away_s if response is None else self._failing_s
        left = super().increment(method, url, response, error, _pool, _stacktrace)
        waited = now - self._failed_at
        if _pool and waited >= SILENT_S:
            how = "does not answer" if response is None else f"answers {response.status}"
            event("store.waiting", server=f"{_pool.host}:{_pool.port} {how}", seconds=waited, at_most=self._most_s)
        return left

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        """Return the pause that the server asks for, if any, within the patience that is left."""
        try:
            asked = super().get_retry_after(response)
        except InvalidHeader:
            return None
        left = (self._failed_at or 0) + self._most_s - time.monotonic()
        return None if asked is None else max(0.0, min(asked, left))

    def is_exhausted(self) -> bool:
        """Say whether the time is over."""
        over = self._failed_at is not None and time.monotonic() - self._failed_at >= self._most_s
        return over or super().is_exhausted()


class PatientPool(urllib3.PoolManager):
    """Connections that have the patience which a server has earned."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._away_s, self._failing_s = BRIEF_S, PATIENT_S

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]  # noqa: FBT001, FBT002, ARG002 - where an answer sends to is no S3 server
        """Send a request, with patience.  Raises Refused for an answer other than success."""
        patience = Patience(self._away_s, self._failing_s)
        try:
            while True:
                response = super().urlopen(method, url, **{**kw, "redirect": False, "retries": patience})
                refused = refusal(method, url, response)
                if refused is None or not refused.may_pass:
                    break
                patience = self._after(refused, response, method, url)
        except (MaxRetryError, Refused):
            self._away_s = self._failing_s = BRIEF_S
            raise
        self._away_s = self._failing_s = PATIENT_S
        if refused:
            raise refused
        return response

    def _after(self, refused: Refused, response: urllib3.BaseHTTPResponse, method: str, url: str) -> Patience:
        """Pause after a failure; return the patience that is left then.  Raises the failure if none is."""
        had = response.retries
        assert isinstance(had, Patience)  # noqa: S101 - the one that the request was sent with
        try:
            left = had.increment(method, url, response, _pool=self.connection_from_url(url))
        except MaxRetryError:
            raise refused from None
        left.sleep(response)
        return left
