"""The server: paths, methods and failures."""

import base64
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

from kfp_stub.argo import runtime
from kfp_stub.lists import page
from kfp_stub.refusal import Refusal
from kfp_stub.state import State

# What lists may be filtered and sorted by.
_PIPELINES = {"pipeline_id", "name", "display_name", "created_at", "description", "namespace"}
_VERSIONS = {"pipeline_version_id", "name", "display_name", "created_at", "description"}
_EXPERIMENTS = {"experiment_id", "name", "display_name", "created_at", "description", "namespace", "storage_state"}
_RUNS = {"run_id", "display_name", "created_at", "finished_at", "recurring_run_id", "experiment_id", "state"}
_SCHEDULES = {"recurring_run_id", "display_name", "created_at", "updated_at", "description"}


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
            raise Refusal(400, "Failed to create a pipeline version", form="upload")
        if parts[0].get_param("name", header="content-disposition") != "uploadfile":
            raise Refusal(400, "Failed to create a pipeline version", form="upload")
        data = parts[0].get_payload(decode=True)
        assert isinstance(data, bytes)
        return parts[0].get_filename() or "", data.decode()


class Stub:
    """A server of Kubeflow Pipelines; tests set what it is and see what it was asked."""

    def __init__(self, prefix: str = "") -> None:
        self.state = State()
        self.prefix = prefix
        self.tag = "2.17.0"
        self.is_ui = False  # the UI's server, which passes most of the API on
        self.api_is_ready = True  # the API's server, as the UI sees it
        self.older_api = True  # whether it still answers below v1beta1
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
            raise Refusal(401, "there is no valid token")
        path = request.path.removeprefix(self.prefix)
        for method, pattern, serve in self._routes():
            match = re.fullmatch(pattern, path)
            if match and method == request.method and request.path.startswith(self.prefix):
                return serve(request, *match.groups())
        raise Refusal(404, "Not Found" if path.startswith("/apis/") else "404 page not found", form="text")

    def _routes(self) -> Iterator[tuple[str, str, Callable[..., Any]]]:
        name, api = "([^/:]+)", "/apis/v2beta1"
        for method, path, serve in self._methods(name):
            yield method, f"{api}/{path}", serve
        if self.older_api:
            yield "GET", f"/apis/v1beta1/runs/{name}", self._older_run
        if self.is_ui:
            yield "GET", "/k8s/pod/logs", lambda r: self._log_by_ui(r.query)
        else:
            yield "GET", f"/apis/v1alpha1/runs/{name}/nodes/{name}/log", self._log

    def _methods(self, name: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
        state = self.state
        yield "GET", "healthz", lambda _: self._health()
        yield "GET", "pipelines", lambda r: self._list(r, "pipelines", state.pipelines, _PIPELINES)
        yield "POST", "pipelines", lambda r: state.add_pipeline(r.json)
        yield "POST", "pipelines/upload_version", lambda r: state.add_version(r.query, *r.file())
        yield "GET", f"pipelines/{name}", lambda _, key: state.find(state.pipelines, key)
        yield "GET", f"pipelines/{name}/versions", self._list_versions
        yield "GET", f"pipelines/{name}/versions/{name}", lambda _, _p, key: state.find(state.versions, key)
        yield "GET", "experiments", lambda r: self._list(r, "experiments", state.experiments, _EXPERIMENTS)
        yield "POST", "experiments", lambda r: state.add_experiment(r.json)
        yield "GET", "runs", lambda r: self._list(r, "runs", state.runs, _RUNS)
        yield "POST", "runs", lambda r: state.add_run(r.json)
        yield "GET", f"runs/{name}", lambda _, key: self._run(key)
        yield "GET", "recurringruns", lambda r: self._list(r, "recurringRuns", state.schedules, _SCHEDULES)
        yield "POST", "recurringruns", lambda r: state.add_schedule(r.json)
        yield "GET", f"recurringruns/{name}", lambda _, key: state.find(state.schedules, key)
        yield "GET", f"runs/{name}/nodes/{name}/artifacts/main-logs:read", self._archived
        yield "DELETE", f"recurringruns/{name}", lambda r, key: state.delete(key, r.query.get("propagation_policy", ""))
        yield "POST", f"recurringruns/{name}:enable", lambda _, key: state.switch(key, "ENABLE")
        yield "POST", f"recurringruns/{name}:disable", lambda _, key: state.switch(key, "DISABLE")

    def _health(self) -> Any:
        ui = {"buildDate": "", "frontendCommitHash": "", "frontendTagName": "", "apiServerReady": self.api_is_ready}
        if self.is_ui and self.api_is_ready:
            many = self.state.multi_user
            api = {"apiServerCommitHash": "unknown", "apiServerTagName": self.tag, "apiServerMultiUser": many}
            return ui | api | {"multi_user": many, "pipelineStore": "database"}
        if self.is_ui:
            return ui
        store = {"pipeline_store": "database"}
        return {"commit_sha": "unknown", "tag_name": self.tag, "multi_user": self.state.multi_user} | store

    def _run(self, run: str) -> Any:
        found = self.state.find(self.state.runs, run)
        workflow = self.state.workflows.get(run)
        if not workflow:
            return found
        if found["state"] in {"SUCCEEDED", "FAILED"}:
            if not workflow.lags:
                workflow.end(found["state"])
            workflow.lags -= bool(workflow.lags)
        return found | {"run_details": {"task_details": workflow.details(run)}}

    def _older_run(self, _: Request, run: str) -> Any:
        found = self.state.find(self.state.runs, run)
        workflow = self.state.workflows.get(run)
        if run in self.state.older:
            return self.state.older[run]
        return {"run": {"id": run, "name": found["display_name"]}} | (runtime(workflow) if workflow else {})

    def _log(self, _: Request, run: str, pod: str) -> Any:
        """Return a log; below status 200 if there is none, too: the server has promised one before it looks.

        A server of one user looks for pods in no namespace, and so finds the archive only.
        """
        found = self._log_of(run, pod, living=self.state.multi_user)
        if found is not None:
            return found
        said = f"BadRequestError: Failed to read logs for run {run}"
        if run not in self.state.runs:
            said += f" due to run fetching error: Failed to fetch run {run}: ResourceNotFoundError: Run {run} not found"
        return json.dumps({"error_message": said, "error_details": f"{said}\ngithub.com/kubeflow/pipelines"})

    def _log_by_ui(self, query: dict[str, str]) -> Any:
        """Return a log of a pod that is there: the UI does not find our workflows by the names of their pods."""
        if self.state.multi_user and not query.get("podnamespace"):
            raise Refusal(422, "podnamespace argument is required")
        found = self._log_of(query["runid"], query["podname"], living=True, gone=False)
        if found is None:
            raise Refusal(
                500, "Could not get main container logs: Error: Unable to retrieve workflow status", form="text"
            )
        return found

    def _archived(self, _: Request, run: str, pod: str) -> Any:
        found = self._log_of(run, pod, living=False)
        if found is None:
            raise Refusal(404, "artifact main-logs not found")
        return {"data": base64.b64encode(found.encode()).decode()}

    def _log_of(self, run: str, pod: str, *, living: bool, gone: bool = True) -> str | None:
        workflow = self.state.workflows.get(run)
        return workflow.log_of(pod, living=living, gone=gone) if workflow else self.state.logs.get(pod)

    def _list(self, request: Request, key: str, things: dict[str, Any], fields: set[str]) -> Any:
        if self.state.multi_user and not request.query.get("namespace"):
            raise Refusal(400, "namespace cannot be empty in multi-user mode")
        return page(key, list(things.values()), request.query, fields, self.most)

    def _list_versions(self, request: Request, pipeline: str) -> Any:
        self.state.find(self.state.pipelines, pipeline)
        ours = [version for version in self.state.versions.values() if version["pipeline_id"] == pipeline]
        return page("pipeline_versions", ours, request.query, _VERSIONS, self.most)


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
                self._send(refusal.status, refusal.answer)
            except Drop:
                self.close_connection = True
            else:
                self._send(200, answer if answer is not None else {})

        def _send(self, status: int, answer: Any) -> None:
            data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(status)
            text = "text/html" if data.startswith(b"<") else "text/plain; charset=utf-8"
            self.send_header("Content-Type", text if isinstance(answer, str) else "application/json")
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
