"""How long an S3 client waits for a server that does not answer, or answers with errors of its own (5xx).

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
from urllib3.exceptions import MaxRetryError

from maskline.contract.log import event

BRIEF_S, PATIENT_S = 3.0, 300.0
SILENT_S = 2.0  # a shorter wait is not worth a line
PAUSES = {"backoff_factor": 0.25, "backoff_max": 15.0}  # seconds: 0 0.5 1 2 4 8 15 15 ...
FAILURES = (500, 502, 503, 504)


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
        # was lost is recognised by who asked (`S3Store._put_if`).
        fixed: dict[str, Any] = {"total": None, "redirect": 5, "allowed_methods": None, "status_forcelist": FAILURES}
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

    def is_exhausted(self) -> bool:
        """Say whether the time is over."""
        over = self._failed_at is not None and time.monotonic() - self._failed_at >= self._most_s
        return over or super().is_exhausted()


class PatientPool(urllib3.PoolManager):
    """Connections that have the patience which a server has earned."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._away_s, self._failing_s = BRIEF_S, PATIENT_S

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]  # noqa: FBT001, FBT002
        """Send a request, with patience unless the caller says otherwise."""
        patience = Patience(self._away_s, self._failing_s)
        try:
            response = super().urlopen(method, url, redirect=redirect, **{"retries": patience, **kw})
        except MaxRetryError:
            self._away_s = self._failing_s = BRIEF_S
            raise
        self._away_s = self._failing_s = PATIENT_S
        return response
