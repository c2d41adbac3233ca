"""The Kubernetes secrets of a task, mounted as files: what they are called, and where a task finds them."""

from maskline.contract.store.secret import FOLDER_VARIABLE, VARIABLES

SECRET = "maskline-s3"  # noqa: S105 - a name, not a secret
"""Tells a task its store; its keys are those of `maskline.contract.store.secret`."""
SECRET_PATH = "/etc/maskline/s3"  # noqa: S105 - a path

HIDDEN = frozenset({FOLDER_VARIABLE, *VARIABLES.values()})
"""Environment variables that may hold a user's own secrets, which no task on this machine inherits."""
