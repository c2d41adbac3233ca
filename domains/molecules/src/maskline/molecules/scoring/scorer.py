"""The molecules domain as the evaluate stage finds it."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.domain import Measures, Reading
from maskline.molecules.scoring.aromatic import aromatic_as_drawn
from maskline.molecules.scoring.crossings import crossing_bonds
from maskline.molecules.scoring.hashes import hashed_wedges
from maskline.molecules.scoring.letters import labels_by_holes
from maskline.molecules.scoring.matching import compared
from maskline.molecules.scoring.tolerance import within_tolerance


class MoleculeScorer:
    """Bonds and labels found within a tolerance; what is small, thin or crossing; aromatic bonds read as drawn."""

    readings: Mapping[str, Reading] = {"aromatic_as_drawn": aromatic_as_drawn}

    def score(self, truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> dict[str, Measures]:
        """Compare COCO results with a COCO document.  Tables of what the document does not hold are left out."""
        names = {category["id"]: str(category["name"]) for category in truth["categories"]}
        pictures = compared(truth, results)
        tables = {
            "within_tolerance": within_tolerance(truth, results),
            "hashed_wedges": hashed_wedges(pictures, names),
            "crossing_bonds": crossing_bonds(pictures, names),
            "labels_by_holes": labels_by_holes(pictures, names),
        }
        return {name: table for name, table in tables.items() if table}


scorer = MoleculeScorer()
