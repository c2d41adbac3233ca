"""What can go wrong between here and a Kubeflow Pipelines server, each told in one line that a person can act on."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from maskline.contract.errors import MasklineError

_LONGEST = 400
_ABORTED = 10
_ADVICE = {
    400: "",
    401: "give a --token-file with a token that is valid now",
    403: "the token's account has no right to it in this namespace, or no --token-file was given",
    404: "",
    409: "something of that name is there already",
}


class ServerUnavailable(MasklineError):
    """Nobody answers at the endpoint, or the server itself failed. A retry may mend it."""


class ServerRefused(MasklineError):
    """The server answered, and the answer is no."""


class NotKnown(ServerRefused):
    """The server has nothing of that name or id."""


class AlreadyThere(ServerRefused):
    """The server has something of that name already."""


class OlderServer(MasklineError):
    """The server is older than the SDK that compiled a pipeline, so it would drop settings without a word."""


@contextmanager
def explained(endpoint: str, doing: str, secrets: Mapping[str, str]) -> Iterator[None]:
    """Turn what the SDK raises into failures of this module.

    doing: what the server is asked for, with a verb: "list the pipelines".
    secrets: those whose values no message may repeat, whoever says them.
    Only a call of the SDK belongs inside: it raises AttributeError and ValueError when an answer is no answer of KFP's.
    """
    import kfp_server_api
    import urllib3

    try:
        yield
    except kfp_server_api.ApiException as error:
        raise _answered(endpoint, doing, error, secrets) from None
    except urllib3.exceptions.HTTPError as error:
        raise _silent(endpoint, doing, error) from None
    except (AttributeError, TypeError, ValueError):
        raise not_kubeflow(endpoint, f"what it answers when asked to {doing} is not what KFP answers") from None


def not_kubeflow(endpoint: str, why: str) -> ServerRefused:
    """Return the failure of an endpoint where something else than the API answers."""
    return ServerRefused(
        f"{endpoint}: is this the KFP API endpoint? {why}; it must answer below {endpoint}/apis/v2beta1"
    )


def _answered(endpoint: str, doing: str, error: Any, secrets: Mapping[str, str]) -> MasklineError:
    status = int(error.status or 0)
    if not status:
        return not_kubeflow(endpoint, _cut(_one_line(str(error.reason))))
    if 300 <= status < 400:
        return ServerRefused(
            f"{endpoint} cannot {doing}: it sends us on ({status}), to a login page most likely; a login's cookies are "
            "not supported: give a --token-file, or reach the API with kubectl port-forward"
        )
    said = _said(error.body) or str(error.reason or "")
    for secret in secrets.values():
        said = said.replace(secret, "***")
    text = f"{endpoint} cannot {doing}: {status}: {_cut(said)}"
    if status == 409 and _code(error.body) == _ABORTED:  # which has the status of a name that is taken, too
        return ServerRefused(text)
    advice = _ADVICE.get(status, "it is a failure of the server: its log says more" if status >= 500 else "")
    kinds: dict[int, Callable[[str], MasklineError]] = {404: NotKnown, 409: AlreadyThere}
    failure = kinds.get(status, ServerUnavailable if status >= 500 else ServerRefused)
    return failure(f"{text}; {advice}" if advice else text)


def _code(body: str | bytes | None) -> int:
    """Return gRPC's code of a refusal, 0 where there is none."""
    try:
        document = json.loads(body or "")
    except ValueError:
        return 0
    return int(document.get("code") or 0) if isinstance(document, dict) else 0


def _said(body: str | bytes | None) -> str:
    """Return what the server said of a refusal, in one line: KFP's own words, or the beginning of whatever came."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body or ""
    try:
        document = json.loads(text)
    except ValueError:
        return _one_line(re.sub(r"<[^>]*>", " ", text))
    if isinstance(document, dict):
        for key in ("error_message", "message", "error", "error_details"):  # the last with a trace of the stack
            if document.get(key):
                return _one_line(str(document[key]))
    return _one_line(text)


def _silent(endpoint: str, doing: str, error: Exception) -> ServerUnavailable:
    import urllib3

    reason: Any = getattr(error, "reason", None) or error
    if isinstance(reason, urllib3.exceptions.SSLError):
        why = _one_line(str(reason.args[0] if reason.args else reason))
        if "WRONG_VERSION_NUMBER" in why:
            return ServerUnavailable(f"{endpoint} does not speak TLS; is its address http://?")
        return ServerUnavailable(
            f"{endpoint}: TLS failed: {why}; if a CA of your own signs there, name its certificate with --ca-file"
        )
    if isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return ServerUnavailable(f"{endpoint} did not answer in time when asked to {doing}")
    return ServerUnavailable(f"{endpoint} cannot be reached: {_cause(reason)}")


def _cause(reason: BaseException) -> str:
    """Return the operating system's own word for a failed connection, without the library's around it."""
    inner = reason.__cause__ or reason.__context__
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return _one_line(str(reason).rpartition(": ")[2])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
