"""Promote: a challenger reigns if it leads on the same pictures and no class pays for it.  Refusal is no error.

Neither is a champion that cannot be met: after a training a run ends well, and the decision's reason tells.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import Field

from maskline.contract.artifact import open_sealed
from maskline.contract.champion import GONE, Champion, Reign, crown, lost, read_champion, write_champion
from maskline.contract.config import Config
from maskline.contract.errors import AlreadyExists, Changed, InvalidInput
from maskline.contract.kind.evaluation import evaluation_of
from maskline.contract.log import event
from maskline.contract.runs.record import RUN, Record, read_record, write_record
from maskline.contract.store import Store
from maskline.evaluate.config import PromoteConfig

ROUNDING = 1e-9  # a lead of .30 - .20 is a lead of .10
LEARNED = "train"
"""The split that a training learns from: what is found there tells nothing of other pictures."""


class PromoteInputs(Config):
    """Reports by URI.  champion_report: the champion on the challenger's dataset; empty where none was made."""

    report: str
    champion_report: str
    domain: str
    run: str = Field(pattern=RUN, description="the id of the run that promotes")


class Decision(NamedTuple):
    """What came of it.  champion: the checkpoint that reigns now; empty where none does."""

    decision: Literal["promoted", "kept", "unchanged"]
    reason: str
    champion: str


class Entry(Config):
    """A report as it enters the contest."""

    report: str
    checkpoint: str
    dataset: str
    domain: str
    table: str = Field(description="key of its category table")
    record: str = Field(description="the kind of record that it is about")
    split: str = Field(description="the part of the dataset that was measured")
    limits: dict[str, Any] = Field(description="what else it must have in common with a report it is compared with")
    measure: str = Field(description="what the headline figure is called")
    figure: float
    per_class: Mapping[str, float | None]


class _Incomparable(Exception):
    """Why the champion has no report that the challenger's can be compared with."""


def promote(config: PromoteConfig, inputs: PromoteInputs, store: Store, time: str) -> Record:
    """Compare a challenger with the champion of its classes, let the better one reign, and record it for the run.

    A run decides once: called again, after it was killed at any moment, it returns what the run decided.
    time: ISO 8601, for history and record.
    Raises InvalidInput when the challenger's report is of another domain or scores nothing, or when the run has decided
    on another report; Corrupt for a pointer that is none.
    """
    record = read_record(store, inputs.domain, inputs.run)
    if record is None:
        challenger = _enter(inputs.report)
        if challenger.domain != inputs.domain:
            told = f"{inputs.report} is of domain '{challenger.domain}'"
            raise InvalidInput(f"{told}, but the champion of '{inputs.domain}' is to be found")
        decided = _decide(config, inputs, challenger, store, time)
        record = Record(
            run=inputs.run,
            time=time,
            report=inputs.report,
            champion_report=inputs.champion_report,
            checkpoint=challenger.checkpoint,
            **decided._asdict(),
        )
        record = write_record(store, inputs.domain, record)
    if record.report != inputs.report:
        raise InvalidInput(f"run {inputs.run} has decided on {record.report} already: it cannot decide on another")
    return record


def _decide(config: PromoteConfig, inputs: PromoteInputs, challenger: Entry, store: Store, time: str) -> Decision:
    """Let the better one reign.  Whoever is overtaken by another challenger starts again, against the new champion."""
    while True:
        found = read_champion(store, inputs.domain, challenger.table)
        champion, version = found or (None, None)
        reign = next((reign for reign in champion.history if reign.run == inputs.run), None) if champion else None
        if champion and reign:  # this run crowned it, and was killed before it could record so
            return Decision("promoted", reign.reason, reign.checkpoint)
        if champion and champion.checkpoint == challenger.checkpoint:
            return Decision("unchanged", "it is the champion already", challenger.checkpoint)
        wins, reason = _contest(config, inputs, challenger, champion)
        if not wins:
            return Decision("kept", reason, champion.checkpoint if champion else "")
        reign = Reign(
            time=time,
            reason=reason,
            run=inputs.run,
            **challenger.model_dump(include={"report", "checkpoint", "dataset", "measure", "figure"}),
        )
        try:
            write_champion(store, inputs.domain, challenger.table, crown(reign, champion), version)
        except (AlreadyExists, Changed):
            continue
        return Decision("promoted", reason, challenger.checkpoint)


