"""What a container printed: read through the API, and which of its lines are a stage's own words.

The log's address is older than the rest of the API and not among the SDK's methods: seen on Kubeflow 2.17.0 below
`/apis/v1alpha1`, with the name of the pod, or that of the node once the pod is gone and its log is in the archive. The
UI passes the API on, but not this; it has an address of its own.
"""

import json
import re

from maskline.contract.errors import MasklineError
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import ServerRefused, ServerUnavailable

_LAUNCHER = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w-]+\.go:\d+\] ")
_CHATTER = {"I", "W"}
_EVENT = re.compile(r"[a-z][a-z0-9._-]*( [a-z][a-z0-9_-]*=.*)?")  # as maskline.contract.log writes them
_ERROR = "error: "


class NoLog(MasklineError):
    """A log cannot be had: its container has not begun, or pod and archive are gone."""


def read_log(server: Server, run: str, pod: str) -> str:
    """Return what a container has printed so far.  pod: name of its pod; its node's id does where the pod is gone.

    Raises NoLog, also where nobody answers or the server fails.
    """
    doing = f"show the log of {pod}"
    try:
        if server.health.is_ui:
            place = {"podnamespace": server.namespace} if server.namespace else {}
            return server.text(doing, "/k8s/pod/logs", {"podname": pod, "runid": run} | place)
        text = server.text(doing, f"/apis/v1alpha1/runs/{run}/nodes/{pod}/log")
    except (ServerRefused, ServerUnavailable) as error:
        raise NoLog(str(error)) from None
    if said := _refusal(text):
        raise NoLog(f"{server.endpoint} cannot {doing}: {said}")
    return text


def own_lines(text: str, *, launcher_too: bool) -> list[str]:
    """Return the lines of a log without the chatter of Kubeflow's launcher, its errors left in.

    launcher_too: whether to return its chatter, too, where there is nothing else.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    own = [line for line in lines if not _is_chatter(line)]
    return own or (lines if launcher_too else [])


def last_event(text: str) -> str:
    """Return the last thing that a stage has said of its progress, "" if it has said nothing yet."""
    return next((line for line in reversed(text.splitlines()) if _EVENT.fullmatch(line)), "")


def last_error(text: str) -> str:
    """Return the message that a stage ended with, "" if there is none."""
    found = (line for line in reversed(text.splitlines()) if line.startswith(_ERROR))
    return next(found, "").removeprefix(_ERROR)


def last_words(text: str) -> str:
    """Return the last line of a log that is a stage's own, or else what the launcher calls an error; "" if none is."""
    lines = [line for line in text.splitlines() if line.strip()]
    own = [line for line in lines if not _LAUNCHER.match(line)]
    errors = [_LAUNCHER.sub("", line) for line in lines if not _is_chatter(line)]
    return (own or errors or [""])[-1].strip()


def _is_chatter(line: str) -> bool:
    match = _LAUNCHER.match(line)
    return bool(match and match[1] in _CHATTER)


def _refusal(text: str) -> str:
    """Return why there is no log: the server says so below a status that says that all is well."""
    if not text.startswith('{"error_'):
        return ""
    try:
        answer = json.loads(text)
    except ValueError:
        return ""
    return " ".join(str(answer.get("error_message") or answer.get("error_details") or "").split())
