"""The checkpoints that predict together: one that is named, and those that options name beside it."""

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import require_same
from maskline.contract.champion import KEYWORD, champion_over
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import PredictionConfig
from maskline.contract.store import project_store


def settled(config: PredictionConfig, checkpoint: Artifact) -> PredictionConfig:
    """Return the options with the URIs of all checkpoints that they name beside `checkpoint`.

    The word champion means that of the checkpoint's category table in the project's store.
    Raises InvalidInput for one of another kind of record or one that is there already, CategoryMismatch for one of
    other classes, NotFound, NotSealed.
    """
    table, together = checkpoint.manifest.categories, [checkpoint.uri]

    def uri_of(name: str) -> str:
        other = open_sealed(champion_over(table, project_store()) if name == KEYWORD else name, "checkpoint")
        if other.manifest.of != checkpoint.manifest.of:
            kinds = f"'{other.manifest.of}', but {checkpoint.uri} those of '{checkpoint.manifest.of}'"
            raise InvalidInput(f"{other.uri} predicts records of kind {kinds}")
        require_same(table, checkpoint.uri, other.manifest.categories, other.uri)
        if other.uri in together:
            raise InvalidInput(f"{other.uri} is named twice among the checkpoints that predict together")
        together.append(other.uri)
        return other.uri

    return config.resolved(uri_of)
