"""The token is sent with every request, as it is in the file then, and shown nowhere."""

import logging
from pathlib import Path

import pytest
from kfp_stub.commands import Command
from kfp_stub.refusal import Refusal
from kfp_stub.server import Request, Stub
from typer.testing import Result

SECRET = "ey.a-very-secret.token"


def refuse(stub: Stub, status: int, said: str) -> None:
    def refuse_it(_: Request) -> None:
        raise Refusal(status, said)

    stub.before = refuse_it


def only_line(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{SECRET}\n")
    return path


def test_every_request_carries_it(stub: Stub, maskline: Command, token_file: Path, pipeline: str) -> None:
    stub.token = SECRET
    assert maskline("register", pipeline, "--token-file", token_file).exit_code == 0
    assert {request.token for request in stub.requests} == {f"Bearer {SECRET}"}
    assert "401: there is no valid token" in only_line(maskline("register", pipeline))


def test_a_renewed_one_is_used_at_once(stub: Stub, maskline: Command, token_file: Path, pipeline: str) -> None:
    def renew(_: Request) -> None:
        stub.token = f"token-{len(stub.requests)}"
        token_file.write_text(stub.token)

    stub.token = SECRET
    stub.after = renew
    assert maskline("register", pipeline, "--token-file", token_file).exit_code == 0
    assert len({request.token for request in stub.requests}) == len(stub.requests) > 3


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 500])
def test_it_is_in_nothing_that_is_printed_or_logged(
    status: int, stub: Stub, maskline: Command, token_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refuse(stub, status, "<p>no</p>")
    done = maskline("register", "--token-file", token_file)
    assert done.exit_code == 1
    assert stub.requests[0].token == f"Bearer {SECRET}"
    assert SECRET not in done.output + caplog.text


def test_what_echoes_it_is_not_repeated(stub: Stub, maskline: Command, token_file: Path) -> None:
    refuse(stub, 401, f"Bearer {SECRET} has expired")
    line = only_line(maskline("register", "--token-file", token_file))
    assert "401: Bearer *** has expired" in line


@pytest.mark.parametrize(
    ("content", "named"),
    [(b"", "it is empty"), (b" \n", "it is empty"), (b"a b", "it must hold one token"), (b"\xff\n x", "one token")],
)
def test_a_file_that_holds_no_token_is_named_and_not_shown(
    content: bytes, named: str, stub: Stub, maskline: Command, token_file: Path
) -> None:
    token_file.write_bytes(content)
    line = only_line(maskline("register", "--token-file", token_file))
    assert line.startswith(f"error: --token-file {token_file}: ")
    assert named in line
    assert stub.requests == []


def test_a_file_that_is_not_there_is_named(maskline: Command) -> None:
    assert "--token-file gone: No such file" in only_line(maskline("register", "--token-file", "gone"))
