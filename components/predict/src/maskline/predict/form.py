"""What the predict stage refuses of a run's form."""

from dataclasses import replace

from maskline.contract.artifact import open_sealed
from maskline.contract.categories import require_same
from maskline.contract.config import parse
from maskline.contract.errors import EmptySplit, InvalidInput
from maskline.contract.kind.prediction import prediction_of
from maskline.contract.shard import Dataset
from maskline.contract.stage.form import Form


def check(form: Form) -> Form:
    """Refuse options, and a dataset to evaluate on that is not there, is of other classes or has nothing to find.

    Where nobody can tell what the records are, nothing is known of the options.
    """
    if not form.record:
        return form
    config = parse(prediction_of(form.record).prediction_config, form.options("predict"), "overrides: predict")
    if config.inputs() and "promote_margin" in form.values:
        several = ", ".join(config.inputs().values())
        raise InvalidInput(f"overrides: predict: beside {several} no checkpoint can become champion: each stands alone")
    named = form.values.get("evaluate_dataset") or form.values.get("dataset")
    if named and form.store:
        _require_dataset(named, config.split, form)
    if not named and form.splits and config.split not in form.splits:
        raise EmptySplit(f"overrides: predict: split = {config.split!r}: drawn would be {', '.join(form.splits)}")
    return replace(form, split=config.split)


def _require_dataset(uri: str, split: str, form: Form) -> None:
    dataset = open_sealed(uri, "dataset")
    table, domain = dataset.manifest.categories, form.values.get("domain")
    if table.domain != domain:
        raise InvalidInput(f"domain = '{domain}', but {uri} is of domain '{table.domain}'")
    if form.table:
        require_same(form.table, "what would be drawn", table, uri)
    Dataset(dataset).shards(split)
    instances = dataset.manifest.figures.get("splits", {}).get(split, {}).get("instances")
    if instances is not None and not sum(instances.values()):
        raise EmptySplit(f"split '{split}' of {uri} holds nothing to find: nothing can be measured on it")
