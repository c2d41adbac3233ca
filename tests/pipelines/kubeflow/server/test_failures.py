"""Everything that can stand between a command and the server is one line that says what to do."""

import sys
from pathlib import Path

import pytest
from kfp_stub.commands import Apply, Command
from kfp_stub.refusal import Refusal
from kfp_stub.server import Drop, Request, Stub, serving
from typer.testing import CliRunner, Result

from maskline.pipelines.command_line import app
from maskline.pipelines.server.ports import free_ports

LOGIN = "<html><head><title>Sign in</title></head><body>Log in to Your Account</body></html>"


def asked(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["schedule", "list", *map(str, words)])


def refuse(stub: Stub, status: int, said: str, path: str = "") -> None:
    def refuse_it(request: Request) -> None:
        if path in request.path:
            raise Refusal(status, said)

    stub.before = refuse_it


def only_line(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def test_no_server_is_named() -> None:
    assert only_line(asked()) == "error: no server is named: give --endpoint, or set MASKLINE_KFP_ENDPOINT\n"


@pytest.mark.parametrize(
    "endpoint",
    [
        "kfp.example.org",
        "ftp://kfp.example.org",
        "http://",
        "http://kfp:port",
        "https://kfp.example.org/#/runs",
        "https://kfp.example.org/?x=1",
        "http://[::1",
    ],
)
def test_an_address_that_cannot_be_is_refused(endpoint: str) -> None:
    assert "it must be http(s)://host[:port][/path]" in only_line(asked("--endpoint", endpoint))


def test_a_password_in_an_address_is_not_repeated() -> None:
    assert "sesame" not in only_line(asked("--endpoint", "https://me:sesame@kfp.example.org"))


def test_nobody_listens() -> None:
    (port,) = free_ports(1)
    endpoint = f"http://127.0.0.1:{port}"
    assert only_line(asked("--endpoint", endpoint)) == f"error: {endpoint} cannot be reached: Connection refused\n"


def test_the_name_is_unknown() -> None:
    assert "http://no.such.name.invalid cannot be reached: " in only_line(
        asked("--endpoint", "http://no.such.name.invalid")
    )


def test_the_connection_is_dropped(stub: Stub) -> None:
    def drop(_: Request) -> None:
        raise Drop

    stub.before = drop
    assert f"{stub.endpoint} cannot be reached: " in only_line(asked("--endpoint", stub.endpoint))
    assert len(stub.requests) == 4  # a question is asked again


def test_a_certificate_must_be_signed_by_somebody_known(certificate: Path, stranger: Path) -> None:
    with serving(Stub(), certificate) as stub:
        said = only_line(asked("--endpoint", stub.endpoint))
        assert f"{stub.endpoint}: TLS failed: " in said
        assert said.endswith("if a CA of your own signs there, name its certificate with --ca-file\n")
        assert "TLS failed" in only_line(asked("--endpoint", stub.endpoint, "--ca-file", stranger))
        assert asked("--endpoint", stub.endpoint, "--ca-file", certificate).stdout == "there are no schedules\n"
        other = stub.endpoint.replace("localhost", "127.0.0.1")
        assert "TLS failed" in only_line(asked("--endpoint", other, "--ca-file", certificate))
        assert len(stub.requests) == 2


def test_http_where_https_is_expected(stub: Stub) -> None:
    said = only_line(asked("--endpoint", stub.endpoint.replace("http://", "https://")))
    assert "does not speak TLS; is its address http://?" in said


def test_a_ca_file_must_be_there() -> None:
    assert "--ca-file gone.pem: no such file" in only_line(asked("--endpoint", "https://x", "--ca-file", "gone.pem"))


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (400, "Invalid input", "400: Invalid input"),
        (401, "no token", "401: no token; give a --token-file with a token that is valid now"),
        (403, "RBAC: access denied", "403: RBAC: access denied; the token's account has no right to it"),
        (409, "exists", "409: exists; something of that name is there already"),
        (500, "database", "500: database; it is a failure of the server: its log says more"),
        (503, "<h1>no healthy\n upstream</h1>", "503: no healthy upstream; it is a failure of the server"),
        (500, "x" * 5000, "x..."),
        (302, "<a>dex</a>", "it sends us on (302), to a login page most likely; a login's cookies are not supported"),
    ],
)
@pytest.mark.parametrize("path", ["healthz", "recurringruns"])
def test_a_refusal_says_what_was_asked_the_status_and_what_to_do(
    status: int, said: str, told: str, path: str, stub: Stub
) -> None:
    refuse(stub, status, said, path)
    line = only_line(asked("--endpoint", stub.endpoint))
    doing = "tell how it is" if path == "healthz" else "list the recurring runs"
    assert line.startswith(f"error: {stub.endpoint} cannot {doing}: ")
    assert told in line
    assert len(line) < 700


@pytest.mark.parametrize(("status", "said"), [(404, "Not Found"), (404, "<p>404</p>"), (200, LOGIN), (200, "<1")])
def test_another_server_at_that_address_is_not_taken_for_kubeflow(status: int, said: str, stub: Stub) -> None:
    refuse(stub, status, said)
    line = only_line(asked("--endpoint", stub.endpoint))
    assert "is this the KFP API endpoint?" in line
    assert f"it must answer below {stub.endpoint}/apis/v2beta1" in line


