"""Markdown for the Kubeflow UI: the decision of a contest on one screen."""

from maskline.contract.runs.record import Record

OUTCOMES = {
    "promoted": "The challenger is the new champion",
    "kept": "The champion stays",
    "unchanged": "The champion is the same checkpoint",
}


def decision_summary(decision: Record) -> str:
    """Return the outcome and its reason."""
    if not decision.champion:
        return f"# Nobody is crowned\n\n{decision.reason}\n"
    return f"# {OUTCOMES[decision.decision]}\n\n{decision.reason}\n\n`{decision.champion}`\n"
