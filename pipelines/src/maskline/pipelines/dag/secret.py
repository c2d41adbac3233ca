"""The Kubernetes secrets of a task, mounted as files: what they are called, and where a task finds them."""

import os
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from maskline.contract.store.secret import FOLDER_VARIABLE, VARIABLES


@dataclass(frozen=True)
class Secret:
    """A secret, the folder it is mounted as, and the environment variable that names the folder."""

    name: str
    path: str
    variable: str
    optional: bool = False


STORE = Secret("maskline-s3", "/etc/maskline/s3", FOLDER_VARIABLE)
"""Tells a task its store; its keys are those of `maskline.contract.store.secret`."""
WEBHOOK = Secret("maskline-webhook", "/etc/maskline/webhook", "MASKLINE_WEBHOOK_FOLDER", optional=True)
"""Where `notify` posts; its one key is `url`."""

HIDDEN = frozenset({STORE.variable, WEBHOOK.variable, *chain(*VARIABLES.values())})
"""Environment variables that may hold a user's own secrets, which no task on this machine inherits."""


def webhook_secret() -> dict[str, dict[str, str]]:
    """Return the webhook's secret by its name, if the folder that this process is told of has one."""
    folder = os.environ.get(WEBHOOK.variable, "")
    file = Path(folder) / "url"
    return {WEBHOOK.name: {"url": file.read_text("utf-8")}} if folder and file.is_file() else {}
