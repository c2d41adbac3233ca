"""Pictures of chosen cases: truth beside prediction, large for the artifact and small for the page."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskline.contract.artifact import Artifact
from maskline.contract.categories import CategoryTable
from maskline.contract.coco.overlay import overlay
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.picture import decode
from maskline.contract.shard import Dataset, Sample
from maskline.pictures.evaluation.cases import Case

LARGE_SIDE_PX = 1200
SMALL_SIDES_PX = (448, 288, 160)
SMALL_BUDGET_BYTES = 3_000_000  # base64 makes 4 MB of them; the whole page must stay below 5 MB
GAP_PX = 12
PAPER = (255, 255, 255)
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Exhibit:
    """A case and its two pictures, JPEG: the truth and the prediction painted over the same picture."""

    case: Case
    truth: bytes
    prediction: bytes


class Gallery:
    """Painted pictures of some cases.

    Reads only the tars of the shards that hold one of them.  Raises Corrupt for a picture that is missing or is not
    what its record says.
    """

    def __init__(self, cases: Sequence[Case], dataset: Dataset, shards: Mapping[int, str]) -> None:
        """Paint `cases`.  shards: image id -> name of its shard."""
        wanted = {case.image["id"]: case for case in cases}
        table = dataset.artifact.manifest.categories
        self._painted: dict[int, tuple[Image.Image, Image.Image]] = {}
        for shard in sorted({shards[key] for key in wanted}):
            for sample in dataset.samples(shard):
                case = wanted.get(sample.image["id"])
                if case is not None:
                    self._painted[sample.image["id"]] = _paint(case, _picture(sample, dataset.artifact, shard), table)

    def large(self, case: Case) -> bytes:
        """Return one JPEG: the truth on the left, the prediction on the right."""
        left, right = self._painted[case.image["id"]]
        sheet = Image.new("RGB", (left.width + GAP_PX + right.width, left.height), PAPER)
        sheet.paste(left, (0, 0))
        sheet.paste(right, (left.width + GAP_PX, 0))
        return _jpeg(sheet, 90)

    def small(self, cases: Sequence[Case]) -> list[Exhibit]:
        """Return the cases with pictures for the page, as large as its budget allows."""
        exhibits: list[Exhibit] = []
        for side in SMALL_SIDES_PX:
            exhibits = list(self._at(side, cases))
            if sum(len(exhibit.truth) + len(exhibit.prediction) for exhibit in exhibits) <= SMALL_BUDGET_BYTES:
                break
        return exhibits

    def _at(self, side: int, cases: Sequence[Case]) -> Iterator[Exhibit]:
        for case in cases:
            left, right = (_jpeg(_fitted(image, side), 85) for image in self._painted[case.image["id"]])
            yield Exhibit(case, left, right)


def _picture(sample: Sample, dataset: Artifact, shard: str) -> Pixels:
    name = sample.image["file_name"]
    where = f"picture {name} of {dataset.uri}/{shard}.tar"
    data = sample.members.get(name.rpartition(".")[2])
    if data is None:
        raise Corrupt(f"{where} is missing")
    try:
        picture = decode(data)
    except InvalidInput as fault:
        raise Corrupt(f"{where}: {fault}") from fault
    expected = (sample.image["height"], sample.image["width"])
    if picture.shape[:2] != expected:
        raise Corrupt(f"{where} has height, width {picture.shape[:2]}, but its record says {expected}")
    return picture


def _paint(case: Case, picture: Pixels, table: CategoryTable) -> tuple[Image.Image, Image.Image]:
    truth, prediction = (
        _fitted(Image.fromarray(overlay(picture, annotations, table)), LARGE_SIDE_PX)
        for annotations in (case.truths, case.detections)
    )
    return truth, prediction


def _fitted(image: Image.Image, side: int) -> Image.Image:
    """Scale down to at most `side` pixels; never up."""
    scale = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """Encode without thinning out the colours: coloured lines are a pixel wide here."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()
