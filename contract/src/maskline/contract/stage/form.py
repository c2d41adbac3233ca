"""What can be known of a run from its form alone, before anything is drawn or trained.

Each stage says what it would refuse through an entry point of the group `maskline.form`, called after the stage. So the
first task of a run knows the options of all, though no stage imports another: its image holds their code, without the
libraries that their work needs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from maskline.contract.artifact import open_sealed
from maskline.contract.categories import CategoryTable
from maskline.contract.config import parse_json
from maskline.contract.domain import RenderDomain
from maskline.contract.errors import InvalidInput
from maskline.contract.store import Store
from maskline.contract.store.given import require_files

GROUP = "maskline.form"
STAGES = ("render", "train", "predict", "evaluate")
"""In the order of their work: what one finds out, those after it may build on."""
TEACH = "teach"
"""What `overrides` call the options by which samples without labels are predicted."""


@dataclass(frozen=True)
class Form:
    """A run's parameters, by the names that pipelines give them, and what the stages have found out about them."""

    values: Mapping[str, Any]
    overrides: Mapping[str, Mapping[str, Any]]
    store: Store | None = None
    """The project's; None where the form is looked at from elsewhere: then no place that it names is."""
    record: str = ""
    """The kind of record that the run is about; empty where nobody here can tell."""
    table: CategoryTable | None = None
    """The classes of what would be drawn."""
    splits: tuple[str, ...] = ()
    """Those of what would be drawn."""
    split: str = ""
    """The one that would be predicted."""

    def options(self, stage: str) -> Mapping[str, Any]:
        """Return what the form says of one stage's options."""
        return self.overrides.get(stage, {})


Check = Callable[[Form], Form]
"""Raises what the stage would raise; returns the form with what is known now.  Imports nothing heavy."""


def check(values: Mapping[str, Any], store: Store | None = None) -> Form:
    """Refuse a form with which some step of its run would fail.

    values: the pipeline's parameters; only those that are there count.  store: see `Form`.
    Raises InvalidInput; with a store also NotFound, NotSealed, CategoryMismatch, EmptySplit, Corrupt, AccessDenied.
    """
    form = Form(values, overrides(values.get("overrides", "")), store, _record(values, store))
    for stage in STAGES:
        for entry in entry_points(group=GROUP, name=stage):
            checked: Check = entry.load()
            form = checked(form)
    if store and values.get("images"):
        require_files(values["images"])
    return form


def _record(values: Mapping[str, Any], store: Store | None) -> str:
    """Return the kind of record that a domain draws, where it is installed, or that a dataset is of that is named."""
    for entry in entry_points(group="maskline.render", name=values.get("domain", "")):
        domain: RenderDomain = entry.load()
        return domain.record
    named = values.get("evaluate_dataset") or values.get("dataset") or values.get("labelled")
    return open_sealed(named, "dataset").manifest.of if named and store else ""


def overrides(text: str) -> dict[str, dict[str, Any]]:
    """Read the form's field `overrides`: a JSON object with an object of options per stage; empty text is an empty one.

    Raises InvalidInput if it is anything else, or names something that is no stage.
    """
    found = json_object("overrides", text)
    for name, value in found.items():
        if name not in (*STAGES, TEACH):
            raise InvalidInput(f"overrides: '{name}' is no stage (there are: {', '.join((*STAGES, TEACH))})")
        if not isinstance(value, dict):
            raise InvalidInput(f"overrides: {name} = {value!r}: it must be an object of fields")
    return found


def json_object(name: str, text: str) -> dict[str, Any]:
    """Return the JSON object that a parameter holds as text; empty text is an empty object.  Raises InvalidInput."""
    try:
        value = parse_json(text) if text.strip() else {}
    except ValueError as fault:
        raise InvalidInput(f"parameter {name} = {text!r}: it must be a JSON object ({fault})") from None
    if not isinstance(value, dict):
        raise InvalidInput(f"parameter {name} = {text!r}: it must be a JSON object")
    return value
