"""Whether a refusal is about time: S3 refuses signatures made more than 15 minutes away from its own clock.

A refusal does not always say so (one without a body cannot), but every answer carries the server's time.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

TOLERATED_S = 15 * 60


def ahead_s(headers: Mapping[str, str]) -> float | None:
    """Return by how many seconds this machine's clock is ahead of the `Date` of an answer; None if that tells none."""
    try:
        return (datetime.now(UTC) - parsedate_to_datetime(headers["Date"])).total_seconds()
    except (KeyError, ValueError, TypeError):
        return None


def fault(headers: Mapping[str, str]) -> str:
    """Return what is wrong with this machine's clock, judged by the `Date` of an answer; "" if nothing is."""
    off = ahead_s(headers)
    if off is None or abs(off) < TOLERATED_S:
        return ""
    minutes = round(abs(off) / 60)
    return (
        f"this machine's clock is {minutes // 60} h {minutes % 60:02} min {'ahead of' if off > 0 else 'behind'} the "
        f"store's, and S3 refuses more than {TOLERATED_S // 60} minutes; set the clock right"
    )
