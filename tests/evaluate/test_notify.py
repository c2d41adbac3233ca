"""What people are told of a run, by a webhook that is a real server here."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer
from threading import Thread
from typing import Any

import pytest
from laboratory import Lab

from maskline.contract.runs.fault import StepFault, last_fault, write_fault
from maskline.contract.runs.record import Record, write_record

DONE = {"state": "COMPLETE", "pipelineTaskName": "exit-handler-1", "error": {}}
FAILED = {"state": "FAILED", "pipelineTaskName": "exit-handler-1", "error": {}}  # as 2.17.0 tells it, whatever it was
FAILED_STATES = ["FAILED", "CANCELED", "CANCELLED"]
OTHER_STATES = ["COMPLETE", "SUCCEEDED", "RUNNING", "UNKNOWN"]  # RUNNING: a loop had nothing to do, or a pod was lost
SECRET = "s3cr3t-path"


@dataclass
class Webhook:
    """A server that answers with the codes it is told, 200 at last, and keeps what it hears."""

    codes: list[int] = field(default_factory=list)
    heard: list[tuple[str, str, Any]] = field(default_factory=list)


@pytest.fixture
def webhook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """Such a server; the stage is told its address as Kubernetes mounts a secret."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.heard.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(hook.codes.pop(0) if hook.codes else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            hook.heard.append((self.path, "GET", None))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    tell(tmp_path, monkeypatch, f"http://127.0.0.1:{server.server_port}/hooks/{SECRET}")
    yield hook
    server.shutdown()
    server.server_close()


def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (tmp_path / "secret").mkdir(exist_ok=True)
    (tmp_path / "secret" / "url").write_text(f"{url}\n")
    monkeypatch.setenv("MASKLINE_WEBHOOK_FOLDER", str(tmp_path / "secret"))


def record(lab: Lab, decision: Any) -> Record:
    names = ("report", "champion_report", "checkpoint", "champion")
    uris: dict[str, Any] = {name: f"s3://bucket/x/{name}" for name in names}
    decided = Record(run="one", time="2030-01-01T12:00:00+00:00", decision=decision, reason="because", **uris)
    return write_record(lab.store, "shapes", decided)


def notify(start: Any, status: dict[str, Any]) -> Any:
    return start("notify", [], {}, domain="shapes", run="one", status=status)


@pytest.mark.parametrize("decision", ["promoted", "kept", "unchanged"])
def test_a_decision_is_posted_with_its_reason_and_what_it_is_about(
    lab: Lab, start: Any, webhook: Webhook, decision: str
) -> None:
    record(lab, decision)
    told = notify(start, DONE)
    assert (told.code, told.stderr) == (0, "")
    ((path, kind, body),) = webhook.heard
    assert (path, kind) == (f"/hooks/{SECRET}", "application/json")
    assert body == {
        "schema_version": "maskline/notice/1",
        "text": f"maskline shapes, run one: {decision}: because",
        "run": "one",
        "domain": "shapes",
        "outcome": decision,
        "reason": "because",
        "report": "s3://bucket/x/report",
        "checkpoint": "s3://bucket/x/checkpoint",
        "champion": "s3://bucket/x/champion",
        "step": "",
        "error": "",
    }


def failed(lab: Lab, *, posted: bool = False, time: str = "2030-01-01T12:00:00.000+00:00") -> None:
    fault = StepFault(run="one", step="train", error="the store is full", time=time, posted=posted)
    write_fault(lab.store, fault)


def test_a_failure_is_posted_with_the_step_and_its_own_words(lab: Lab, start: Any, webhook: Webhook) -> None:
    failed(lab)
    assert notify(start, FAILED).code == 0
    ((_, _, body),) = webhook.heard
    assert (body["outcome"], body["step"], body["error"]) == ("failed", "train", "the store is full")
    assert body["text"] == "maskline shapes, run one: failed: train: the store is full"


