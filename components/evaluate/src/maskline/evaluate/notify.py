"""Tells people what a run came to: one JSON document, posted to a webhook if there is one."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from maskline.contract.config import Config
from maskline.contract.errors import InvalidInput, MasklineError
from maskline.contract.log import event
from maskline.contract.record import Record, read_record
from maskline.contract.store import project_store

FOLDER_VARIABLE = "MASKLINE_WEBHOOK_FOLDER"
"""Names the folder of the webhook's secret; its one key is `url`."""
PATIENCE_S = 20.0
_BUSY = 429
# As KFP's back ends spell them. Any other state, RUNNING for one, says only that the last task's end was not heard of.
_DONE = {"SUCCEEDED", "COMPLETE"}
_FAILED = {"FAILED", "CANCELED", "CANCELLED"}


class WebhookUnavailable(MasklineError):
    """The webhook does not answer, or asks to come again; another try may mend it."""


class Notice(Config):
    """What is posted.  `text` is one line for people: chat systems show it as it is."""

    schema_version: Literal["maskline/notice/1"] = "maskline/notice/1"
    text: str
    run: str
    domain: str
    outcome: Literal["promoted", "kept", "unchanged", "failed"]
    reason: str
    report: str
    checkpoint: str
    champion: str
    error: str


def notice(domain: str, run: str, status: Mapping[str, Any], record: Record | None) -> Notice:
    """Return what is to be told of a run.

    status: KFP's final status of the run's tasks.  record: what the run decided, if it came to that.
    """
    state = status.get("state", "unknown")
    error = ""
    if state in _FAILED or record is None:
        unexplained = f"it ended as {state}" if record else f"it ended as {state}, without a decision"
        error = (status.get("error") or {}).get("message", "") or unexplained
    outcome = "failed" if error or record is None else record.decision
    told = error or (record.reason if record else "")
    return Notice(
        text=f"maskline {domain}, run {run}: {outcome}: {told}",
        run=run,
        domain=domain,
        outcome=outcome,
        reason=record.reason if record else "",
        report=record.report if record else "",
        checkpoint=record.checkpoint if record else "",
        champion=record.champion if record else "",
        error=error,
    )


def decided(domain: str, run: str, status: Mapping[str, Any]) -> Record | None:
    """Return what the run decided, if it came to that.

    Of a run that is not known to be done it is left out if the store does not answer: that may be why it failed, and
    must be told.
    """
    try:
        return read_record(project_store(), domain, run)
    except MasklineError as fault:
        if status.get("state") in _DONE:
            raise
        event("notify.no_record", reason=fault)
        return None


def webhook() -> str:
    """Return the webhook's address, or "" without one.  Raises InvalidInput for one that is none, without naming it."""
    folder = os.environ.get(FOLDER_VARIABLE, "")
    file = Path(folder) / "url"
    if not folder or not file.is_file():
        return ""
    url = file.read_text("utf-8").strip()
    if url and not _is_address(url):
        raise InvalidInput(f"{file} holds no address of a webhook: https:// or http:// and a host, without blanks")
    return url


def post(url: str, said: Notice) -> None:
    """Post a notice.

    Who knows a webhook's address can use it, so messages name its host only.
    Raises WebhookUnavailable when another try may help, InvalidInput when the webhook refuses.
    """
    host = urlsplit(url).hostname
    body = json.dumps(said.model_dump(mode="json")).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - `webhook` has looked at the scheme
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=PATIENCE_S):
            return
    except urllib.error.HTTPError as answer:
        with answer:
            message = f"the webhook at {host} answers {answer.code} {answer.reason}"
        if answer.code >= 500 or answer.code == _BUSY:
            raise WebhookUnavailable(message) from None
        raise InvalidInput(f"{message}; look at the address in its secret") from None
    except (OSError, HTTPException, UnicodeError) as fault:  # no connection, no name, no answer in time, or no HTTP
        raise WebhookUnavailable(f"the webhook at {host} cannot be reached: {_told(fault)}") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to be errors: following one would turn the POST into a GET that tells nothing."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


def _is_address(url: str) -> bool:
    """Say whether http.client takes it; what it does not take, it shows in its exceptions."""
    try:
        place = urlsplit(url)
        usable = place.scheme in {"http", "https"} and bool(place.hostname) and place.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False
    return usable and url.isascii() and url.isprintable() and " " not in url


def _told(fault: Exception) -> str:
    if not isinstance(fault, OSError):
        return type(fault).__name__  # its text may show the address
    reason = getattr(fault, "reason", fault)
    return str(getattr(reason, "strerror", None) or reason)
