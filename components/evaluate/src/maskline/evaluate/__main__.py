"""Start the evaluate stage: `python3 -m maskline.evaluate run|promote|begin|notify '<executor input>'`."""

import sys
from datetime import UTC, datetime
from typing import Any

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.log import event
from maskline.contract.stage import EXIT_FAILED, Call, main, stage_options
from maskline.contract.store import project_store
from maskline.evaluate.config import EvaluateConfig, EvaluateInputs, PromoteConfig
from maskline.evaluate.stage import run


def run_verb(call: Call) -> None:
    """Score predictions; without predictions, which is how a domain without a champion looks, do nothing."""
    config = parse(EvaluateConfig, _options(call), "overrides: evaluate")
    inputs = EvaluateInputs(predictions=call.text("predictions_uri"), dataset=call.text("dataset_uri"))
    if not inputs.predictions:
        call.output("report_uri", "")
        return
    _require_domain(inputs.dataset, call.text("domain"))
    report = run(config, inputs, project_store())
    _show(report, call)
    call.output("report_uri", report.uri)


def _options(call: Call) -> dict[str, Any]:
    """Return the overrides, with the reading that the pipeline's own parameter names, if it names one."""
    reading = call.text("reading")
    return stage_options(call, "evaluate") | ({"reading": reading} if reading else {})


def _require_domain(dataset: str, domain: str) -> None:
    of = open_sealed(dataset, "dataset").manifest.categories.domain
    if of != domain:
        raise InvalidInput(f"domain = '{domain}', but {dataset} is of domain '{of}'")


def _show(report: Artifact, call: Call) -> None:
    """Put the figures, the page and a summary where the Kubeflow UI finds them."""
    from maskline.evaluate.metrics import Metrics
    from maskline.evaluate.summary import report_summary

    metrics = Metrics.model_validate_json(report.read("metrics.json"))
    call.artifact(
        "metrics", metadata={name: value for name, value in report.manifest.figures.items() if value is not None}
    )
    call.artifact_file("report").write_bytes(report.read("report.html"))
    call.artifact_file("summary").write_text(report_summary(metrics, report.uri), "utf-8")


def promote_verb(call: Call) -> None:
    """Let the better of challenger and champion reign; a refusal is a success."""
    from maskline.evaluate.promote import PromoteInputs, promote
    from maskline.evaluate.summary import decision_summary

    given = {field: call.text(name) for name, field in _PROMOTED.items()}
    limits = {"margin": call.parameters.get("promote_margin")}
    limits["largest_class_drop"] = call.parameters.get("largest_class_drop")
    inputs, config = parse(PromoteInputs, given, "promote"), parse(PromoteConfig, limits, "promote")
    decision = promote(config, inputs, project_store(), datetime.now(UTC).isoformat(timespec="seconds"))
    event("promote.decided", decision=decision.decision, reason=decision.reason)
    call.output("decision", decision.decision)
    call.output("reason", decision.reason)
    call.output("champion_uri", decision.champion)
    call.artifact_file("summary").write_text(decision_summary(decision), "utf-8")


_PROMOTED = {"report_uri": "report", "champion_report_uri": "champion_report", "domain": "domain", "run": "run"}


def begin_verb(call: Call) -> None:
    """Settle what a scheduled run begins with."""
    from maskline.evaluate.begin import seed_of, weights_of

    seed = seed_of(int(call.parameters.get("seed", -1)), call.text("created"))
    weights = weights_of(call.text("starting_weights"), call.text("domain"), project_store())
    event("begin.settled", seed=seed, starting_weights=weights or "none")
    call.output("settled_seed", seed)
    call.output("settled_weights", weights)


def notify_verb(call: Call) -> None:
    """Tell what a run came to, to the webhook if there is one."""
    from maskline.evaluate.notify import WebhookUnavailable, decided, notice, post, webhook

    domain, run, url = call.text("domain"), call.text("run"), webhook()
    status = call.parameters.get("status") or {}
    said = notice(domain, run, status, decided(domain, run, status))
    if not url:
        event("notify.no_webhook", outcome=said.outcome, said=said.text)
        return
    try:
        post(url, said)
    except WebhookUnavailable as fault:  # unlike other faults, one that another try may mend
        print(f"error: {fault}", file=sys.stderr)  # noqa: T201 - the one line the user reads
        sys.exit(EXIT_FAILED)
    event("notify.posted", outcome=said.outcome)


if __name__ == "__main__":
    verbs = {"run": run_verb, "promote": promote_verb, "begin": begin_verb, "notify": notify_verb}
    sys.exit(main(verbs, sys.argv[1:]))
