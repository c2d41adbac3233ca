"""What the evaluate stage refuses of a run's form."""

from maskline.contract.champion import reigning
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.evaluation import EvaluationConfig, evaluation_of
from maskline.contract.stage.form import Form
from maskline.evaluate.config import PromoteConfig
from maskline.evaluate.scorer import open_scorer, scorer_of

MEASURED = {"promote_margin", "dataset"}
"""Of these parameters a pipeline that evaluates has one: it holds a contest, or names what to measure on."""


def check(form: Form) -> Form:
    """Refuse options, limits of the contest, and a reading that the domain does not offer."""
    values, options = form.values, dict(form.options("evaluate"))
    if not MEASURED & values.keys():
        return form
    if values.get("reading"):
        options["reading"] = values["reading"]
    if form.record:  # whoever does not know the kind cannot know its options
        _check_options(parse(evaluation_of(form.record).evaluation_config, options, "overrides: evaluate"), form)
    if "promote_margin" in values:
        promote_config(values["promote_margin"], values["promote_largest_class_drop"])
        if form.store and form.table:  # a pointer that cannot be read would end the run at its end
            reigning(form.store, form.table.domain, form.table.key)
    return form


def promote_config(margin: object, largest_class_drop: object) -> PromoteConfig:
    """Return the limits of a contest.  Raises InvalidInput."""
    return parse(PromoteConfig, {"margin": margin, "largest_class_drop": largest_class_drop}, "promote")


def _check_options(config: EvaluationConfig, form: Form) -> None:
    if form.split and config.split != form.split:
        raise InvalidInput(
            f"overrides: evaluate: split = {config.split!r}, but predicted would be {form.split!r}: give both the same"
        )
    scorer = scorer_of(form.values["domain"])
    if config.reading and scorer:  # whose domain is not installed here cannot tell
        open_scorer(scorer, config.reading, form.values["domain"])
