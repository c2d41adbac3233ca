"""What the predict stage refuses of a run's form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import require_same
from maskline.contract.config import parse
from maskline.contract.errors import EmptySplit, InvalidInput
from maskline.contract.kind.prediction import prediction_of
from maskline.contract.shard import Dataset
from maskline.contract.stage.form import TEACH, Form


def check(form: Form) -> Form:
    """Refuse options, and a dataset to evaluate on that is not there, is of other classes or has nothing to find.

    Where nobody can tell what the records are, nothing is known of the options.
    """
    if not form.record:
        return form
    options = prediction_of(form.record).prediction_config
    config = parse(options, form.options("predict"), "overrides: predict")
    parse(options, form.options(TEACH), f"overrides: {TEACH}")
    if form.values.get("unlabelled") and form.store:
        _require_unlabelled(form.values["unlabelled"], form)
    if config.inputs() and "promote_margin" in form.values:
        several = ", ".join(config.inputs().values())
        raise InvalidInput(f"overrides: predict: beside {several} no checkpoint can become champion: each stands alone")
    named = form.values.get("evaluate_dataset") or form.values.get("dataset")
    if named and form.store:
        _require_dataset(named, config.split, form)
    if not named and form.splits and config.split not in form.splits:
        raise EmptySplit(f"overrides: predict: split = {config.split!r}: drawn would be {', '.join(form.splits)}")
    return replace(form, split=config.split)


def taught_split(dataset: Artifact, options: Mapping[str, Any]) -> str:
    """Return the split of a dataset without labels that is predicted.

    options: those for teaching; a dataset with one split needs none.  Raises InvalidInput if it has several.
    """
    splits = Dataset(dataset).splits
    if "split" not in options and len(splits) != 1:
        raise InvalidInput(
            f"{dataset.uri} has the splits {', '.join(splits)}: name the one to be predicted, overrides = "
            f'{{"{TEACH}": {{"split": "{splits[0]}"}}}}'
        )
    return str(options.get("split", splits[0]))


def _require_unlabelled(uri: str, form: Form) -> None:
    dataset = open_sealed(uri, "dataset")
    if form.table:
        require_same(form.table, form.values["labelled"], dataset.manifest.categories, uri)
    Dataset(dataset).shards(taught_split(dataset, form.options(TEACH)))


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
