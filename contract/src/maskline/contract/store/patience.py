"""How long an S3 client waits for a server that does not answer.

A server that has never answered may be the wrong address: that is told within seconds. One that answered before is
being started again somewhere: it is waited for as long as that takes, half a minute and more.
"""

from typing import Any

import urllib3

# Pauses, in seconds: 0 0.4 0.8 1.6, and 0 0.5 1 2 4 8 8 8 8. A server that answers, but fails (5xx), is asked
# no more than six times.
BRIEF = urllib3.Retry(total=4, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504))
PATIENT = urllib3.Retry(total=9, status=5, backoff_factor=0.25, backoff_max=8, status_forcelist=(500, 502, 503, 504))


class PatientPool(urllib3.PoolManager):
    """Connections that have the patience which a server has earned."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._answered = False

    @property
    def patience(self) -> urllib3.Retry:
        """How often to ask again, and when."""
        return PATIENT if self._answered else BRIEF

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]  # noqa: FBT001, FBT002
        """Send a request, with patience unless the caller says otherwise."""
        response = super().urlopen(method, url, redirect=redirect, **{"retries": self.patience, **kw})
        self._answered = True
        return response
