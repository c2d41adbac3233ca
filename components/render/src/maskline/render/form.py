"""What the render stage refuses of a run's form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.config import merge, parse
from maskline.contract.errors import InvalidInput
from maskline.contract.stage.form import Form
from maskline.contract.store import require_uri
from maskline.render.config import RenderConfig
from maskline.render.deriving.config import FoldConfig
from maskline.render.deriving.stock import FoldStock
from maskline.render.plan import domain_of

FIELDS = {"domain": "domain", "preset": "draw_preset", "samples": "draw_samples", "seed": "seed"}
"""The dataset's fields, as a form names them."""


def check(form: Form) -> Form:
    """Refuse what nothing could be drawn by or from; find out the classes and splits of what would be."""
    if "labelled" in form.values:
        return _of_folds(form)
    if "draw_preset" not in form.values:
        return form
    if uri := named_dataset(form.values):
        return _of_dataset(form, open_sealed(uri, "dataset")) if form.store else form
    config = config_of(form.values, form.options("render"))
    source = form.values.get("draw_source", "")
    if form.store and "/" in source:  # a word is the domain's own, and known where it draws
        require_uri(source)
    domain = domain_of(config)
    table = domain.categories(domain.drawing(config.preset, config.drawing))
    splits = ("train", "val") if config.validation_samples else ("train",)
    return replace(form, table=table, splits=splits)


def named_dataset(values: Mapping[str, Any]) -> str:
    """Return the URI of the dataset that a form names where others name a drawing preset; nothing if they do."""
    preset = str(values.get("draw_preset", ""))
    return preset if "://" in preset else ""


def _of_dataset(form: Form, dataset: Artifact) -> Form:
    """Refuse a dataset of another domain; find out its classes and splits."""
    table, domain = dataset.manifest.categories, form.values.get("domain")
    if table.domain != domain:
        raise InvalidInput(f"draw_preset = '{dataset.uri}' is a dataset of {table.domain}, but domain = '{domain}'")
    return replace(form, table=table, splits=tuple(dataset.manifest.figures["splits"]))


def _of_folds(form: Form) -> Form:
    """Refuse folds that a labelled dataset cannot be dealt out to; find out its classes."""
    asked = fold_config(form.values, "")
    if not form.store:
        return form
    stock, domain = FoldStock(asked), form.values.get("domain")
    if stock.categories.domain != domain:
        raise InvalidInput(f"labelled = '{asked.dataset}' is of {stock.categories.domain}, but domain = '{domain}'")
    return replace(form, table=stock.categories, splits=("train", "val"))


def fold_config(values: Mapping[str, Any], predictions: str) -> FoldConfig:
    """Return the fold that a form asks for.  Raises InvalidInput."""
    asked = {name: values.get(name) for name in ("folds", "fold", "score", "agreement")}
    return parse(FoldConfig, asked | {"dataset": values.get("labelled"), "predictions": predictions}, "folds")


def form_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form that the stage's own step was given, which knows some fields by the dataset's names for them."""
    own = FIELDS | {"source": "draw_source"}
    return {own.get(name, name): value for name, value in parameters.items()}


def config_of(values: Mapping[str, Any], options: Mapping[str, Any]) -> RenderConfig:
    """Return the dataset that a form asks for.  Raises InvalidInput."""
    asked = merge({field: values.get(name) for field, name in FIELDS.items()}, options)
    if values.get("draw_source"):
        asked = merge(asked, {"drawing": {"source": values["draw_source"]}})
    return parse(RenderConfig, asked, "render")
