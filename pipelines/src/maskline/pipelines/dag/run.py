"""What is true of one run on this machine from its start to its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Run:
    """One run of one pipeline."""

    folder: Path
    """Receives logs and outputs, <folder>/<task>/<attempt>.log and <folder>/<task>/<attempt>/; its name is the run's
    id."""
    created: str
    """When the run was made, ISO 8601, UTC, to the second."""
    secrets: Mapping[str, Mapping[str, str]]
    """Secret name -> key -> value."""

    @property
    def root(self) -> str:
        """The address below which all artifacts of the run are, as Kubeflow gives every run one."""
        return f"minio://local-runs/v2/artifacts/{self.folder.name}"

    def fill(self, value: Any) -> Any:
        """Return `value`, or what Kubeflow would put in its place if it is one of its placeholders."""
        told = {
            RUN: self.folder.name,
            "{{$.pipeline_job_create_time_utc}}": self.created,
        }
        return told.get(value, value) if isinstance(value, str) else value


RUN = "{{$.pipeline_job_uuid}}"
PLACEHOLDERS = frozenset({RUN, "{{$.pipeline_job_create_time_utc}}"})
"""What `Run.fill` knows."""
