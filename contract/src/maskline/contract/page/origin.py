"""What a report is about, and what it was made from: the same on the page of every kind."""

from collections.abc import Mapping
from dataclasses import dataclass

from maskline.contract.artifact import Artifact
from maskline.contract.categories import CategoryTable
from maskline.contract.page import learning
from maskline.contract.page.learning import Learning, read_learning
from maskline.contract.page.markup import Markup, join, tag


@dataclass(frozen=True, slots=True)
class Origin:
    """A report's model and dataset.

    model, dataset: `<name>-<id>` of each.  learning: None where nothing tells of it.  provenance: role -> URI of what
    it was made from.  config: JSON.
    """

    model: str
    dataset: str
    categories: CategoryTable
    learning: Learning | None
    provenance: Mapping[str, str]
    config: str

    @classmethod
    def of(cls, predictions: Artifact, dataset: Artifact, config: str) -> "Origin":
        """Return what a report of these predictions is about."""
        checkpoint = predictions.manifest.inputs.get("checkpoint", "")  # none where the predictions were made elsewhere
        provenance = {"Checkpoint": checkpoint, "Predictions": predictions.uri, "Dataset": dataset.uri}
        return cls(
            model=(checkpoint or predictions.uri).rpartition("/")[2],
            dataset=dataset.uri.rpartition("/")[2],
            categories=dataset.manifest.categories,
            learning=read_learning(checkpoint),
            provenance={name: uri for name, uri in provenance.items() if uri},
            config=config,
        )

    @property
    def title(self) -> str:
        """Model and dataset without their ids."""
        return f"Model {self.model.rpartition('-')[0]} on dataset {self.dataset.rpartition('-')[0]}"

    def learned(self) -> Markup:
        """Show how the model learned; nothing where nothing tells of it."""
        return learning.section(self.learning) if self.learning else Markup()

    def section(self) -> Markup:
        """Show what the report was made from."""
        facts = [join(tag("dt", name), tag("dd", tag("code", value))) for name, value in self.provenance.items()]
        facts.append(join(tag("dt", "Config"), tag("dd", tag("code", self.config))))
        return tag("section", tag("h2", "Where this comes from"), tag("dl", *facts, class_="facts"))
