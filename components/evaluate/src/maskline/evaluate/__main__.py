"""Start the evaluate stage: `python3 -m maskline.evaluate run|promote '<executor input>'`."""

import sys
from datetime import UTC, datetime

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.log import event
from maskline.contract.stage import Call, main, stage_options
from maskline.contract.store import project_store
from maskline.evaluate.config import EvaluateConfig, EvaluateInputs, PromoteConfig
from maskline.evaluate.stage import run


def run_verb(call: Call) -> None:
    """Score predictions; without predictions, which is how a domain without a champion looks, do nothing."""
    config = parse(EvaluateConfig, stage_options(call, "evaluate"), "overrides: evaluate")
    inputs = EvaluateInputs(predictions=call.text("predictions_uri"), dataset=call.text("dataset_uri"))
    if not inputs.predictions:
        call.output("report_uri", "")
        return
    _require_domain(inputs.dataset, call.text("domain"))
    report = run(config, inputs, project_store())
    _show(report, call)
    call.output("report_uri", report.uri)


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

    inputs = PromoteInputs(
        report=call.text("report_uri"), champion_report=call.text("champion_report_uri"), domain=call.text("domain")
    )
    config = parse(PromoteConfig, {"margin": call.parameters.get("promote_margin")}, "promote")
    decision = promote(config, inputs, project_store(), datetime.now(UTC).isoformat(timespec="seconds"))
    event("promote.decided", decision=decision.decision, reason=decision.reason)
    call.output("decision", decision.decision)
    call.output("reason", decision.reason)
    call.output("champion_uri", decision.champion)
    call.artifact_file("summary").write_text(decision_summary(decision), "utf-8")


if __name__ == "__main__":
    sys.exit(main({"run": run_verb, "promote": promote_verb}, sys.argv[1:]))
