"""The stage as a whole: the same bytes however they were made, and nothing half-made that a reader would accept."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.artifact import open_sealed
from maskline.contract.config import canonical_json
from maskline.contract.errors import Changed, EmptySplit, NotSealed, StoreUnavailable
from maskline.contract.picture import decode
from maskline.contract.shard import Dataset
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.drawing import work
from maskline.render.plan import make_plan
from maskline.render.sealing import seal
from maskline.render.stage import run

SMALL: dict[str, Any] = {
    "samples": 20,
    "validation_share": 0.2,
    "samples_per_shard": 4,
    "drawing": {"source": "nci", "stereo_share": 0},
}


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def script(folder: Path, **fields: Any) -> str:
    """Write a program that renders into a store in `folder` with any number of workers."""
    path = folder / "render_it.py"
    path.write_text(
        "import sys\n"
        "from maskline.contract.store import open_store\n"
        "from maskline.render.config import RenderConfig\n"
        "from maskline.render.stage import run\n"
        "if __name__ == '__main__':\n"
        f"    run(RenderConfig(**{SMALL | fields!r}), open_store(sys.argv[1]), int(sys.argv[2]))\n"
    )
    return str(path)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file of the small dataset, drawn in this process."""
    folder = tmp_path_factory.mktemp("reference")
    run(RenderConfig(**SMALL), DirectoryStore(folder))
    return contents(folder)


@pytest.mark.parametrize(("workers", "hash_seed"), [(1, "1"), (2, "2"), (4, "3")])
def test_any_number_of_workers_and_any_hash_seed_give_the_same_bytes(
    tmp_path: Path, reference: dict[str, bytes], workers: int, hash_seed: str
) -> None:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, script(tmp_path), str(tmp_path / "store"), str(workers)]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert contents(tmp_path / "store") == reference


def test_a_killed_run_goes_on_and_gives_the_same_bytes(tmp_path: Path, reference: dict[str, bytes]) -> None:
    """Kill the process, hard, once two shards have receipts; readers refuse what it left; run again."""
    folder = tmp_path / "store"
    process = subprocess.Popen([sys.executable, script(tmp_path), str(folder), "1"], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(folder.glob("work/*/receipts/**/*.json"))) < 2:
        assert process.poll() is None, "it was too fast to be killed"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    plan = make_plan(RenderConfig(**SMALL))
    with pytest.raises(NotSealed):
        open_sealed(f"file://{folder}/datasets/demo-{plan.id}", "dataset")
    receipts = sorted(folder.glob("work/*/receipts/**/*.json"))
    assert 2 <= len(receipts) < len(plan.shards())
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("datasets/*/shards/train-00000/*")}
    run(RenderConfig(**SMALL), DirectoryStore(folder))
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert contents(folder) == reference


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_tells_how_far_it_is_and_counts_what_was_drawn_before(
    directory_store: DirectoryStore, workers: int
) -> None:
    """Shards hold four samples; the one that is drawn already is told of at the start."""
    told: list[tuple[int, int]] = []
    plan = make_plan(RenderConfig(**SMALL))
    work(plan, plan.shards()[1].name, directory_store)
    run(plan.config, directory_store, workers, lambda drawn, samples: told.append((drawn, samples)))
    assert told == [(drawn, 20) for drawn in (4, 8, 12, 16, 20)]
    run(plan.config, directory_store, workers, lambda *_: told.clear())
    assert len(told) == 5


def test_a_run_that_is_interrupted_starts_no_more_shards(directory_store: DirectoryStore) -> None:
    def stop(drawn: int, samples: int) -> None:
        if 0 < drawn < samples:
            raise KeyboardInterrupt

    plan = make_plan(RenderConfig(**SMALL | {"samples": 200}))
    with pytest.raises(KeyboardInterrupt):
        run(plan.config, directory_store, 2, stop)
    assert len(directory_store.list(f"work/{plan.id}")) < len(plan.shards())


def test_shards_drawn_in_any_order_by_anybody_give_the_same_bytes(tmp_path: Path, reference: dict[str, bytes]) -> None:
    store = DirectoryStore(tmp_path)
    plan = make_plan(RenderConfig(**SMALL))
    for shard in reversed(plan.shards()):
        work(plan, shard.name, store)
    work(plan, plan.shards()[0].name, store)
    seal(plan, store)
    assert contents(tmp_path) == reference


def test_a_sealed_dataset_is_found_not_drawn(directory_store: DirectoryStore) -> None:
    first = run(RenderConfig(**SMALL), directory_store)
    for path in directory_store.list("datasets"):
        if path.endswith(".tar"):
            directory_store.delete(path)  # whoever drew again would write them again
    again = run(RenderConfig(**SMALL), directory_store)
    assert again.uri == first.uri
    assert not [path for path in directory_store.list("datasets") if path.endswith(".tar")]


def test_the_dataset_is_what_the_contract_says(store: Store) -> None:
    dataset = Dataset(run(RenderConfig(**SMALL), store))
    manifest = dataset.artifact.manifest
    assert (manifest.kind, manifest.record, manifest.name) == ("dataset", "coco/1", "demo")
    assert dataset.splits == ["train", "val"]
    assert not store.list("work")
    samples = {
        split: [s for shard in dataset.shards(split) for s in dataset.samples(shard)] for split in dataset.splits
    }
    assert [len(samples[split]) for split in ("train", "val")] == [16, 4]
    everything = samples["train"] + samples["val"]
    assert [sample.image["id"] for sample in everything] == list(range(1, 21))
    ids = [a["id"] for sample in everything for a in sample.annotations]
    assert len(set(ids)) == len(ids)
    groups = {split: {sample.image["group"] for sample in found} for split, found in samples.items()}
    assert not groups["train"] & groups["val"]
    counted = {name: figures["instances"] for name, figures in manifest.figures["splits"].items()}
    assert sum(sum(instances.values()) for instances in counted.values()) == len(ids)
    preview = decode(dataset.artifact.read("preview.png"), 10**7)
    assert preview.ndim == 3
    assert np.unique(preview.reshape(-1, 3), axis=0).shape[0] > 20  # greys and six colours


