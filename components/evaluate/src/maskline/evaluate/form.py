"""What the evaluate stage refuses of a run's form."""

from maskline.contract.champion import reigning
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.stage.form import Form
from maskline.evaluate.config import EvaluateConfig, PromoteConfig
from maskline.evaluate.stage import scorer_of

MEASURED = {"promote_margin", "dataset"}
"""Of these parameters a pipeline that evaluates has one: it holds a contest, or names what to measure on."""


def check(form: Form) -> Form:
    """Refuse options, limits of the contest, and a reading that the domain does not offer."""
    values, options = form.values, dict(form.options("evaluate"))
    if not MEASURED & values.keys():
        return form
    if values.get("reading"):
        options["reading"] = values["reading"]
    config = parse(EvaluateConfig, options, "overrides: evaluate")
    if form.split and config.split != form.split:
        raise InvalidInput(
            f"overrides: evaluate: split = {config.split!r}, but predicted would be {form.split!r}: give both the same"
        )
    if config.reading:
        _require_reading(config.reading, values["domain"])
    if "promote_margin" in values:
        promote_config(values["promote_margin"], values["promote_largest_class_drop"])
        if form.store and form.table:  # a pointer that cannot be read would end the run at its end
            reigning(form.store, form.table.domain, form.table.key)
    return form


def promote_config(margin: object, largest_class_drop: object) -> PromoteConfig:
    """Return the limits of a contest.  Raises InvalidInput."""
    return parse(PromoteConfig, {"margin": margin, "largest_class_drop": largest_class_drop}, "promote")


def _require_reading(reading: str, domain: str) -> None:
    entry = scorer_of(domain)
    if entry:  # whose domain is not installed here cannot tell
        from maskline.evaluate.scoring import open_scorer

        open_scorer(entry, reading, domain)
