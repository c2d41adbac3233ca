"""What a process is told about its store: where it is, and the keys that open it.

On a cluster a secret lies in a folder, one file per key, and MASKLINE_S3_FOLDER names the folder: files, unlike
environment variables, follow when keys are changed and show in no description of a pod or container. What lies in no
file the environment tells, as it does to every S3 client.
"""

import os
from pathlib import Path

FOLDER_VARIABLE = "MASKLINE_S3_FOLDER"
VARIABLES = {
    "accesskey": "AWS_ACCESS_KEY_ID",
    "secretkey": "AWS_SECRET_ACCESS_KEY",
    "endpoint": "AWS_ENDPOINT_URL_S3",  # empty: Amazon's
    "store": "MASKLINE_STORE",
}
"""Each key of the secret, and the environment variable that stands for it."""


def told(key: str) -> str:
    """Return what this process is told under `key`, one of VARIABLES, or "" if nothing: the file first."""
    folder = os.environ.get(FOLDER_VARIABLE, "")
    if folder and (file := Path(folder) / key).is_file():
        return file.read_text("utf-8").strip()
    return os.environ.get(VARIABLES[key], "")


def source(key: str) -> str:
    """Return where `key` may be told, for messages."""
    folder = os.environ.get(FOLDER_VARIABLE, "")
    return f"{Path(folder) / key} or {VARIABLES[key]}" if folder else VARIABLES[key]
