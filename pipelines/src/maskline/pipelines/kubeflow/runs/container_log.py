"""What a container printed: read through the API, and which of its lines are a stage's own words.

The log's address is older than the rest of the API and not among the SDK's methods: below `/apis/v1alpha1`, with the
name of the pod. Seen on Kubeflow Pipelines 2.17.0: where there is no log it says so below a status of success; a server
of one user has a log only once its pod has ended, from the archive, because it looks for the pod in no namespace. The
UI passes the API on, but not this; it has an address of its own that reads pods while they live, and asked for those
that are gone it does not find our workflows, whose archived logs are artifacts like others.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Literal

from maskline.contract.errors import MasklineError
from maskline.contract.log import EVENT
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import ServerRefused, ServerUnavailable

_LAUNCHER = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w-]+\.go:\d+\] ")
_ARGO = re.compile(r"time=\S+ level=\w+ msg=.* argo=true( .*)?|Error: exit status \d+")  # what starts the launcher
_PLAIN = re.compile(r".*exit status \d+")  # the launcher's word for "the container failed"
_ERROR = "error: "
_LONGEST = 400


class NoLog(MasklineError):
    """A log cannot be had: its container has not begun, or pod and archive are gone."""


def read_log(server: Server, run: str, pod: str) -> str:
    """Return what a container has printed so far.  pod: name of its pod; its node's id does where the pod is gone.

    Raises NoLog, also where nobody answers or the server fails.
    """
    doing = f"show the log of {pod}"
    try:
        if not server.health.is_ui:
            text = server.text(doing, f"/apis/v1alpha1/runs/{run}/nodes/{pod}/log")
        else:
            text = _through_ui(server, run, pod, doing)
    except (ServerRefused, ServerUnavailable) as error:
        raise NoLog(str(error)) from None
    if why := _refusal(text):
        hint = "" if server.health.multi_user else "; while a pod runs, the address of Kubeflow's UI shows its log"
        raise NoLog(f"{server.endpoint} has no log of {pod} ({why}){hint}")
    return text


def own_lines(text: str, *, launcher_too: bool) -> list[str]:
    """Return the lines of a log without the chatter of Kubeflow's launcher, its errors left in.

    launcher_too: whether to return its chatter, too, where there is nothing else.
    """
    lines = list(_told(text))
    own = [line for teller, line in lines if teller != "chatter"]
    return own or ([line for _, line in lines] if launcher_too else [])


def last_event(text: str) -> str:
    """Return the last thing that a stage has said of its progress, "" if it has said nothing yet."""
    return next((line for line in reversed(text.splitlines()) if EVENT.fullmatch(line)), "")


def last_error(text: str) -> str:
    """Return the message that a stage ended with, "" if there is none."""
    found = (line for line in reversed(text.splitlines()) if line.startswith(_ERROR))
    return next(found, "").removeprefix(_ERROR)


def last_words(text: str) -> str:
    """Return what a log ends with: what the launcher failed at, or else the container's last line; "" if there is none.

    The end of a long line tells more than its beginning.
    """
    lines = list(_told(text))
    trouble = [_LAUNCHER.sub("", line) for teller, line in lines if teller == "launcher"]
    failures = [line for line in trouble if not _PLAIN.fullmatch(line)]
    own = [line for teller, line in lines if teller == "container"]
    words = (failures or own or trouble or [""])[-1].strip()
    return words if len(words) <= _LONGEST else f"...{words[-_LONGEST:]}"


def _through_ui(server: Server, run: str, pod: str, doing: str) -> str:
    place = {"podnamespace": server.namespace} if server.namespace else {}
    try:
        return server.text(doing, "/k8s/pod/logs", {"podname": pod, "runid": run} | place)
    except (ServerRefused, ServerUnavailable):
        archived = server.text(doing, f"/apis/v2beta1/runs/{run}/nodes/{pod}/artifacts/main-logs:read")
    try:
        return base64.b64decode(json.loads(archived)["data"]).decode("utf-8", "replace")
    except (KeyError, TypeError, ValueError):
        raise NoLog(f"{server.endpoint} cannot {doing}: what it answers is no log") from None


def _told(text: str) -> Iterator[tuple[Literal["container", "launcher", "chatter"], str]]:
    """Yield who tells each line that is not empty, and the line; what the launcher dumps as JSON is its chatter."""
    dump = False
    for line in text.splitlines():
        if match := _LAUNCHER.match(line):
            dump = line.endswith("{")
            yield "chatter" if match[1] in "IW" else "launcher", line
        elif dump or _ARGO.fullmatch(line):
            dump = dump and line != "}"
            yield "chatter", line
        elif line.strip():
            yield "container", line


def _refusal(text: str) -> str:
    """Return why there is no log, in the last words of a long chain of reasons; "" where there is one."""
    if not text.startswith('{"error_'):
        return ""
    try:
        answer = json.loads(text)
    except ValueError:
        return ""
    said = " ".join(str(answer.get("error_message") or answer.get("error_details") or "").split())
    return said.rpartition(": ")[2] or "it does not say why"
