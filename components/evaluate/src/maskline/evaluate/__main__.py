"""Start the evaluate stage: `python3 -m maskline.evaluate run|tune|contest|begin|notify '<executor input>'`."""

import sys
from datetime import UTC, datetime
from typing import Any

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.champion import GONE, named_weights
from maskline.contract.config import parse
from maskline.contract.errors import CategoryMismatch, InvalidInput
from maskline.contract.kind.evaluation import evaluation_of
from maskline.contract.log import event
from maskline.contract.runs.webhook import post, webhook
from maskline.contract.stage.call import Call
from maskline.contract.stage.entry import main
from maskline.contract.store import project_store
from maskline.evaluate.config import EvaluateInputs, TuneConfig
from maskline.evaluate.form import promote_config
from maskline.evaluate.stage import run


def run_verb(call: Call) -> None:
    """Score predictions."""
    reading = call.text("reading")
    options = call.stage_options("evaluate") | ({"reading": reading} if reading else {})
    report = _report(call, "predictions_uri", options)
    _show(report, call)
    call.artifact("summary", evaluation_of(report.manifest.of).summary(report))
    call.output("report_uri", report.uri)


def tune_verb(call: Call) -> None:
    """Choose the thresholds of the checkpoint whose predictions these are; from then on they hold."""
    from maskline.evaluate.tuning import tune

    inputs = EvaluateInputs(predictions=call.text("predictions_uri"), dataset=call.text("dataset_uri"))
    config = TuneConfig(objective=call.text("objective"), split=call.text("split"))
    call.output("thresholds_uri", tune(config, inputs, project_store()).uri)


def contest_verb(call: Call) -> None:
    """Score challenger and champion on the same pictures and let the better one reign; a refusal is a success.

    Before there is a champion, there are no predictions of one.  `champion_uri` is who reigns, or else the challenger.
    """
    from maskline.evaluate.promote import PromoteInputs, promote
    from maskline.evaluate.summary import decision_summary

    config = promote_config(call.parameters.get("promote_margin"), call.parameters.get("largest_class_drop"))
    options = call.stage_options("evaluate")
    challenger = _report(call, "predictions_uri", options)
    given = {"report": challenger.uri, "champion_report": _champion_report(call, options)}
    inputs = parse(PromoteInputs, given | {name: call.text(name) for name in ("domain", "run")}, "promote")
    decision = promote(config, inputs, project_store(), datetime.now(UTC).isoformat(timespec="seconds"))
    event("promote.decided", decision=decision.decision, reason=decision.reason)
    for name, value in (("report_uri", challenger.uri), ("decision", decision.decision), ("reason", decision.reason)):
        call.output(name, value)
    call.output("champion_uri", decision.champion or decision.checkpoint)
    _show(challenger, call)
    summary = evaluation_of(challenger.manifest.of).summary(challenger)
    call.artifact("summary", f"{decision_summary(decision)}\n{summary}")


def _champion_report(call: Call, options: dict[str, Any]) -> str:
    """Return the URI of the report on the champion's predictions; "" without any, or where they are no use any more."""
    if not call.text("champion_predictions_uri"):
        return ""
    try:
        return _report(call, "champion_predictions_uri", options).uri
    except (*GONE, CategoryMismatch) as fault:
        event("champion.not_evaluated", predictions=call.text("champion_predictions_uri"), reason=fault)
        return ""


def _report(call: Call, predictions: str, options: dict[str, Any]) -> Artifact:
    """Return the report on the predictions that the parameter `predictions` names."""
    inputs = EvaluateInputs(predictions=call.text(predictions), dataset=call.text("dataset_uri"))
    of = open_sealed(inputs.dataset, "dataset").manifest
    config = parse(evaluation_of(of.of).evaluation_config, options, "overrides: evaluate")
    if of.categories.domain != call.text("domain"):
        told = f"{inputs.dataset} is of domain '{of.categories.domain}'"
        raise InvalidInput(f"domain = '{call.text('domain')}', but {told}")
    return run(config, inputs, project_store())


def _show(report: Artifact, call: Call) -> None:
    """Put the figures and the page where the Kubeflow UI finds them."""
    call.artifact("metrics", metadata=report.manifest.figures)
    call.artifact("report", report.read("report.html"))


def begin_verb(call: Call) -> None:
    """Settle what a scheduled run begins with, and refuse a form with which a later step would fail."""
    from maskline.contract.stage.form import check
    from maskline.evaluate.begin import seed_of

    store, weights = project_store(), call.text("train_starting_weights")
    seed = seed_of(call.parameters.get("seed", -1), call.text("created"))
    form = check(call.parameters | {"seed": seed}, store)
    if form.table:
        weights = named_weights(weights, form.table.domain, form.table.key, store)
    event("begin.settled", seed=seed, starting_weights=weights or "none")
    call.output("settled_seed", seed)
    call.output("settled_weights", weights)


def notify_verb(call: Call) -> None:
    """Tell what a run came to, to the webhook if there is one and no step has told it already that it failed."""
    from maskline.evaluate.notify import left, notice

    domain, run_id, url = call.text("domain"), call.text("run"), webhook()
    status = call.parameters.get("status") or {}
    record, fault = left(domain, run_id, status)
    said = notice(domain, run_id, status, record, fault)
    if not url:
        event("notify.no_webhook", outcome=said.outcome, said=said.text)
    elif said.outcome == "failed" and fault and fault.posted:
        event("notify.posted_already", outcome=said.outcome, said=said.text)
    else:
        post(url, said)
        event("notify.posted", outcome=said.outcome)


if __name__ == "__main__":
    verbs = {"run": run_verb, "tune": tune_verb, "contest": contest_verb, "begin": begin_verb, "notify": notify_verb}
    sys.exit(main(verbs, sys.argv[1:]))
