"""An S3 server of a few lines that refuses as real ones were seen to: what it says is recorded, versions beside it."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from maskline.contract.store.s3 import S3Store

XML = "application/xml"
Way = Callable[[S3Store], object]
WAYS: dict[str, Way] = {
    "read": lambda store: store.read("a"),
    "exists": lambda store: store.exists("a"),
    "list": lambda store: store.list("a"),
    "write": lambda store: store.write("a", b"1"),
    "create": lambda store: store.create("a", b"1"),
    "replace": lambda store: store.replace("a", b"1", '"version"'),
    "delete": lambda store: store.delete("a"),
}
"""Everything that a store is asked."""


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    body: str = ""
    media: str = XML
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    """Bucket and key, as they are meant."""
    query: dict[str, list[str]]
    headers: dict[str, str]

    @property
    def region(self) -> str:
        """What it is signed for, in its header or, presigned, in its query."""
        scope = self.query.get("X-Amz-Credential", [self.headers.get("Authorization", "")])[0]
        found = re.search(r"/\d{8}/([^/]*)/s3/aws4_request", scope)
        return found[1] if found else ""

    @property
    def is_presigned(self) -> bool:
        """Whether the signature is in the query."""
        return "X-Amz-Signature" in self.query

    @property
    def token(self) -> str:
        """The session token."""
        header = self.headers.get("X-Amz-Security-Token", "")
        return self.query.get("X-Amz-Security-Token", [header])[0]


Refuse = Callable[[Request], Said | None]


@dataclass
class Stub:
    """The server: its objects, and what it was asked."""

    endpoint: str
    refuse: Refuse
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def store(self, uri: str = "s3://bucket/x", **given: str) -> S3Store:
        """Open a store on it."""
        return S3Store(uri, self.endpoint, "key", "secret-key", **given)

    def says(self, status: int, body: str = "", media: str = XML, headers: dict[str, str] | None = None) -> None:
        """Let it answer everything so."""
        self.refuse = lambda _: Said(status, body, media, headers or {})

    @property
    def methods(self) -> list[str]:
        """What was asked, in order."""
        return [request.method for request in self.asked]

    def answer(self, request: Request, body: bytes) -> Said | bytes:
        """Return what a server says that refuses nothing."""
        there = self.objects.get(request.path)
        if "list-type" in request.query:
            prefix = f"{request.path}/{request.query.get('prefix', [''])[0]}"
            keys = [key.partition("/")[2] for key in sorted(self.objects) if key.startswith(prefix)]
            contents = "".join(f"<Contents><Key>{key}</Key><Size>1</Size></Contents>" for key in keys)
            return Said(
                200,
                f"<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>",
            )
        if request.method == "PUT":
            unmet = "If-None-Match" in request.headers and there is not None
            if unmet or ("If-Match" in request.headers and there is None):
                return Said(412, "<Error><Code>PreconditionFailed</Code></Error>")
            self.objects[request.path] = body
            return b""
        if request.method == "DELETE":
            self.objects.pop(request.path, None)
            return Said(204)
        return Said(404, "<Error><Code>NoSuchKey</Code></Error>") if there is None else there


@contextmanager
def serving(refuse: Refuse) -> Iterator[Stub]:
    """Serve until the block ends; `refuse` is asked first."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_request(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = urlsplit(self.path)
            query = parse_qs(url.query, keep_blank_values=True)
            request = Request(self.command, unquote(url.path).lstrip("/"), query, dict(self.headers))
            stub.asked.append(request)
            said = stub.refuse(request) or stub.answer(request, body)
            if isinstance(said, bytes):
                said = Said(200, said.decode(), "application/octet-stream", {"ETag": '"version"'})
            data = said.body.encode()
            self.send_response_only(said.status)
            self.send_header("Content-Type", said.media)
            self.send_header("Content-Length", str(len(data)))
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_request  # noqa: N815 - http.server's names

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stub = Stub(f"http://127.0.0.1:{server.server_port}", refuse)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield stub
        finally:
            server.shutdown()
            thread.join()