def test_an_empty_split_ends_the_run_and_seals_nothing(directory_store: DirectoryStore, tmp_path: Path) -> None:
    (tmp_path / "one.smi").write_text("CCO\n")
    drawing = {"source": str(tmp_path / "one.smi"), "heavy_atoms": [1, 9]}
    for workers in (1, 2):
        with pytest.raises(EmptySplit, match=r"one\.smi' gives nothing for split '(train|val)'"):
            run(RenderConfig(**SMALL | {"drawing": drawing}), directory_store, workers)
    assert not [path for path in directory_store.list("datasets") if path.endswith("manifest.json")]


def test_a_full_disk_seals_nothing(
    directory_store: DirectoryStore, disk_full_after: Callable[[int], AbstractContextManager[None]]
) -> None:
    with disk_full_after(2_000), pytest.raises(StoreUnavailable):
        run(RenderConfig(**SMALL), directory_store)
    assert directory_store.list("") == []


def test_a_source_that_changes_between_plan_and_work_is_noticed(
    directory_store: DirectoryStore, tmp_path: Path
) -> None:
    source = tmp_path / "a.smi"
    source.write_text("CCO\nCCN\nCCCl\n")
    plan = make_plan(RenderConfig(**SMALL | {"drawing": {"source": str(source), "heavy_atoms": [1, 9]}}))
    source.write_text("CCO\n")
    with pytest.raises(Changed, match=r"source was sha256:.* plan again"):
        work(plan, "shards/train-00000", directory_store)


def call(verb: str, folder: Path, **parameters: Any) -> subprocess.CompletedProcess[str]:
    """Start the stage as a pod would."""
    outputs = {name: {"outputFile": str(folder / name)} for name in ("plan", "parts", "dataset_uri")}
    artifacts: dict[str, Any] = {
        name: {
            "artifacts": [{"name": name, "uri": f"s3://x/{name}", "custom_path": str(folder / name), "metadata": {}}]
        }
        for name in ("dataset", "samples_page")
    }
    executor_input = {
        "inputs": {"parameterValues": parameters},
        "outputs": {"parameters": outputs, "artifacts": artifacts, "outputFile": str(folder / "executor_output.json")},
    }
    command = [sys.executable, "-m", "maskline.render", verb, json.dumps(executor_input)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


FORM = {"domain": "molecules", "preset": "demo", "samples": 6, "seed": 3, "source": "nci", "images": ""}
SHARDS_OF_THREE = json.dumps({"render": {"samples_per_shard": 3, "validation_share": 0.5}})


@pytest.mark.usefixtures("directory_store")
def test_the_verbs_hand_over_by_parameters(tmp_path: Path) -> None:
    drawn = call("draw", tmp_path, **FORM, overrides=SHARDS_OF_THREE)
    assert (drawn.returncode, drawn.stderr) == (0, "")
    uri, plan = (tmp_path / "dataset_uri").read_text(), (tmp_path / "plan").read_text()
    assert json.loads((tmp_path / "parts").read_text()) == []
    assert Dataset(open_sealed(uri, "dataset")).splits == ["train", "val"]
    described = json.loads((tmp_path / "executor_output.json").read_text())["artifacts"]["dataset"]["artifacts"][0]
    assert described["uri"] == "s3://x/dataset"
    assert described["metadata"] == {"train_samples": 3, "val_samples": 3, "uri": uri}
    for verb, given in (("draw", FORM | {"overrides": SHARDS_OF_THREE}), ("work", {"plan": plan, "part": "0-1"})):
        again = call(verb, tmp_path, **given)
        assert (again.returncode, again.stdout.split()[0]) == (0, "render.sealed_already")


@pytest.mark.usefixtures("directory_store")
@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"preset": "sketch"}, "preset 'sketch'"),
        ({"samples": 2.5}, "samples = 2.5"),
        ({"overrides": '{"render": {"colour": 1}}'}, "unknown field 'colour'"),
        ({"overrides": '{"render": {"drawing": {"colour": 1}}}'}, "unknown field 'colour'"),
        ({"source": "/nowhere/x.smi"}, "x.smi"),
        ({"images": "/nowhere"}, "images = '/nowhere': there are no files"),
    ],
)
def test_bad_input_is_one_line_and_a_non_zero_exit(tmp_path: Path, fields: dict[str, Any], text: str) -> None:
    done = call("draw", tmp_path, **FORM | {"overrides": ""} | fields)
    assert done.returncode != 0
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert text in done.stderr
    assert not (tmp_path / "plan").exists()


def test_a_plan_is_made_without_loading_rdkit(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from maskline.render.config import RenderConfig\n"
        "from maskline.render.plan import make_plan\n"
        "make_plan(RenderConfig())\n"
        "assert not {'rdkit', 'chemicals', 'maskline.molecules.ink'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


def test_documents_are_canonical_json(reference: dict[str, bytes]) -> None:
    documents = [data for name, data in reference.items() if name.endswith(".json")]
    assert documents
    assert all(canonical_json(json.loads(data)) == data for data in documents)
