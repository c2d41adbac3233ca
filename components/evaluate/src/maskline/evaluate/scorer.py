"""A domain's own eye on results, if it has one."""

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from maskline.contract.domain import Measures, Reading, Scorer
from maskline.contract.errors import InvalidInput


class Unscored:
    """Stands in for a domain that offers nothing of its own."""

    readings: Mapping[str, Reading] = {}

    def score(self, truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> dict[str, Measures]:  # noqa: ARG002
        """Measure nothing."""
        return {}


def scorer_of(domain: str) -> EntryPoint | None:
    """Return where the domain's own scorer is, without importing it; None if it has none."""
    return next(iter(entry_points(group="maskline.evaluate", name=domain)), None)


def open_scorer(entry: EntryPoint | None, reading: str, domain: str) -> Scorer:
    """Load the domain's scorer, if it has one.  Raises InvalidInput unless it offers `reading`, or "" is asked for."""
    scorer: Scorer = entry.load() if entry else Unscored()
    if reading and reading not in scorer.readings:
        known = ", ".join(sorted(scorer.readings)) or "none"
        raise InvalidInput(f"reading '{reading}' does not exist for domain '{domain}' (there are: {known})")
    return scorer
