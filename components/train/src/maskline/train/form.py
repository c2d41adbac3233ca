"""What the train stage refuses of a run's form."""

from pathlib import PurePosixPath

from maskline.contract import published
from maskline.contract.champion import named_weights
from maskline.contract.errors import EmptySplit
from maskline.contract.kind.training import Spec, Training, TrainingConfig, training_of
from maskline.contract.stage.form import Form
from maskline.contract.store import Store, require_uri
from maskline.train.config import configure
from maskline.train.inputs import open_fitting


def check(form: Form) -> Form:
    """Refuse what no network could be trained by, and starting weights that are not there or are another network's."""
    values = form.values
    if "train_preset" not in values or not form.record:
        return form
    kind = training_of(form.record)
    config = configure(kind, values["train_preset"], values["train_steps"], values["seed"], form.options("train"))
    if form.table:
        _require_validation(config, form.splits)
        spec = kind.spec(config, form.table)
        _require_weights(values["train_starting_weights"], kind, spec, form.store)
    return form


def _require_validation(config: TrainingConfig, splits: tuple[str, ...]) -> None:
    if config.validation_images and "val" not in splits:
        raise EmptySplit(
            f"train preset '{config.name}' validates on {config.validation_images} pictures, but no split 'val' would "
            "be drawn: draw more pictures, or set validation_images = 0"
        )


def _require_weights(named: str, kind: Training, spec: Spec, store: Store | None) -> None:
    """Refuse starting weights.  store: where they are looked for; without one, only an installed package's are."""
    if named in published.words():
        uri = named
    elif not named:
        uri = ""
    elif store is None or published.may_come(named):
        return
    else:
        uri = named_weights(named, spec.categories.domain, spec.categories.key, store)
    if PurePosixPath(uri).suffix in kind.formats:
        require_uri(uri)
    elif uri:
        open_fitting(uri, kind, spec, "what would be drawn")
    else:
        kind.require_random(spec)
