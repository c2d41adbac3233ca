"""A dataset that one pod can draw is drawn where it is planned; a larger one is handed out in few parts."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.artifact import open_sealed, units_done
from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.contract.stage.parts import MOST, part_of
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.handing_out import begin, draw_part
from maskline.render.plan import make_plan
from maskline.render.stage import run

SMALL: dict[str, Any] = {
    "samples": 20,
    "validation_share": 0.2,
    "samples_per_shard": 4,
    "drawing": {"source": "nci", "stereo_share": 0},
}


def nobody(_drawn: int, _samples: int) -> None:
    """Tell nobody."""


def ticking(seconds: float) -> Any:
    """A clock by which every shard takes so long."""
    times = itertools.count(0.0, seconds)
    return lambda: next(times)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The manifest of the dataset drawn as a whole."""
    sealed = run(RenderConfig(**SMALL), DirectoryStore(tmp_path_factory.mktemp("reference")))
    return canonical_json(sealed.manifest.model_dump(mode="json"))


def test_what_one_pod_can_draw_is_sealed_at_once(directory_store: DirectoryStore, reference: bytes) -> None:
    begun = begin(make_plan(RenderConfig(**SMALL)), directory_store, 1, nobody, ticking(1.0))
    assert begun.dataset
    assert begun.parts == []
    assert canonical_json(begun.dataset.manifest.model_dump(mode="json")) == reference


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_parts_drawn_in_any_order_are_the_same_dataset_and_the_last_one_seals(
    directory_store: DirectoryStore, reference: bytes, order: tuple[int, ...]
) -> None:
    plan = make_plan(RenderConfig(**SMALL))
    begun = begin(plan, directory_store, 1, nobody, ticking(300.0))  # five shards, four of them left: 1200 s
    assert begun.dataset is None
    assert begun.parts == ["0-1", "1-2", "2-3", "3-5"]
    sealed = [draw_part(plan, begun.parts[number], directory_store, 1, nobody) for number in order]
    assert sealed[:-1] == [None, None, None]
    assert sealed[-1]
    assert canonical_json(sealed[-1].manifest.model_dump(mode="json")) == reference
    assert not directory_store.list("work")
    late = draw_part(plan, begun.parts[0], directory_store, 1, nobody)  # a pod that is started once more
    assert late
    assert late.uri == sealed[-1].uri


def test_a_pod_that_is_killed_goes_on_with_the_shard_it_was_at(directory_store: DirectoryStore) -> None:
    plan = make_plan(RenderConfig(**SMALL))

    def killed_after_two(drawn: int, _samples: int) -> None:
        if drawn == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_part(plan, "0-4", directory_store, 1, killed_after_two)
    done = units_done(directory_store, plan.id)
    assert done == {shard.name for shard in plan.shards()[:2]}
    before = {path: directory_store.read_versioned(path)[1] for path in directory_store.list("datasets")}
    told: list[int] = []
    draw_part(plan, "0-4", directory_store, 1, lambda drawn, _: told.append(drawn))
    assert told == [8, 12, 16]
    assert all(directory_store.read_versioned(path)[1] == version for path, version in before.items())


def test_a_plan_that_is_begun_anew_measures_the_next_shard(directory_store: DirectoryStore) -> None:
    plan = make_plan(RenderConfig(**SMALL))
    begin(plan, directory_store, 1, nobody, ticking(300.0))
    begun = begin(plan, directory_store, 1, nobody, ticking(150.0))  # three are left: 450 s, two pods
    assert begun.parts == ["0-2", "2-5"]
    assert len(units_done(directory_store, plan.id)) == 2


@pytest.mark.parametrize(("samples", "parts"), [(10, 1), (10_000, 1), (20_000, 1), (1_000_000, 14), (10_000_000, MOST)])
def test_however_many_pictures_there_are_the_pods_are_few_and_what_they_are_told_is_short(
    samples: int, parts: int
) -> None:
    """At the 4 ms of CPU time that a picture of preset `all` was measured to take, in pods of one core."""
    from maskline.contract.stage.parts import parts as cut

    plan = make_plan(RenderConfig(preset="all", samples=samples))
    shards = plan.shards()
    found = cut(len(shards), samples * 0.004)
    assert len(found) == parts
    assert sum(len(part_of(shards, part)) for part in found) == len(shards)
    assert len(json.dumps(plan.model_dump_json())) < 20_000  # an argument may have 128 KiB, with all that is beside it


@pytest.mark.usefixtures("directory_store")
def test_the_first_step_shows_what_is_drawn_and_points_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from maskline.contract.stage.call import Call
    from maskline.render import handing_out
    from maskline.render.__main__ import draw_verb, work_verb

    form = {"domain": "molecules", "preset": "demo", "samples": 20, "seed": 0, "source": "", "images": ""}
    form |= {"overrides": json.dumps({"render": {"samples_per_shard": 10, "drawing": {"source": "nci"}}})}

    def call(name: str, verb: Any, outputs: list[str], parameters: dict[str, Any]) -> dict[str, str]:
        out = tmp_path / name
        files = {key: {"outputFile": str(out / key)} for key in outputs}
        shown = {
            key: {"artifacts": [{"name": key, "uri": f"minio://run/{key}", "custom_path": str(out / key)}]}
            for key in ("dataset", "samples_page")
        }
        verb(Call({"inputs": {"parameterValues": parameters}, "outputs": {"parameters": files, "artifacts": shown}}))
        return {path.name: path.read_text() for path in out.glob("*")}

    with monkeypatch.context() as patched:
        patched.setattr(handing_out, "parts", lambda units, _: ["0-1", f"1-{units}"])
        begun = call("begun", draw_verb, ["dataset_uri", "plan", "parts"], form)
    ahead = json.loads(begun["dataset"])
    assert "state" in ahead
    assert "manifest_sha256" not in ahead
    assert "The first of 20 samples" in begun["samples_page"]
    for part in json.loads(begun["parts"]):
        call(f"part-{part}", work_verb, [], {"plan": begun["plan"], "part": part})
    done = call("done", draw_verb, ["dataset_uri", "plan", "parts"], form)
    pointer = json.loads(done["dataset"])
    assert json.loads(done["parts"]) == []
    assert pointer["uri"] == ahead["uri"] == begun["dataset_uri"] == done["dataset_uri"]
    dataset = open_sealed(pointer["uri"], "dataset")
    assert pointer["figures"] == dataset.manifest.figures["splits"]
    assert done["samples_page"] == dataset.read("samples.html").decode()
    assert done["samples_page"].count('src="data:image/jpeg;base64,') == 20  # the first shard's ten, beside their masks
    assert len(done["samples_page"]) < 1_000_000
    given = call("given", draw_verb, ["dataset_uri", "plan", "parts"], form | {"preset": dataset.uri})
    assert (given["dataset_uri"], json.loads(given["parts"])) == (dataset.uri, [])
    assert given["samples_page"] == done["samples_page"]
    with pytest.raises(InvalidInput, match=r"is a dataset of molecules, but domain = 'sketches'"):
        call("refused", draw_verb, [], form | {"preset": dataset.uri, "domain": "sketches"})
