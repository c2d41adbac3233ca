"""Why a step failed: its own last words, and Argo's where they say more than that it did."""

import re
from datetime import UTC, datetime

from maskline.pipelines.kubeflow.runs.container_log import NoLog, last_error, last_words
from maskline.pipelines.kubeflow.runs.steps import Step
from maskline.pipelines.kubeflow.runs.watch import Watch

_PLAIN = re.compile(r"(main: )?Error \(exit code \d+\)")


def why_failed(watch: Watch, step: Step) -> str:
    """Return in one line why a step failed."""
    first = min(step.failed, key=lambda part: part.node.ended or datetime.max.replace(tzinfo=UTC))
    which = f"part {first.turn + 1} of {step.of}: " if first.turn is not None and step.of > 1 else ""
    unprepared = "" if step.parts else "Kubeflow could not prepare it: "
    return which + unprepared + _why(watch, first.attempts[-1])


def _why(watch: Watch, pod: str) -> str:
    try:
        log = watch.log(pod)
    except NoLog:
        log = ""
    words = last_words(log)
    said = last_error(log) or (f"last words: {words}" if words else "")
    argo = watch.why(pod)
    told = [argo] if argo and not (said and _PLAIN.fullmatch(argo)) else []
    return "; ".join([*told, said] if said else told) or "it says nothing"
