"""Start the predict stage: `python3 -m maskline.predict run|teach|pictures|work '<executor input>'`."""

import sys

from maskline.contract.artifact import Artifact, open_sealed, place
from maskline.contract.champion import GONE, KEYWORD, champion_over, named_weights, only_champion, reigning
from maskline.contract.config import parse
from maskline.contract.errors import CategoryMismatch
from maskline.contract.kind.prediction import PredictionConfig, prediction_of
from maskline.contract.log import event
from maskline.contract.stage.call import Call
from maskline.contract.stage.entry import main
from maskline.contract.stage.form import TEACH, check
from maskline.contract.store import Store, project_store
from maskline.predict.form import taught_split
from maskline.predict.plan import Plan, plan_dataset, plan_pictures
from maskline.predict.stage import begin, run, work


def run_verb(call: Call) -> None:
    """Predict on the evaluation dataset, or without one on the dataset the checkpoint comes from.

    Where a domain is named, the reigning champion of the dataset's category table predicts the same pictures; before
    there is one, nothing does.
    """
    store = project_store()
    dataset = call.text("evaluation_dataset") or call.text("dataset_uri")
    check({name: call.text(name) for name in ("domain", "reading", "overrides")} | {"dataset": dataset}, store)
    config = _config(call, open_sealed(dataset, "dataset"))
    plan = plan_dataset(config, _of_dataset(call.text("checkpoint_uri"), dataset, store), dataset, store)
    rival = _rival(config, plan, call.text("champion_of"), store)
    call.output("predictions_uri", run(plan, store).uri)
    call.output("champion_predictions_uri", _of_rival(rival, store) if rival else "")
    call.output("evaluated_dataset_uri", plan.place)


def teach_verb(call: Call) -> None:
    """Check the whole form of a run, predict a dataset without labels, and settle what training starts from."""
    store, dataset = project_store(), open_sealed(call.text("unlabelled"), "dataset")
    check(call.parameters, store)
    options = call.stage_options(TEACH)
    asked = options | {"split": taught_split(dataset, options)}
    config = parse(prediction_of(dataset.manifest.of).prediction_config, asked, f"overrides: {TEACH}")
    plan = plan_dataset(config, _of_dataset(call.text("teacher"), dataset.uri, store), dataset.uri)
    table = dataset.manifest.categories
    weights = named_weights(call.text("train_starting_weights"), table.domain, table.key, store)
    call.output("predictions_uri", run(plan, store).uri)
    call.output("settled_weights", weights)


def _of_dataset(checkpoint: str, dataset: str, store: Store) -> str:
    """Return the checkpoint's URI; the word champion means that of the dataset's category table.  Raises NotFound."""
    if checkpoint != KEYWORD:
        return checkpoint
    return champion_over(open_sealed(dataset, "dataset").manifest.categories, store)


def _rival(config: PredictionConfig, plan: Plan, domain: str, store: Store) -> Plan | None:
    """Plan the predictions of the champion on the same pictures, if there is one.

    One whose files are lost is told of and left out: that is no reason for the challenger's run to fail.
    """
    champion = reigning(store, domain, plan.categories.key) if domain else ""
    if not champion:
        return None
    try:
        return plan_dataset(config, champion, plan.place, store)
    except (*GONE, CategoryMismatch) as fault:
        event("champion.lost", checkpoint=champion, reason=fault)
        return None


def _of_rival(rival: Plan, store: Store) -> str:
    """Return the URI of the champion's predictions; "" where its files turn out to be damaged, which is told."""
    try:
        return run(rival, store).uri
    except GONE as fault:
        event("champion.lost", checkpoint=rival.checkpoint, reason=fault)
        return ""


def pictures_verb(call: Call) -> None:
    """Predict somebody's pictures, or begin with many and hand out their parts; say where they are and show some.

    Without a checkpoint the domain's champion predicts; it must be named where several category tables have one.
    """
    from maskline.predict.showing import gallery, handed_out, summary

    store = project_store()
    checkpoint = call.text("checkpoint_uri")
    if checkpoint in {"", KEYWORD}:
        checkpoint = only_champion(store, call.text("domain"))
    config = _config(call, open_sealed(checkpoint, "checkpoint"))
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


def _config(call: Call, about: Artifact) -> PredictionConfig:
    """Return the options, as the kind of record that an artifact is about knows them."""
    return parse(
        prediction_of(about.manifest.of).prediction_config, call.stage_options("predict"), "overrides: predict"
    )


def _plan(call: Call) -> Plan:
    return parse(Plan, call.options("plan"), "plan")


if __name__ == "__main__":
    verbs = {"run": run_verb, "teach": teach_verb, "pictures": pictures_verb, "work": work_verb}
    sys.exit(main(verbs, sys.argv[1:]))
