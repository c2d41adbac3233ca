"""Start the predict stage: `python3 -m maskline.predict run|champion|plan|work|seal '<executor input>'`."""

import sys

from maskline.contract.config import parse
from maskline.contract.errors import NotFound
from maskline.contract.stage import Call, main, stage_options
from maskline.contract.store import Store, project_store
from maskline.predict.config import PredictConfig
from maskline.predict.plan import Plan, plan_dataset, plan_pictures, sealed
from maskline.predict.sealing import seal
from maskline.predict.stage import champion_of, run, work


def run_verb(call: Call) -> None:
    """Predict on the evaluation dataset, or without one on the dataset the checkpoint comes from."""
    dataset = call.text("evaluation_dataset") or call.text("dataset_uri")
    plan = plan_dataset(_config(call), call.text("checkpoint_uri"), dataset)
    call.output("predictions_uri", run(plan, project_store()).uri)
    call.output("evaluated_dataset_uri", plan.place)


def champion_verb(call: Call) -> None:
    """Predict on a dataset with the domain's champion; before there is one, do nothing."""
    config, store = _config(call), project_store()
    champion = champion_of(call.text("domain"), store)
    predicted = run(plan_dataset(config, champion, call.text("dataset_uri")), store).uri if champion else ""
    call.output("predictions_uri", predicted)


def plan_verb(call: Call) -> None:
    """List somebody's pictures; one shard is enough to find out that they are predicted already.

    Without a checkpoint the domain's champion predicts.
    """
    config, store = _config(call), project_store()
    checkpoint = call.text("checkpoint_uri") or _require_champion(call.text("domain"), store)
    plan = plan_pictures(config, checkpoint, call.text("images"), store)
    call.output("plan", plan.model_dump_json())
    call.output("shards", list(plan.shards[:1] if sealed(plan, store) else plan.shards))


def work_verb(call: Call) -> None:
    """Predict one shard of pictures."""
    work(_plan(call), call.text("shard"), project_store())


def seal_verb(call: Call) -> None:
    """Seal the predictions of pictures, say where they are and show some."""
    from maskline.predict.showing import gallery, summary

    predictions = seal(_plan(call), project_store())
    call.output("predictions_uri", predictions.uri)
    call.artifact_file("summary").write_text(summary(predictions), "utf-8")
    call.artifact_file("gallery").write_text(gallery(predictions), "utf-8")


def _require_champion(domain: str, store: Store) -> str:
    champion = champion_of(domain, store)
    if not champion:
        raise NotFound(f"{store.uri} holds no champion of domain '{domain}' yet: train one, or name a checkpoint")
    return champion


def _config(call: Call) -> PredictConfig:
    return parse(PredictConfig, stage_options(call, "predict"), "overrides: predict")


def _plan(call: Call) -> Plan:
    return parse(Plan, call.options("plan"), "plan")


if __name__ == "__main__":
    verbs = {"run": run_verb, "champion": champion_verb, "plan": plan_verb, "work": work_verb, "seal": seal_verb}
    sys.exit(main(verbs, sys.argv[1:]))
