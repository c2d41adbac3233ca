"""The thresholds of a checkpoint, where predictions want them."""

from maskline.contract.artifact import Artifact
from maskline.contract.kind.prediction import PredictionConfig
from maskline.contract.store import Store
from maskline.contract.thresholds import held_by, read_thresholds


def tuned(
    config: PredictionConfig, checkpoint: Artifact, store: Store | None, *, own: bool
) -> tuple[PredictionConfig, dict[str, str]]:
    """Return the options with the thresholds that hold, and the input that these are; without any, nothing changes.

    store: where they may lie, beside the checkpoint's own, which comes second: whoever tunes a model that comes with a
    package keeps what is tuned in a store.  own: predictions of somebody's own files.
    Raises InvalidInput, NotFound, CategoryMismatch or Corrupt for thresholds that are not there, or not of it.
    """
    found = held_by(checkpoint, store) if config.wants_tuned(own=own) else None
    if not found:
        return config, {}
    return config.with_tuned(read_thresholds(found, checkpoint)), {"thresholds": found.uri}