def test_a_path_in_front_of_the_api_belongs_to_the_address() -> None:
    with serving(Stub("/pipeline")) as stub:
        assert asked("--endpoint", f"{stub.endpoint}/").stdout == "there are no schedules\n"
        assert "is this the KFP API endpoint?" in only_line(
            asked("--endpoint", stub.endpoint.removesuffix("/pipeline"))
        )


def test_html_amid_answers_is_no_answer(stub: Stub) -> None:
    refuse(stub, 200, LOGIN, "recurringruns")
    assert "what it answers when asked to list the recurring runs is not what KFP answers" in only_line(
        asked("--endpoint", stub.endpoint)
    )


@pytest.mark.parametrize("command", ["register", "submit", "apply"])
def test_an_older_server_gets_no_pipeline_because_it_would_drop_what_it_does_not_know(
    command: str, stub: Stub, maskline: Command, apply: Apply, registered: str
) -> None:
    stub.tag = "2.14.3"
    words = {"register": ["register"], "submit": ["submit", registered]}
    entry: dict[str, object] = {"name": "nightly", "pipeline": registered, "cron": "0 0 3 * * *"}
    line = only_line(apply(entry) if command == "apply" else maskline(*words[command]))
    assert "the server is version 2.14.3, but the pipeline was compiled by kfp-2." in line
    assert "--allow-older-server" in line
    assert stub.changes == []


def test_an_older_server_is_looked_at_without_a_word(stub: Stub, maskline: Command) -> None:
    stub.tag = "2.14.3"
    done = maskline("schedule", "list")
    assert (done.exit_code, done.stderr) == (0, "")


def test_whoever_knows_better_may_go_on_and_is_told(stub: Stub, maskline: Command, registered: str) -> None:
    stub.tag = "2.14.3"
    done = maskline("submit", registered, "--allow-older-server")
    assert done.exit_code == 0
    assert done.stderr.startswith("note: the server is version 2.14.3")
    assert len(stub.state.runs) == 1


@pytest.mark.parametrize(
    ("tag", "note"),
    [
        ("2.17.0", ""),
        ("v2.18.1", ""),
        ("3.0.0", ""),
        ("unknown", "note: the server does not tell its version ('unknown'): it should be 2."),
        ("", "note: the server does not tell its version"),
    ],
)
def test_a_server_of_that_version_or_a_newer_one_is_fine(
    tag: str, note: str, stub: Stub, maskline: Command, registered: str
) -> None:
    stub.tag = tag
    done = maskline("submit", registered)
    assert done.exit_code == 0
    assert done.stderr.startswith(note)
    assert bool(done.stderr) == bool(note)


def test_the_ui_passes_the_api_on_and_names_the_version_its_own_way(
    stub: Stub, maskline: Command, registered: str
) -> None:
    stub.is_ui = True
    stub.tag = "2.4.0"
    assert "the server is version 2.4.0" in only_line(maskline("submit", registered))


def test_a_ui_whose_api_is_away_is_no_stranger(stub: Stub) -> None:
    stub.is_ui, stub.api_is_ready = True, False
    line = only_line(asked("--endpoint", stub.endpoint))
    assert line == f"error: {stub.endpoint} is Kubeflow's UI, and the API behind it does not answer\n"


def test_a_request_that_was_aborted_is_not_taken_for_one_whose_name_is_taken(stub: Stub) -> None:
    def abort(request: Request) -> None:
        if "recurringruns" in request.path:
            raise Refusal(409, "A namespace is required", code=10)  # gRPC's ABORTED is a conflict, too

    stub.before = abort
    assert only_line(asked("--endpoint", stub.endpoint)).endswith(" 409: A namespace is required\n")


def test_a_refused_upload_is_told_without_the_servers_stack(stub: Stub, maskline: Command, pipeline: str) -> None:
    def refuse_uploads(request: Request) -> None:
        if "upload" in request.path:
            raise Refusal(400, "Failed to create a pipeline version", form="upload")

    stub.before = refuse_uploads
    line = only_line(maskline("register", pipeline))
    assert line.endswith(": 400: Failed to create a pipeline version\n")


def test_a_server_of_several_users_wants_a_namespace(stub: Stub, maskline: Command, pipeline: str) -> None:
    stub.state.multi_user = True
    line = only_line(maskline("register"))
    assert "is a server of several users: name your namespace with --namespace" in line
    assert stub.changes == []
    assert maskline("register", pipeline, "--namespace", "team-a").exit_code == 0
    assert maskline("submit", pipeline, "--namespace", "team-a").exit_code == 0
    assert maskline("schedule", "list", "--namespace", "team-a").exit_code == 0
    (kept,) = stub.state.pipelines.values()
    (experiment,) = stub.state.named(stub.state.experiments, "maskline")
    assert kept["namespace"] == experiment["namespace"] == "team-a"


def test_a_server_of_one_user_is_told_of_no_namespace(stub: Stub, maskline: Command, pipeline: str) -> None:
    assert maskline("register", pipeline, "--namespace", "team-a").exit_code == 0
    assert "namespace" not in next(iter(stub.state.pipelines.values()))


def test_the_sdk_is_missing(stub: Stub, maskline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kfp_server_api", None)
    line = only_line(maskline("schedule", "list"))
    assert "talking to Kubeflow needs the extra maskline-pipelines[kfp]: no module 'kfp_server_api'" in line
    assert stub.requests == []
