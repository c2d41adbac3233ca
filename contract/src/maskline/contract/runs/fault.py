"""What went wrong in a run: `runs/<run>/<step>.json`, left by a step that failed for good.

Whoever is to tell people of the run reads it there: Kubeflow itself says no more than that the run failed.
"""

import re
from typing import Literal

from pydantic import Field

from maskline.contract.config import Config, canonical_json, read_document
from maskline.contract.runs.record import RUN
from maskline.contract.store import Store


class StepFault(Config):
    """One step's last words."""

    schema_version: Literal["maskline/fault/1"] = "maskline/fault/1"
    run: str = Field(pattern=RUN)
    step: str = Field(min_length=1, description="its title, as people see it in the graph")
    error: str = Field(description="one line")
    time: str = Field(description="ISO 8601, UTC")
    posted: bool = Field(default=False, description="whether the webhook was told by the step itself")


def write_fault(store: Store, fault: StepFault) -> None:
    """Leave a step's fault; of several parts of one step the last one's stays."""
    name = re.sub(r"[^a-z0-9]+", "-", fault.step.lower()).strip("-")
    store.write(f"{_folder(fault.run)}/{name}.json", canonical_json(fault.model_dump(mode="json")))


def last_fault(store: Store, run: str) -> StepFault | None:
    """Return the fault that came last: a run may have been tried again since an earlier one.  Raises Corrupt."""
    paths = store.list(_folder(run))
    found = [read_document(StepFault, store.read(path), f"{store.uri}/{path}") for path in paths]
    return max(found, key=lambda fault: (fault.time, fault.step), default=None)


def _folder(run: str) -> str:
    return f"runs/{run}"
