"""Promote: a challenger reigns if it leads on the same pictures and no class pays for it.  Refusal is no error."""

from typing import Literal, NamedTuple

from pydantic import Field

from maskline.contract.artifact import open_sealed
from maskline.contract.champion import Champion, Reign, crown, read_champion, write_champion
from maskline.contract.config import Config, read_document
from maskline.contract.errors import AlreadyExists, Changed, InvalidInput
from maskline.contract.runs.record import RUN, Record, read_record, write_record
from maskline.contract.store import Store
from maskline.evaluate.config import PromoteConfig
from maskline.evaluate.metrics import Metrics

ROUNDING = 1e-9  # a lead of .30 - .20 is a lead of .10


class PromoteInputs(Config):
    """Reports by URI.  champion_report: the champion on the challenger's dataset; empty where none was made."""

    report: str
    champion_report: str
    domain: str
    run: str = Field(pattern=RUN, description="the id of the run that promotes")


class Decision(NamedTuple):
    """What came of it.  champion: the checkpoint that reigns now."""

    decision: Literal["promoted", "kept", "unchanged"]
    reason: str
    champion: str


class Entry(Config):
    """A report as it enters the contest."""

    report: str
    checkpoint: str
    dataset: str
    metrics: Metrics
    mask_ap: float


def promote(config: PromoteConfig, inputs: PromoteInputs, store: Store, time: str) -> Record:
    """Compare a challenger with the champion of its domain, let the better one reign, and record it for the run.

    A run decides once: called again, after it was killed at any moment, it returns what the run decided.
    time: ISO 8601, for history and record.
    Raises InvalidInput when champion and challenger have no reports on the same dataset, or when the run has decided
    on another report.
    """
    record = read_record(store, inputs.domain, inputs.run)
    if record is None:
        challenger = _enter(inputs.report, inputs.domain)
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
    given = _enter(inputs.champion_report, inputs.domain) if inputs.champion_report else None
    while True:
        found = read_champion(store, inputs.domain)
        champion, version = found or (None, None)
        reign = next((reign for reign in champion.history if reign.run == inputs.run), None) if champion else None
        if champion and reign:  # this run crowned it, and was killed before it could record so
            return Decision("promoted", reign.reason, reign.checkpoint)
        if champion and champion.checkpoint == challenger.checkpoint:
            return Decision("unchanged", "it is the champion already", challenger.checkpoint)
        if champion is None:
            wins, reason = True, f"the first champion of {inputs.domain}, mask AP {challenger.mask_ap:.3f}"
        else:
            wins, reason = judge(config, challenger, _defend(champion, challenger, given, inputs.domain))
            if not wins:
                return Decision("kept", reason, champion.checkpoint)
        reign = Reign(time=time, reason=reason, run=inputs.run, **challenger.model_dump(exclude={"metrics"}))
        try:
            write_champion(store, inputs.domain, crown(reign, champion), version)
        except (AlreadyExists, Changed):
            continue
        return Decision("promoted", reason, challenger.checkpoint)


def judge(config: PromoteConfig, challenger: Entry, champion: Entry) -> tuple[bool, str]:
    """Say whether the challenger wins, and why: by mask AP over all classes, then by mask AP of each class.

    A class counts where the truth holds instances of it.
    """
    lead = challenger.mask_ap - champion.mask_ap
    figures = f"mask AP {challenger.mask_ap:.3f} against the champion's {champion.mask_ap:.3f}"
    if lead <= 0 or lead < config.margin - ROUNDING:
        needed = f"a lead of {config.margin:g}" if config.margin else "a lead"
        return False, f"{figures}: {needed} is needed"
    drops = [
        (before.ap - after.ap, name, before.ap, after.ap)
        for name, before in champion.metrics.per_class.items()
        for after in [challenger.metrics.per_class[name]]
        if before.ap is not None and after.ap is not None
    ]
    drop, name, before_ap, after_ap = max(drops)
    if drop > config.largest_class_drop + ROUNDING:
        fall = f"class {name} falls from {before_ap:.3f} to {after_ap:.3f}"
        return False, f"{figures}, but {fall}: at most {config.largest_class_drop:g} is allowed"
    return True, figures


def _defend(champion: Champion, challenger: Entry, given: Entry | None, domain: str) -> Entry:
    """Return the champion's report on the challenger's dataset: the one given, else the one that made it champion."""
    if given and given.checkpoint == champion.checkpoint:
        if given.dataset != challenger.dataset:
            message = f"{given.report} is on {given.dataset}, but {challenger.report} is on {challenger.dataset}"
            raise InvalidInput(f"{message}: only reports on the same dataset can be compared")
        return given
    if champion.dataset == challenger.dataset:
        return _enter(champion.report, domain)
    message = (
        f"the champion {champion.checkpoint} has no report on {challenger.dataset}, its own is on {champion.dataset}"
    )
    raise InvalidInput(f"{message}: evaluate it there, or give both the same evaluation_dataset")


def _enter(uri: str, domain: str) -> Entry:
    """Open a report for the contest.  Raises InvalidInput if it is of another domain or scores nothing."""
    report = open_sealed(uri, "report")
    inputs, of = report.manifest.inputs, report.manifest.categories.domain
    if of != domain:
        raise InvalidInput(f"{uri} is of domain '{of}', but the champion of '{domain}' is to be found")
    if "checkpoint" not in inputs:
        raise InvalidInput(f"{uri} is of predictions without a checkpoint: there is nothing to promote")
    metrics = read_document(Metrics, report.read("metrics.json"), f"{uri}/metrics.json")
    if metrics.mask_ap is None:
        raise InvalidInput(f"{uri} has no mask AP: {inputs['dataset']} holds nothing to find")
    return Entry(
        report=uri, checkpoint=inputs["checkpoint"], dataset=inputs["dataset"], metrics=metrics, mask_ap=metrics.mask_ap
    )
