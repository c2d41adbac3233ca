"""Start the predict stage: `python3 -m maskline.predict run|pictures|work '<executor input>'`."""

import sys

from maskline.contract.artifact import place
from maskline.contract.config import parse
from maskline.contract.errors import NotFound
from maskline.contract.stage.call import Call
from maskline.contract.stage.entry import main
from maskline.contract.store import Store, project_store
from maskline.predict.config import PredictConfig
from maskline.predict.plan import Plan, plan_dataset, plan_pictures
from maskline.predict.stage import begin, champion_of, run, work


def run_verb(call: Call) -> None:
    """Predict on the evaluation dataset, or without one on the dataset the checkpoint comes from.

    Where a domain is named, its reigning champion predicts the same pictures; before there is one, nothing does.
    """
    config, store = _config(call), project_store()
    dataset = call.text("evaluation_dataset") or call.text("dataset_uri")
    plan = plan_dataset(config, call.text("checkpoint_uri"), dataset)
    domain = call.text("champion_of")
    champion = champion_of(domain, store) if domain else ""
    rival = plan_dataset(config, champion, plan.place) if champion else None
    call.output("predictions_uri", run(plan, store).uri)
    call.output("champion_predictions_uri", run(rival, store).uri if rival else "")
    call.output("evaluated_dataset_uri", plan.place)


def pictures_verb(call: Call) -> None:
    """Predict somebody's pictures, or begin with many and hand out their parts; say where they are and show some.

    Without a checkpoint the domain's champion predicts.
    """
    from maskline.predict.showing import gallery, handed_out, summary

    config, store = _config(call), project_store()
    checkpoint = call.text("checkpoint_uri") or _require_champion(call.text("domain"), store)
    plan = plan_pictures(config, checkpoint, call.text("images"), store)
    predictions, parts = begin(plan, store)
    call.output("predictions_uri", f"{store.uri}/{place('predictions', plan.name, plan.id)}")
    call.output("plan", plan.model_dump_json())
    call.output("parts", parts)
    if predictions:
        call.artifact("summary", summary(predictions))
        call.artifact("gallery", gallery(predictions))
    else:
        begun, page = handed_out(plan, store, len(parts))
        call.artifact("summary", begun)
        call.artifact("gallery", page)


def work_verb(call: Call) -> None:
    """Predict one part of somebody's pictures, and seal the predictions if it was the last one."""
    work(_plan(call), call.text("part"), project_store())


def _require_champion(domain: str, store: Store) -> str:
    champion = champion_of(domain, store)
    if not champion:
        raise NotFound(f"{store.uri} holds no champion of domain '{domain}' yet: train one, or name a checkpoint")
    return champion


def _config(call: Call) -> PredictConfig:
    return parse(PredictConfig, call.stage_options("predict"), "overrides: predict")


def _plan(call: Call) -> Plan:
    return parse(Plan, call.options("plan"), "plan")


if __name__ == "__main__":
    verbs = {"run": run_verb, "pictures": pictures_verb, "work": work_verb}
    sys.exit(main(verbs, sys.argv[1:]))