def _contest(
    config: PromoteConfig, inputs: PromoteInputs, challenger: Entry, champion: Champion | None
) -> tuple[bool, str]:
    """Say whether the challenger is to reign, and why; champion: who reigned last, if anybody ever did."""
    reached = f"{challenger.measure} {challenger.figure:.3f}"
    if challenger.split == LEARNED:
        return False, f"its report is of split '{LEARNED}', which models learn from: nobody is crowned for that"
    if champion is None or not champion.checkpoint:
        return True, f"the first champion of {inputs.domain}, {challenger.table}, {reached}"
    if why := lost(champion.checkpoint):
        event("champion.lost", checkpoint=champion.checkpoint, reason=why)
        return True, f"{reached}; the champion before is no use any more: {why}"
    try:
        return judge(config, challenger, _defend(champion, challenger, inputs.champion_report))
    except _Incomparable as reason:
        return False, f"not compared with the champion {champion.checkpoint}: {reason}"


def judge(config: PromoteConfig, challenger: Entry, champion: Entry) -> tuple[bool, str]:
    """Say whether the challenger wins, and why: by the headline figure of all classes, then by that of each class.

    A class counts where the truth holds instances of it.
    """
    lead = challenger.figure - champion.figure
    figures = f"{challenger.measure} {challenger.figure:.3f} against the champion's {champion.figure:.3f}"
    if lead <= 0 or lead < config.margin - ROUNDING:
        needed = f"a lead of {config.margin:g}" if config.margin else "a lead"
        return False, f"{figures}: {needed} is needed"
    drops = [
        (before - after, name, before, after)
        for name, before in champion.per_class.items()
        if before is not None and (after := challenger.per_class.get(name)) is not None
    ]
    drop, name, before, after = max(drops, default=(0.0, "", 0.0, 0.0))
    if drop > config.largest_class_drop + ROUNDING:
        fall = f"class {name} falls from {before:.3f} to {after:.3f}"
        return False, f"{figures}, but {fall}: at most {config.largest_class_drop:g} is allowed"
    return True, figures


def _defend(champion: Champion, challenger: Entry, given: str) -> Entry:
    """Return a report of the champion that the challenger's can be compared with.

    given: one that was made for this, if any; the champion may be another by now, and then the report that made it
    champion may do.  Raises _Incomparable.
    """
    why = "it came to reign while this run was at work"
    for uri in filter(None, (given, champion.report)):
        try:
            entry = _enter(uri)
        except GONE as fault:
            why = str(fault)
            continue
        if (entry.checkpoint, entry.table) != (champion.checkpoint, challenger.table):
            continue
        why = _difference(entry, challenger)
        if not why:
            return entry
    raise _Incomparable(why)


def _difference(one: Entry, other: Entry) -> str:
    """Say in what two reports differ that must have it in common to be compared; "" where nothing does."""
    if one.record != other.record:
        return f"its report {one.report} is about records of kind '{one.record}', not '{other.record}'"
    ours, theirs = ({"dataset": entry.dataset, "split": entry.split} | entry.limits for entry in (one, other))
    differing = [name for name in ours | theirs if ours.get(name) != theirs.get(name)]
    told = ", ".join(f"{name} {ours.get(name)} is not {theirs.get(name)}" for name in differing)
    return f"its report {one.report} is another measurement: {told}" if told else ""


def _enter(uri: str) -> Entry:
    """Open a report for the contest.  Raises InvalidInput if it scores nothing, and what opening artifacts does."""
    report = open_sealed(uri, "report")
    manifest, kind = report.manifest, evaluation_of(report.manifest.of)
    inputs = manifest.inputs
    if "checkpoint" not in inputs:
        raise InvalidInput(f"{uri} is of predictions without a checkpoint: there is nothing to promote")
    standing = kind.standing(report)
    if standing.figure is None:
        raise InvalidInput(f"{uri} has no {standing.measure}: {inputs['dataset']} holds nothing to find")
    predicted = open_sealed(inputs["predictions"], "predictions").manifest.config
    return Entry(
        report=uri,
        checkpoint=inputs["checkpoint"],
        dataset=inputs["dataset"],
        domain=manifest.categories.domain,
        table=manifest.categories.key,
        record=manifest.of,
        split=manifest.config.get("split", ""),
        limits={name: value for name, value in manifest.config.items() if name not in kind.showing}
        | {f"predict.{name}": value for name, value in predicted.items()},
        measure=standing.measure,
        figure=standing.figure,
        per_class=standing.per_class,
    )
