"""What a process is told about its store: where it is, and the keys that open it.

On a cluster a secret lies in a folder, one file per key, and MASKLINE_S3_FOLDER names the folder: files, unlike
environment variables, follow when keys are changed and show in no description of a pod or container. What lies in no
file the environment tells, as it does to every S3 client.
"""

import os
from pathlib import Path

FOLDER_VARIABLE = "MASKLINE_S3_FOLDER"
VARIABLES = {
    "accesskey": ("AWS_ACCESS_KEY_ID",),
    "secretkey": ("AWS_SECRET_ACCESS_KEY",),
    "session-token": ("AWS_SESSION_TOKEN",),
    "endpoint": ("AWS_ENDPOINT_URL_S3",),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "store": ("MASKLINE_STORE",),
}
"""Each key of the secret, and the environment variables that stand for it, the first before the second.

Without `session-token` the keys are lasting ones; without `endpoint` the server is Amazon's; without `region` it is
that of Amazon's endpoint, or the one that the server names.
"""
_OF_THE_KEYS = {"session-token", "region"}  # another pair's token, another server's region: they do harm


def told(key: str) -> str:
    """Return what this process is told under `key`, one of VARIABLES, or "" if nothing: the file first.

    Beside keys in files, what the environment says of a token or a region is about others.
    """
    folder = os.environ.get(FOLDER_VARIABLE, "")
    if folder and (file := Path(folder) / key).is_file():
        return file.read_text("utf-8").strip()
    if folder and key in _OF_THE_KEYS and (Path(folder) / "accesskey").is_file():
        return ""
    return next((value for name in VARIABLES[key] if (value := os.environ.get(name, ""))), "")


def source(key: str) -> str:
    """Return where `key` may be told, for messages."""
    folder = os.environ.get(FOLDER_VARIABLE, "")
    variable = next((name for name in VARIABLES[key] if os.environ.get(name, "")), VARIABLES[key][0])
    return f"{Path(folder) / key} or {variable}" if folder else variable
