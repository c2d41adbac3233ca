"""What was predicted, as contests take it: submission.json of the four-class cell challenge, Sartorius's CSV."""

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from maskline.contract.coco import rle
from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.kind.exchange import Predicted
from maskline.contract.store import read_uri
from maskline.pictures.exchange.config import PictureExport
from maskline.pictures.exchange.exporting.ground import Ground
from maskline.pictures.exchange.formats.run_lengths import spell

SIZE = ("height", "width")


def write_json(predicted: Predicted, folder: Path, config: PictureExport) -> list[str]:
    """Write submission.json, COCO results with the ids of the contest's pictures; return what is to be noted.

    Raises InvalidInput for a predicted picture that the contest's list does not have, or has with another size.
    """
    ids = _listed(config.ids)
    named: dict[int, int] = {}
    for image in predicted.images:
        name = image["file_name"]
        own = ids.get(name) or ids.get(PurePosixPath(name).name)
        if own is None:
            raise InvalidInput(f"{config.ids} has no id for {name}, which was predicted")
        if any(own[side] != image[side] for side in SIZE):
            sizes = " and ".join(f"{each['width']} x {each['height']} px" for each in (own, image))
            raise InvalidInput(f"{config.ids}: {name}: sizes differ, {sizes}")
        named[image["id"]] = own["id"]
    results = [
        {
            "image_id": named[one["image_id"]],
            "bbox": rle.bbox(one["segmentation"]),
            "score": one["score"],
            "category_id": one["category_id"],
            "segmentation": one["segmentation"],
        }
        for one in predicted.results
    ]
    results.sort(key=lambda one: one["image_id"])
    (folder / "submission.json").write_bytes(canonical_json(results))
    missing = sorted(name for name, own in ids.items() if own["id"] not in set(named.values()))
    return [f"{len(missing)} pictures of {config.ids} were not predicted: {missing[0]}, ..."] if missing else []


def write_csv(predicted: Predicted, folder: Path, config: PictureExport) -> list[str]:
    """Write submission.csv, a row `id,predicted` for each instance, best first, and an empty one for a picture of none.

    No two masks of a picture overlap: a pixel is the best-scored instance's. The id is the picture's name without
    folder and suffix.  Raises InvalidInput for two pictures of one id.
    """
    keys = {image["id"]: PurePosixPath(image["file_name"]).stem for image in predicted.images}
    twice = [key for key, count in Counter(keys.values()).items() if count > 1]
    if twice:
        raise InvalidInput(
            f"{len(twice)} ids are those of several pictures, as {twice[0]}: folders are no part of an id"
        )
    results: dict[int, list[Mapping[str, Any]]] = {key: [] for key in keys}
    for one in predicted.results:
        results[one["image_id"]].append(one)
    lost = gone = 0
    with (folder / "submission.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("id", "predicted"))
        for image in predicted.images:
            texts, pixels, hidden = _apart(results[image["id"]], [image[side] for side in SIZE], config)
            table.writerows((keys[image["id"]], text) for text in texts or ("",))
            lost, gone = lost + pixels, gone + hidden
    notes = [f"{lost} pixels went from instances to better ones that they overlap"] if lost else []
    return notes + ([f"{gone} instances lie wholly below better ones and are left out"] if gone else [])


def _apart(results: Sequence[Mapping[str, Any]], size: list[int], config: PictureExport) -> tuple[list[str], int, int]:
    """Return a picture's run lengths, how many pixels instances lost, and how many instances lost all."""
    ground, texts, lost = Ground(size), list[str](), 0
    for one in sorted(results, key=lambda one: -one["score"]):
        share = ground.take(one["segmentation"])
        texts.append(spell(share.mask, share.x, share.y, size, config.rle_order))
        lost += share.lost
    kept = [text for text in texts if text]
    return kept, lost, len(texts) - len(kept)


def _listed(place: str) -> dict[str, Mapping[str, Any]]:
    """Return the contest's pictures by name.  Raises InvalidInput, NotFound."""
    if not place:
        raise InvalidInput("--layout submission-json needs the contest's ids: --set ids=test_image_name_to_ids.json")
    try:
        listed = json.loads(read_uri(place))
    except NotFound:
        raise NotFound(f"--set ids={place}: there is no such file") from None
    except ValueError as fault:
        raise InvalidInput(f"--set ids={place}: it is no JSON: {fault}") from None
    fields = ("file_name", "id", *SIZE)
    if not isinstance(listed, list) or not all(isinstance(one, dict) and set(fields) <= one.keys() for one in listed):
        raise InvalidInput(f"--set ids={place}: it must be a list of objects with {', '.join(fields)}")
    return {one["file_name"]: one for one in listed}
