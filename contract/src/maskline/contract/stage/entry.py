"""The stage entry: one KFP executor input in, the verb's function called, and whoever waits is told how it ended.

A pod, the local runner and a test start a stage alike: `python3 -m maskline.<stage> <verb> '<executor input JSON>'`.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from maskline.contract.config import parse, parse_json
from maskline.contract.log import event
from maskline.contract.stage.attempts import INVALID, Ending, once, persistently
from maskline.contract.stage.call import Call

STEP_VARIABLE = "MASKLINE_STEP"
"""Names the step for people, as the pipeline's graph does."""
RETRIES_VARIABLE = "MASKLINE_RETRIES"
"""How often work that may pass is tried again; without it once must do."""
Verb = Callable[[Call], None]


def main(verbs: Mapping[str, Verb], argv: Sequence[str]) -> int:
    """Run the verb that `argv` names: [verb, executor input as JSON].  Returns the process's exit code.

    A MasklineError becomes one line on standard error; anything unexpected keeps its traceback.
    """
    fault = "" if len(argv) == 2 and argv[0] in verbs else f"got {argv[:1]}"
    try:
        given = {} if fault else parse_json(argv[1])
    except ValueError as error:
        fault = str(error)
    if fault:
        usage = f"usage: <verb> <executor input as JSON>, verb one of {', '.join(verbs)}; {fault}"
        print(f"error: {usage}", file=sys.stderr)  # noqa: T201 - the one line the user reads
        return INVALID
    verb = verbs[argv[0]]

    def work() -> None:
        call = Call(given)
        verb(call)
        call.finish()

    retries = int(os.environ.get(RETRIES_VARIABLE, "0"))
    ending = persistently(work, retries) if retries else once(work)
    if ending.error:
        print(f"error: {ending.error}", file=sys.stderr)  # noqa: T201 - the one line the user reads
    if ending.code and not ending.asked_to_stop:
        _tell(ending, given.get("inputs", {}).get("parameterValues", {}))
    return ending.code


def _tell(ending: Ending, parameters: Mapping[str, object]) -> None:
    """Tell the webhook of a failure, if there is one, and leave word of it in the store under the run's id.

    The failure has been told where the process runs; here nothing may go wrong any more.
    """
    step, run = os.environ.get(STEP_VARIABLE, ""), parameters.get("run", "")
    if not step or not run:
        return
    from maskline.contract.runs.fault import StepFault, write_fault
    from maskline.contract.runs.webhook import post_fault
    from maskline.contract.store import project_store

    error = " ".join(ending.error.split()) or f"it ended with exit code {ending.code}"
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    try:
        fault = parse(StepFault, {"run": run, "step": step, "error": error, "time": time}, "the fault of a step")
        posted = post_fault(fault, str(parameters.get("domain", "")))
        if ending.store_answers:
            write_fault(project_store(), fault.model_copy(update={"posted": posted}))
    except Exception as silence:  # noqa: BLE001 - an unreadable secret, for one: the exit code stays the stage's
        event("fault.untold", reason=silence)
