"""What a server's answer says, if it is not what was asked for: by its status, and by its body if that can be read.

Servers tell their errors as XML with a code, under several media types; proxies and other servers tell theirs in words.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import urllib3

_DONE = (200, 204, 206)
_LONGEST = 200  # characters of a line that is not ours
# 501 and 505 are about what a server can do, 511 is a login page.
_NEVER_PASSING = (501, 505, 511)
_PASSING = (408, 425, 429)
_NOT_DONE = (409, 425, 429)
_PASSING_CODES = re.compile(
    r"RequestTimeout|IncompleteBody|OperationAborted|ConditionalRequestConflict|SlowDown.*|InternalError"
)
# 409 means "ask again", unless it is about a name (VersityGW 1.7, SeaweedFS 4.48) or a bucket's settings.
_LASTING_CONFLICTS = re.compile(r"ExistingObjectIs.*|ObjectParentIs.*|Bucket.*|InvalidBucketState")
_KEYS = re.compile(
    r"AccessDenied|Forbidden|Unauthori[sz]ed.*|.*AccessKey.*|Signature.*|.*User(NotFound|Disabled)|NoSuchUser"
    r"|(Invalid|Expired)(Client)?Token(Id)?|TokenRefreshRequired|RequestTimeTooSkewed|InvalidSecurity"
    r"|UnrecognizedClientException|NotSignedUp|AccountProblem|AllAccessDisabled"
)
_EXPECTED = re.compile(r"""expecting ['"]([A-Za-z0-9_-]+)['"]""")


class NoServer(Exception):
    """A success that no S3 server tells in this way: a login page's, for one."""


class Refused(Exception):
    """An answer other than success."""

    def __init__(self, response: urllib3.BaseHTTPResponse, body: bytes) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self.history = response.retries.history if response.retries else ()
        self._body = body
        self._fields = _fields(body)
        super().__init__(self.text)

    @property
    def code(self) -> str:
        """S3's word for it, or "" if the body says none."""
        return self._fields.get("Code", "")

    @property
    def readable(self) -> bool:
        """Whether it comes from an S3 server, as far as can be seen: an answer without a body may."""
        return bool(self.code) or not self._body.strip()

    @property
    def text(self) -> str:
        """Status, and what the body says in one line."""
        name = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else ""
        said = ": ".join(filter(None, (self.code, _shown(self._fields.get("Message", "")))))
        elsewhere = urlsplit(self.headers.get("Location", ""))._replace(query="", fragment="").geturl()
        elsewhere = _shown(elsewhere or self._fields.get("Endpoint", "")) if 300 <= self.status < 400 else ""
        said = ", ".join(filter(None, (said or _first_line(self._body), elsewhere and f"to {elsewhere}")))
        return f"{self.status} {name}".strip() + (f" ({said})" if said else "")

    @property
    def may_pass(self) -> bool:
        """Whether the same request may be answered otherwise later, without anybody doing anything about it."""
        if self.status == 409:
            return not _LASTING_CONFLICTS.fullmatch(self.code)
        failing = self.status >= 500 and self.status not in _NEVER_PASSING
        return failing or self.status in _PASSING or bool(_PASSING_CODES.fullmatch(self.code))

    @property
    def is_about_keys(self) -> bool:
        """Whether the keys were refused, under whichever status."""
        return self.status in (401, 403) or bool(_KEYS.fullmatch(self.code))

    @property
    def came_late(self) -> bool:
        """Whether the request was sent before, and the answer to that may have got lost after it was done."""
        return any(attempt.status not in _NOT_DONE for attempt in self.history)

    def is_unmet(self, condition: Mapping[str, str]) -> bool:
        """Say whether the answer is that the condition of a write does not hold.

        404 says so of If-Match where nothing is there any more; of If-None-Match it is about something else.
        """
        return self.status == 412 or (self.is_about_nothing and "If-Match" in condition)

    @property
    def is_about_nothing(self) -> bool:
        """Whether it says that there is no such object, in a bucket that is there."""
        return self.status == 404 and self.readable and self.code in ("", "NoSuchKey")

    @property
    def region(self) -> str:
        """The region that the server says it is in, which may be another than the request was signed for, or "".

        What a server makes of a request that is signed for another region has many names: MinIO of 2026-02 finds
        fields missing in one that is presigned.
        """
        if self.status not in (301, 307, 400):
            return ""
        expected = _EXPECTED.search(self._fields.get("Message", ""))
        named = self.headers.get("x-amz-bucket-region") or self._fields.get("Region")
        return named or (expected[1] if expected else "")


def refusal(method: str, url: str, response: urllib3.BaseHTTPResponse) -> Refused | None:
    """Return what is wrong with an answer, None if nothing; the body of a right one is left unread."""
    if response.status not in _DONE:
        body = b""
        with suppress(urllib3.exceptions.HTTPError):  # it broke off: its status is there
            body = response.data or b""
        response.release_conn()
        return Refused(response, body)
    wanted = b"ListBucketResult" if "list-type=2" in urlsplit(url).query else b""
    if method == "POST" or wanted:  # minio reads these whole
        body = response.data
        if wanted not in body[:1000] or b"<Error>" in body[:1000]:  # 200, and an error in its body: S3 does that
            return Refused(response, body)
    return None


def _fields(body: bytes) -> dict[str, str]:
    """Return the texts of an error's elements by name; nothing if it is no S3 server's error."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - of the server that holds everything
    except (ET.ParseError, ValueError, LookupError):
        return {}
    if _name(root) not in ("Error", "ErrorResponse"):
        return {}
    return {_name(element): (element.text or "").strip() for element in root.iter()}


def _name(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _first_line(body: bytes) -> str:
    """Return the first line of a body that says something."""
    lines = (_shown(line) for line in body[:10_000].decode("utf-8", "replace").splitlines())
    return next((line for line in lines if line and not re.fullmatch(r"(?i)<(!doctype|\?xml)[^>]*>", line)), "")


def _shown(text: str) -> str:
    """Return a text that is not ours as one line that is not too long."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
