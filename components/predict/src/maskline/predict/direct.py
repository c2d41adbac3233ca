"""From files to files: what somebody names on this machine is predicted, without a store or a manifest.

What is found there, read and left is the affair of the checkpoint's kind of record.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.config import parse
from maskline.contract.cores import wait_passively
from maskline.contract.errors import InvalidInput
from maskline.contract.kind import installed
from maskline.contract.kind.prediction import Segmented, Selection, Unreadable, prediction_of
from maskline.contract.published import KEYWORD, words
from maskline.contract.store import Store
from maskline.predict.ensemble import settled
from maskline.predict.tuned import tuned


def published_for(named: Sequence[Path]) -> str:
    """Return the word of a published model whose kind takes all that is named; KEYWORD where no kind does.

    Packages with other models are opened only where a kind takes it all.
    Raises InvalidInput where a kind does and no installed package offers a model of it.
    """
    takers = {record for record in installed() if all(prediction_of(record).takes(path) for path in named)}
    if not takers:
        return KEYWORD
    for word in words():
        if open_sealed(word, "checkpoint").manifest.of in takers:
            return word
    kinds = ", ".join(sorted(takers))
    raise InvalidInput(
        f"{named[0]}: no model of records of kind '{kinds}' comes along: --checkpoint names one of yours, by its URI "
        "or champion"
    )


def find(checkpoint: Artifact, named: Sequence[Path], output: Path) -> Selection:
    """Return the records that are named, and those in the folders that are named.

    output: the folder for what is found in them.  Raises InvalidInput.
    """
    return prediction_of(checkpoint.manifest.of).find(named, output)


def segment(
    checkpoint: Artifact, selection: Selection, options: Mapping[str, Any], output: Path, store: Store | None = None
) -> Iterator[Segmented | Unreadable]:
    """Predict what was found one after another, and tell of each as it is done.

    options: fields of the kind's `PredictionConfig`; without a `score_threshold` it is what the kind calls sure, where
    a class has no threshold of its own.
    store: where thresholds of the checkpoint may lie, beside its own.
    Raises InvalidInput for options that are none, and as `settled` and `tuned` do.
    """
    kind = prediction_of(checkpoint.manifest.of)
    asked = settled(parse(kind.prediction_config, options, "predict"), checkpoint)
    config, _ = tuned(asked, checkpoint, store, own=True)
    if "score_threshold" not in options:
        config = config.model_copy(update={"score_threshold": kind.sure})
    wait_passively()
    return kind.segment(selection.places, checkpoint, config, output)
