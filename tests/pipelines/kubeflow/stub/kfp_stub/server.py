"""The server: paths, methods and failures."""

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kfp_stub.lists import page
from kfp_stub.refusal import Refusal
from kfp_stub.state import State

_NAMED = {"name", "display_name", "created_at", "description", "namespace"}
_RUNS = {"run_id", "display_name", "created_at", "recurring_run_id", "experiment_id", "state"}


@dataclass(frozen=True)
class Request:
    """What the server was asked."""

    method: str
    path: str
    query: dict[str, str]
    token: str
    body: bytes
    content_type: str

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    @property
    def json(self) -> Any:
        if self.content_type != "application/json":
            raise Refusal(400, f"no JSON: {self.content_type}")
        return json.loads(self.body)

    def file(self) -> tuple[str, str]:
        """Return name and text of the one file of a multipart form."""
        head = f"Content-Type: {self.content_type}\r\n\r\n".encode()
        form: Message = BytesParser().parsebytes(head + self.body)
        parts = form.get_payload()
        if not isinstance(parts, list) or not isinstance(parts[0], Message):
            raise Refusal(400, "Failed to read pipeline from file")
        if parts[0].get_param("name", header="content-disposition") != "uploadfile":
            raise Refusal(400, "Failed to read pipeline from file")
        data = parts[0].get_payload(decode=True)
        assert isinstance(data, bytes)
        return parts[0].get_filename() or "", data.decode()


class Stub:
    """A server of Kubeflow Pipelines; tests set what it is and see what it was asked."""

    def __init__(self, prefix: str = "") -> None:
        self.state = State()
        self.prefix = prefix
        self.tag = "2.17.3"
        self.is_ui = False  # the UI's server, which passes the API on
        self.token = ""
        self.most = 2  # things on a page: small, so that lists have pages
        self.requests: list[Request] = []
        self.before: Callable[[Request], object] = lambda _: None
        """Called before a request is served; it may raise Refusal, or Drop."""
        self.after: Callable[[Request], object] = lambda _: None
        """Called when it has been served, before the answer is sent."""
        self.endpoint = ""

    @property
    def changes(self) -> list[tuple[str, str]]:
        """Method and path of every request that was to change something."""
        return [(request.method, request.path) for request in self.requests if request.changes]

    def answer(self, request: Request) -> Any:
        self.before(request)
        if self.token and request.token != f"Bearer {self.token}":
            raise Refusal(401, "Unauthenticated: there is no valid token")
        if not request.path.startswith(f"{self.prefix}/apis/v2beta1/"):
            raise Refusal(404, "Not Found")
        path = request.path.removeprefix(f"{self.prefix}/apis/v2beta1/")
        for method, pattern, serve in self._routes():
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                return serve(request, *match.groups())
        raise Refusal(404, "Not Found")

    def _routes(self) -> Iterator[tuple[str, str, Callable[..., Any]]]:
        state = self.state
        name = "([^/:]+)"
        yield "GET", "healthz", lambda _: self._health()
        yield "GET", "pipelines", lambda r: self._list(r, "pipelines", state.pipelines, _NAMED)
        yield "POST", "pipelines", lambda r: state.add_pipeline(r.json)
        yield "POST", "pipelines/upload_version", lambda r: state.add_version(r.query, *r.file())
        yield "GET", f"pipelines/{name}", lambda _, key: state.find(state.pipelines, key)
        yield "GET", f"pipelines/{name}/versions", self._list_versions
        yield "GET", f"pipelines/{name}/versions/{name}", lambda _, _p, key: state.find(state.versions, key)
        yield "GET", "experiments", lambda r: self._list(r, "experiments", state.experiments, _NAMED)
        yield "POST", "experiments", lambda r: state.add_experiment(r.json)
        yield "GET", "runs", lambda r: self._list(r, "runs", state.runs, _RUNS)
        yield "POST", "runs", lambda r: state.add_run(r.json)
        yield "GET", f"runs/{name}", lambda _, key: state.find(state.runs, key)
        yield "GET", "recurringruns", lambda r: self._list(r, "recurringRuns", state.schedules, _NAMED)
        yield "POST", "recurringruns", lambda r: state.add_schedule(r.json)
        yield "DELETE", f"recurringruns/{name}", self._delete
        yield "POST", f"recurringruns/{name}:enable", lambda _, key: state.switch(key, "ENABLE")
        yield "POST", f"recurringruns/{name}:disable", lambda _, key: state.switch(key, "DISABLE")

    def _health(self) -> Any:
        if self.is_ui:
            return {"apiServerTagName": self.tag, "apiServerReady": True, "multi_user": self.state.multi_user}
        return {"tag_name": self.tag, "multi_user": self.state.multi_user, "commit_sha": "0"}

    def _list(self, request: Request, key: str, things: dict[str, Any], fields: set[str]) -> Any:
        if self.state.multi_user and not request.query.get("namespace"):
            raise Refusal(400, "Invalid input error: namespace cannot be empty in multi-user mode")
        found, token = page(list(things.values()), request.query, fields, self.most)
        # Like protojson, it leaves out what is empty.
        return ({key: found} if found else {}) | ({"next_page_token": token} if token else {})

    def _list_versions(self, request: Request, pipeline: str) -> Any:
        self.state.find(self.state.pipelines, pipeline)
        ours = [version for version in self.state.versions.values() if version["pipeline_id"] == pipeline]
        found, token = page(ours, request.query, _NAMED, self.most)
        return ({"pipeline_versions": found} if found else {}) | ({"next_page_token": token} if token else {})

    def _delete(self, request: Request, schedule: str) -> None:
        self.state.find(self.state.schedules, schedule)
        if request.query.get("propagation_policy") != "ORPHAN":
            raise Refusal(400, "this would delete the runs that are under way")
        del self.state.schedules[schedule]


class Drop(Exception):
    """Close the connection without an answer."""


@contextmanager
def serving(stub: Stub, certificate: Path | None = None) -> Iterator[Stub]:
    """Serve on a free port until the block ends; over TLS with a certificate, whose file holds its key too."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body go in two packets; the second would wait 40 ms for the first

        def log_message(self, *_: Any) -> None:
            pass

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            request = Request(
                self.command, unquote(parts.path), dict(parse_qsl(parts.query, strict_parsing=bool(parts.query))),
                self.headers.get("Authorization", ""), self.rfile.read(int(self.headers.get("Content-Length", 0))),
                self.headers.get("Content-Type", ""),
            )  # fmt: skip
            stub.requests.append(request)
            try:
                answer = stub.answer(request)
                stub.after(request)
            except Refusal as refusal:
                body = {"error": refusal.said, "code": 3, "message": refusal.said, "details": []}
                self._send(refusal.status, refusal.said if refusal.said.startswith("<") else body)
            except Drop:
                self.close_connection = True
            else:
                self._send(200, answer if answer is not None else {})

        def _send(self, status: int, answer: Any) -> None:
            data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(answer, str) else "application/json")
            if 300 <= status < 400:
                self.send_header("Location", "/dex/auth")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        stub.endpoint = f"{scheme}://localhost:{server.server_port}{stub.prefix}"
        try:
            yield stub
        finally:
            server.shutdown()
            thread.join()
