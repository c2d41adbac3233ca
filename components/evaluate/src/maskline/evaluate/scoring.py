"""Results scored as they stand and, if so asked, as the domain reads them."""

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Any

from maskline.contract.domain import Measures, Reading, Scorer
from maskline.contract.errors import InvalidInput
from maskline.evaluate.cases import Case, compare
from maskline.evaluate.config import EvaluateConfig
from maskline.evaluate.metrics import Metrics, measure


class Unscored:
    """Stands in for a domain that offers nothing of its own."""

    readings: Mapping[str, Reading] = {}

    def score(self, truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> dict[str, Measures]:  # noqa: ARG002
        """Measure nothing."""
        return {}


def open_scorer(entry: EntryPoint | None, reading: str, domain: str) -> Scorer:
    """Load the domain's scorer, if it has one.  Raises InvalidInput unless it offers `reading`, or "" is asked for."""
    scorer: Scorer = entry.load() if entry else Unscored()
    if reading and reading not in scorer.readings:
        known = ", ".join(sorted(scorer.readings)) or "none"
        raise InvalidInput(f"reading '{reading}' does not exist for domain '{domain}' (there are: {known})")
    return scorer


def score(
    truth: dict[str, Any], results: list[dict[str, Any]], config: EvaluateConfig, scorer: Scorer
) -> tuple[Metrics, list[Case]]:
    """Return the figures, those of the reading among them, and the matched pictures: read as asked for."""
    metrics, cases = _plain(truth, results, config, scorer)
    if not config.reading:
        return metrics, cases
    read, read_cases = _plain(truth, scorer.readings[config.reading](truth, results), config, scorer)
    return metrics.model_copy(update={"readings": {config.reading: read}}), read_cases


def _plain(
    truth: dict[str, Any], results: list[dict[str, Any]], config: EvaluateConfig, scorer: Scorer
) -> tuple[Metrics, list[Case]]:
    cases = compare(truth, results, config.score_threshold)
    return measure(truth, results, cases, config, scorer.score(truth, results)), cases
