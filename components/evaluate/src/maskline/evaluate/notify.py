"""Tells people what a run came to when it has ended, however it ended."""

from collections.abc import Mapping
from typing import Any

from maskline.contract.errors import MasklineError
from maskline.contract.log import event
from maskline.contract.runs.fault import StepFault, last_fault
from maskline.contract.runs.record import Record, read_record
from maskline.contract.runs.webhook import Notice, failure
from maskline.contract.store import project_store

# As KFP's back ends spell them. Every other state may be that of a run in which all went well: 2.17 tells COMPLETE, and
# RUNNING where a loop had nothing to do, since nothing inside it tells of its end.
_FAILED = {"FAILED", "CANCELED", "CANCELLED"}
_TOLD = {"reason", "report", "checkpoint", "champion"}


def notice(domain: str, run: str, status: Mapping[str, Any], record: Record | None, fault: StepFault | None) -> Notice:
    """Return what is to be told of a run.

    status: KFP's final status of the run's tasks, whose message holds nothing of what a step said (seen on 2.17.0).
    record: what the run decided, if it came to that.  fault: what the step that failed has left.
    """
    state = status.get("state", "unknown")
    overcome = fault and record and record.time > fault.time  # a run that was tried again stays FAILED to Kubeflow
    if record and (state not in _FAILED or overcome):
        return _decision(domain, record)
    step, error = (fault.step, fault.error) if fault else ("", "")
    unexplained = f"it ended as {state}"
    if not record:
        unexplained += ", without a decision: was it terminated, or a pod of it lost?"
    said = failure(run, domain, step, error or (status.get("error") or {}).get("message", "") or unexplained)
    return said.model_copy(update=record.model_dump(include=_TOLD)) if record else said


def _decision(domain: str, record: Record) -> Notice:
    text = f"maskline {domain}, run {record.run}: {record.decision}: {record.reason}"
    told = Notice(text=text, run=record.run, domain=domain, outcome=record.decision)
    return told.model_copy(update=record.model_dump(include=_TOLD))


def left(domain: str, run: str, status: Mapping[str, Any]) -> tuple[Record | None, StepFault | None]:
    """Return what the run decided, if it came to that, and what its step that failed has left.

    Of a run that failed both are left out if the store does not answer: that may be why it failed, and must be told.
    """
    try:
        store = project_store()
        return read_record(store, domain, run), last_fault(store, run)
    except MasklineError as fault:
        if status.get("state") not in _FAILED:
            raise
        event("notify.no_record", reason=fault)
        return None, None
