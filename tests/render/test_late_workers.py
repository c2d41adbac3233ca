"""A worker that is slow, computes other bytes and ends after another has sealed changes nothing that is sealed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from maskline.contract.artifact import Artifact, Receipt, read_receipt, write_receipt
from maskline.contract.kind.exchange import Exchange
from maskline.contract.shard import Sample
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.render import drawing, writing
from maskline.render.config import RenderConfig
from maskline.render.drawing import work
from maskline.render.handing_out import draw_part
from maskline.render.plan import Plan, make_plan
from maskline.render.sealing import seal
from maskline.render.stage import run

if TYPE_CHECKING:
    from tests.render.conftest import Lines

SMALL: dict[str, Any] = {
    "samples": 4,
    "validation_share": 0.5,
    "samples_per_shard": 1,
    "drawing": {"source": "nci", "stereo_share": 0},
}


def whole(artifact: Artifact) -> dict[str, bytes]:
    """Every file, each found to be what the manifest says."""
    return {name: artifact.read(name) for name in artifact.manifest.files}


def otherwise(sample: Sample) -> Sample:
    """A sample as another processor may draw it."""
    return replace(sample, members={suffix: data + b"another bit" for suffix, data in sample.members.items()})


class Overtaken:
    """Takes the place of a function: the first call returns other things than it should, after another run's end."""

    def __init__(
        self, real: Callable[..., Any], other: Callable[[Any], Any], meanwhile: Callable[[], Artifact]
    ) -> None:
        self.real, self.other, self.meanwhile = real, other, meanwhile
        self.sealed: list[Artifact] = []
        self.called = False

    def __call__(self, *words: Any) -> Any:
        if self.called:
            return self.real(*words)
        self.called = True
        self.sealed.append(self.meanwhile())
        return self.other(self.real(*words))


def nobody(_drawn: int, _samples: int) -> None:
    """Tell nobody."""


def test_a_shard_that_is_drawn_after_the_seal(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(RenderConfig(**SMALL))
    late = Overtaken(
        drawing.draw_shard, lambda drawn: ([*map(otherwise, drawn[0])], drawn[1]), lambda: run(plan.config, store)
    )
    monkeypatch.setattr(drawing, "draw_shard", late)
    found = draw_part(plan, "0-1", store, 1, nobody)
    assert found
    assert found.manifest == late.sealed[0].manifest
    assert whole(found)
    written = [path for path in store.list(found.manifest.prefix) if not path.endswith("/manifest.json")]
    assert len(written) > len(found.manifest.files)  # the late one's bytes are there, elsewhere
    assert store.list("work") == []


@pytest.mark.parametrize("name", ["contact_sheet", "page_of"])
def test_a_preview_that_is_painted_after_the_seal(store: Store, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plan = make_plan(RenderConfig(**SMALL))
    for shard in plan.shards():
        work(plan, shard.name, store)
    change = {"contact_sheet": lambda sheet: 255 - sheet, "page_of": lambda page: f"{page} "}[name]
    late = Overtaken(getattr(writing, name), change, lambda: seal(plan, store))
    monkeypatch.setattr(writing, name, late)
    assert whole(seal(plan, store)) == whole(late.sealed[0])
    assert store.list("work") == []


def test_a_shard_that_two_have_drawn_before_the_seal_is_one_of_theirs(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(RenderConfig(**SMALL))
    real = drawing.draw_shard

    def drawn_otherwise(plan: Plan, shard: Any) -> Any:
        samples, met = real(plan, shard)
        return [*map(otherwise, samples)], met

    first = plan.shards()[0].name
    receipts: list[Receipt | None] = []
    for draw in (real, drawn_otherwise):
        monkeypatch.setattr(drawing, "draw_shard", draw)
        for path in directory_store.list("work"):
            directory_store.delete(path)  # neither knew of the other's receipt when it began
        work(plan, first, directory_store)
        receipts.append(read_receipt(directory_store, plan.id, first))
    assert receipts[0]
    assert receipts[1]
    assert receipts[0].files[f"{first}.tar"] != receipts[1].files[f"{first}.tar"]
    write_receipt(directory_store, plan.id, first, receipts[0])
    monkeypatch.setattr(drawing, "draw_shard", real)
    sealed = run(plan.config, directory_store)
    assert receipts[0].files.items() <= sealed.manifest.files.items()  # what an earlier attempt has finished is used
    assert whole(sealed)


def test_an_imported_shard_that_is_written_after_the_seal(
    lines: "Lines", directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Exchange, "samples_per_shard", 1)
    told = ("val low", "val high")
    late = Overtaken(lines.read, otherwise, lambda: lines.imported(directory_store, *told))
    monkeypatch.setattr(lines, "read", late)
    found = lines.imported(DirectoryStore(Path(directory_store.root)), *told)
    assert found.manifest == late.sealed[0].manifest
    assert whole(found) == whole(late.sealed[0])
    assert directory_store.list("work") == []