def test_what_the_step_has_posted_itself_is_not_posted_again(lab: Lab, start: Any, webhook: Webhook) -> None:
    failed(lab, posted=True)
    told = notify(start, FAILED)
    assert told.code == 0
    assert told.stdout.startswith(
        "notify.posted_already outcome=failed said='maskline shapes, run one: failed: train: "
    )
    assert webhook.heard == []


@pytest.mark.parametrize("status", [DONE, FAILED])  # FAILED: the state of what held the failure is not written anew
def test_a_run_that_was_tried_again_and_went_well_is_told_as_such(
    lab: Lab, start: Any, webhook: Webhook, status: dict[str, Any]
) -> None:
    failed(lab, posted=True, time="2030-01-01T11:59:59.999+00:00")
    record(lab, "promoted")
    assert notify(start, status).code == 0
    ((_, _, body),) = webhook.heard
    assert (body["outcome"], body["error"]) == ("promoted", "")


def test_a_step_that_fails_posts_its_step_and_words_once_and_says_so_in_the_store(
    lab: Lab, start: Any, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKLINE_STEP", "evaluate and promote")
    form = {"predictions_uri": "nowhere", "dataset_uri": "nowhere", "reading": "", "overrides": ""}
    ended = start("run", [], {}, domain="shapes", run="one", **form)
    assert ended.code == 2
    ((_, _, body),) = webhook.heard
    assert (body["outcome"], body["domain"], body["step"]) == ("failed", "shapes", "evaluate and promote")
    assert body["error"] == ended.stderr.removeprefix("error: ").rstrip()
    fault = last_fault(lab.store, "one")
    assert fault
    assert fault.posted


@pytest.mark.usefixtures("lab")
def test_a_webhook_that_does_not_listen_leaves_the_telling_to_the_end(
    start: Any, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKLINE_STEP", "evaluate")
    webhook.codes = [503]
    form = {"predictions_uri": "nowhere", "dataset_uri": "nowhere", "reading": "", "overrides": ""}
    assert start("run", [], {}, domain="shapes", run="one", **form).code == 2
    assert notify(start, FAILED).code == 0
    assert [body["step"] for _, _, body in webhook.heard] == ["evaluate", "evaluate"]


def test_a_failure_after_the_decision_tells_both(lab: Lab, start: Any, webhook: Webhook) -> None:
    record(lab, "promoted")
    notify(start, FAILED)
    ((_, _, body),) = webhook.heard
    assert (body["outcome"], body["reason"]) == ("failed", "because")


@pytest.mark.parametrize("state", OTHER_STATES)
def test_a_decision_is_the_outcome_unless_the_run_is_known_to_have_failed(
    lab: Lab, start: Any, webhook: Webhook, state: str
) -> None:
    record(lab, "promoted")
    assert notify(start, {"state": state}).code == 0
    ((_, _, body),) = webhook.heard
    assert (body["outcome"], body["error"]) == ("promoted", "")


@pytest.mark.parametrize("state", FAILED_STATES)
def test_a_failure_after_the_decision_is_told_even_if_nobody_says_why(
    lab: Lab, start: Any, webhook: Webhook, state: str
) -> None:
    record(lab, "promoted")
    assert notify(start, {"state": state, "error": {}}).code == 0
    ((_, _, body),) = webhook.heard
    assert (body["outcome"], body["reason"], body["error"]) == ("failed", "because", f"it ended as {state}")


@pytest.mark.parametrize("state", ["", *FAILED_STATES, *OTHER_STATES])
def test_no_decision_is_a_failure_even_if_nobody_says_why(lab: Lab, start: Any, webhook: Webhook, state: str) -> None:
    del lab
    assert notify(start, {"state": state} if state else {}).code == 0
    ((_, _, body),) = webhook.heard
    assert body["outcome"] == "failed"
    asked = "was it terminated, or a pod of it lost?"
    assert body["error"] == f"it ended as {state or 'unknown'}, without a decision: {asked}"


@pytest.mark.parametrize("state", FAILED_STATES)
def test_a_failure_is_told_even_when_the_store_does_not_answer(
    start: Any, webhook: Webhook, closed_store: None, state: str
) -> None:
    del closed_store
    assert notify(start, {"state": state} if state else {}).code == 0
    ((_, _, body),) = webhook.heard
    assert body["outcome"] == "failed"


@pytest.mark.parametrize("state", ["", *OTHER_STATES])
def test_a_run_that_is_done_is_told_of_only_with_its_decision(
    start: Any, webhook: Webhook, closed_store: None, state: str
) -> None:
    del closed_store
    assert notify(start, {"state": state} if state else {}).code == 2
    assert webhook.heard == []


@pytest.fixture
def closed_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that this process has no keys for."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MASKLINE_STORE", "s3://bucket/x")


@pytest.mark.parametrize("folder", ["", "gone", "there"])
def test_without_a_webhook_one_event_is_logged_and_all_is_well(
    lab: Lab, start: Any, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()  # an optional secret that does not exist is an empty folder
    monkeypatch.setenv("MASKLINE_WEBHOOK_FOLDER", str(tmp_path / folder) if folder else "")
    record(lab, "kept")
    told = notify(start, DONE)
    assert (told.code, told.stderr) == (0, "")
    (line,) = told.stdout.splitlines()
    assert line == "notify.no_webhook outcome=kept said='maskline shapes, run one: kept: because'"


@pytest.mark.parametrize(("code", "exit_code"), [(500, 1), (503, 1), (429, 1), (404, 2), (400, 2), (302, 2), (307, 2)])
def test_an_answer_other_than_yes_is_one_error_that_says_whether_to_try_again_and_keeps_the_address(
    lab: Lab, start: Any, webhook: Webhook, code: int, exit_code: int
) -> None:
    record(lab, "kept")
    webhook.codes = [code]
    told = notify(start, DONE)
    assert told.code == exit_code
    assert told.stderr.startswith(f"error: the webhook at 127.0.0.1 answers {code} ")
    assert told.stderr.count("\n") == 1
    assert SECRET not in told.stderr + told.stdout
    assert len(webhook.heard) == 1
    assert notify(start, DONE).code == 0


def test_a_webhook_that_is_not_there_is_one_error_and_worth_another_try(
    lab: Lab, start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(lab, "kept")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        tell(tmp_path, monkeypatch, f"http://127.0.0.1:{taken.getsockname()[1]}/hooks/{SECRET}")
        told = notify(start, DONE)
    assert told.code == 1
    assert told.stderr == "error: the webhook at 127.0.0.1 cannot be reached: Connection refused\n"


@pytest.mark.parametrize(
    "answer", [f"{SECRET} is no HTTP\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n" + "A: b\r\n" * 200]
)
def test_an_answer_that_is_no_http_is_one_error_and_worth_another_try(
    lab: Lab, start: Any, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(lab, "kept")

    class Mumbler(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(answer.encode())

    with TCPServer(("127.0.0.1", 0), Mumbler) as server:
        Thread(target=server.handle_request, daemon=True).start()
        tell(tmp_path, monkeypatch, f"http://127.0.0.1:{server.server_address[1]}/hooks/{SECRET}")
        told = notify(start, DONE)
    assert told.code == 1
    assert told.stderr.startswith("error: the webhook at 127.0.0.1 cannot be reached: ")
    assert told.stderr.count("\n") == 1
    assert SECRET not in told.stderr + told.stdout


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        f"file:///etc/{SECRET}",
        SECRET,
        "https://",
        f"https://example.org/a {SECRET}",
        f"https://example.org/{SECRET}\u00e9",
        f"https://example.org/a\n{SECRET}",
        f"https://example.org/\x7f{SECRET}",
        f"https://example.org:{SECRET}/",
        f"https://[{SECRET}/",
    ],
)
def test_an_address_that_is_none_is_refused_without_being_told(
    lab: Lab, start: Any, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(lab, "kept")
    tell(tmp_path, monkeypatch, url)
    told = notify(start, DONE)
    assert told.code == 2
    needed = "https:// or http:// and a host, without blanks"
    assert told.stderr == f"error: {tmp_path}/secret/url holds no address of a webhook: {needed}\n"
