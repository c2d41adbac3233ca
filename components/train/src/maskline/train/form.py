"""What the train stage refuses of a run's form."""

from pathlib import PurePosixPath

from maskline.contract import published
from maskline.contract.categories import CategoryTable
from maskline.contract.champion import named_weights
from maskline.contract.errors import EmptySplit
from maskline.contract.stage.form import Form
from maskline.contract.store import Store, require_uri
from maskline.pictures.spec import ModelSpec
from maskline.train.config import TrainConfig, configure
from maskline.train.inputs import DETECTRON2, open_fitting


def check(form: Form) -> Form:
    """Refuse what no network could be trained by, and starting weights that are not there or are another network's."""
    values = form.values
    if "train_preset" not in values:
        return form
    config = configure(values["train_preset"], values["train_steps"], values["seed"], form.options("train"))
    if form.table:
        _require_validation(config, form.splits)
        spec = config.spec(form.table)
        if form.store and values["train_starting_weights"]:
            _require_weights(values["train_starting_weights"], spec, form.table, form.store)
    return form


def _require_validation(config: TrainConfig, splits: tuple[str, ...]) -> None:
    if config.validation_images and "val" not in splits:
        raise EmptySplit(
            f"train preset '{config.name}' validates on {config.validation_images} pictures, but no split 'val' would "
            "be drawn: draw more pictures, or set validation_images = 0"
        )


def _require_weights(named: str, spec: ModelSpec, table: CategoryTable, store: Store) -> None:
    uri = named_weights(named, table.domain, table.key, store)
    if PurePosixPath(uri).suffix in DETECTRON2:
        require_uri(uri)
    elif uri and not _comes_with_training(uri):
        open_fitting(uri, spec, "what would be drawn")


def _comes_with_training(uri: str) -> bool:
    """Say whether it is the published model, and that is not here but in the image that trains."""
    return uri == published.KEYWORD and uri not in published.words()
