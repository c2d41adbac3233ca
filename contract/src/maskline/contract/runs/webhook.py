"""Who is told of a run: one JSON document, posted to a webhook if there is one."""

import json
import os
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from maskline.contract.config import Config
from maskline.contract.errors import Interrupted, InvalidInput
from maskline.contract.log import event
from maskline.contract.runs.fault import StepFault

FOLDER_VARIABLE = "MASKLINE_WEBHOOK_FOLDER"
"""Names the folder of the webhook's secret; its one key is `url`."""
PATIENCE_S = 20.0
_BUSY = 429


class WebhookUnavailable(Interrupted):
    """The webhook does not answer, or asks to come again."""


class Notice(Config):
    """What is posted.  `text` is one line for people: chat systems show it as it is."""

    schema_version: Literal["maskline/notice/1"] = "maskline/notice/1"
    text: str
    run: str
    domain: str
    outcome: Literal["promoted", "kept", "unchanged", "failed"]
    reason: str = ""
    report: str = ""
    checkpoint: str = ""
    champion: str = ""
    step: str = ""
    """Which failed, if one did and could say so."""
    error: str = ""


def failure(run: str, domain: str, step: str, error: str) -> Notice:
    """Return what is told of a run that failed.  step: "" where that is not known."""
    what = f"{step}: {error}" if step else error
    text = f"maskline{f' {domain}' if domain else ''}, run {run}: failed: {what}"
    return Notice(text=text, run=run, domain=domain, outcome="failed", step=step, error=error)


def post_fault(fault: StepFault, domain: str) -> bool:
    """Post that a step failed; return False where there is no webhook, or it does not listen, which a line tells."""
    try:
        url = webhook()
        if url:
            post(url, failure(fault.run, domain, fault.step, fault.error))
    except (InvalidInput, WebhookUnavailable) as silence:
        event("webhook.silent", reason=silence)
        return False
    return bool(url)


def webhook() -> str:
    """Return the webhook's address, or "" without one.  Raises InvalidInput for one that is none, without naming it."""
    folder = os.environ.get(FOLDER_VARIABLE, "")
    file = Path(folder) / "url"
    if not folder or not file.is_file():
        return ""
    url = file.read_text("utf-8", "replace").strip()
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
