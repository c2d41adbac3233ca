"""The molecules domain as the evaluate stage finds it."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.domain import Measures, Reading
from maskline.molecules.scoring.aromatic import aromatic_as_drawn
from maskline.molecules.scoring.tolerance import within_tolerance


class MoleculeScorer:
    """Bonds and labels found within a tolerance, and aromatic bonds read as they are drawn."""

    readings: Mapping[str, Reading] = {"aromatic_as_drawn": aromatic_as_drawn}

    def score(self, truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> dict[str, Measures]:
        """Compare COCO results with a COCO document."""
        return {"within_tolerance": within_tolerance(truth, results)}


scorer = MoleculeScorer()
