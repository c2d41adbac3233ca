"""A form is refused as a whole before a run begins: what any step would refuse, by that step's own words."""

import json
import subprocess
import sys
from typing import Any

import pytest

from maskline.contract.errors import EmptySplit, InvalidInput, MasklineError
from maskline.contract.stage.form import check
from maskline.contract.store.directory import DirectoryStore
from maskline.molecules.categories import TABLE

FORM: dict[str, Any] = {
    "domain": "molecules", "draw_preset": "demo", "draw_samples": 100, "draw_source": "", "seed": 0,
    "train_preset": "demo", "train_steps": 0, "train_starting_weights": "", "evaluate_dataset": "", "images": "",
    "promote_margin": 0.0, "promote_largest_class_drop": 0.05, "overrides": "",
}  # fmt: skip


def test_a_form_that_every_step_can_use_passes_and_tells_what_would_be_drawn() -> None:
    found = check(FORM)
    assert (found.table, found.splits, found.split) == (TABLE, ("train", "val"), "val")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"domain": "plants"}, "domain 'plants' does not exist"),
        ({"draw_preset": "dmeo"}, "draw preset 'dmeo' does not exist in maskline.molecules"),
        ({"draw_samples": 0}, "render: samples = 0: "),
        ({"seed": -1}, "render: seed = -1: "),
        ({"seed": 2**32}, "train preset 'demo': seed = 4294967296: Input should be less than 4294967296"),
        ({"train_preset": "dmeo"}, "train preset 'dmeo' does not exist in maskline.pictures"),
        ({"train_steps": -1}, "train preset 'demo': steps = -1: "),
        ({"train_preset": "cells-002"}, "normalisation = 'frozen' keeps what starting weights say, and there are none"),
        ({"promote_margin": 1.5}, "promote: margin = 1.5: "),
        ({"promote_margin": float("nan")}, "promote: margin = nan: "),
        ({"promote_largest_class_drop": float("inf")}, "promote: largest_class_drop = inf: "),
        ({"draw_samples": 3}, "train preset 'demo' validates on 24 pictures, but no split 'val' would be drawn"),
    ],
)
def test_a_value_that_any_step_would_refuse_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(MasklineError, match=f"^{told}"):
        check(FORM | changed)


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"render": {"drawing": {"stereo_share": 7}}}, "drawing of preset 'demo': stereo_share = 7: "),
        ({"train": {"batch_images": 3, "processes": 2}}, "train preset 'demo': batch_images = 3 must be a multiple"),
        ({"train": {"short_side_px": 5}}, "train preset 'demo': short_side_px = 5 must be 0 or at least 32"),
        ({"predict": {"score_threshold": 2}}, "overrides: predict: score_threshold = 2: "),
        ({"evaluate": {"gallery": 3}}, "overrides: evaluate: unknown field 'gallery'"),
        ({"evaluate": {"reading": "aloud"}}, "reading 'aloud' does not exist for domain 'molecules'"),
        ({"predict": {"split": "train"}}, "overrides: evaluate: split = 'val', but predicted would be 'train'"),
        ({"evaluate": {"split": "test"}, "predict": {"split": "test"}}, "overrides: predict: split = 'test': drawn"),
        ({"trian": {}}, "overrides: 'trian' is no stage"),
        ({"train": 3}, "overrides: train = 3: it must be an object of fields"),
    ],
)
def test_an_option_that_any_step_would_refuse_is_refused(overrides: dict[str, Any], told: str) -> None:
    with pytest.raises(MasklineError, match=f"^{told}"):
        check(FORM | {"overrides": json.dumps(overrides)})


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_of_json_is_refused(number: str) -> None:
    with pytest.raises(InvalidInput, match=rf"it must be a JSON object \({number} is no number of JSON\)"):
        check(FORM | {"overrides": f'{{"train": {{"learning_rate": {number}}}}}'})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"train_starting_weights": "publishd"}, "'publishd' is no artifact"),
        ({"train_starting_weights": "{store}/checkpoints/nothing-0"}, "{store}/checkpoints/nothing-0 does not exist"),
        ({"train_starting_weights": "{store}/R-50.pkl"}, "{store}/R-50.pkl does not exist"),
        ({"evaluate_dataset": "{store}/datasets/nothing-0"}, "{store}/datasets/nothing-0 does not exist"),
        ({"draw_source": "{store}/mine.smi"}, "{store}/mine.smi does not exist"),
        ({"evaluate_dataset": "frozen"}, "'frozen' is no artifact"),
        ({"images": "{store}/pictures"}, "images = '{store}/pictures': there are no files"),
    ],
)
def test_a_place_that_the_run_would_look_for_in_vain_is_looked_for_where_there_is_a_store(
    directory_store: DirectoryStore, changed: dict[str, str], told: str
) -> None:
    named = {name: text.format(store=directory_store.uri) for name, text in changed.items()}
    check(FORM | named)  # from elsewhere nobody can know
    with pytest.raises(MasklineError) as fault:
        check(FORM | named, directory_store)
    assert str(fault.value).startswith(told.format(store=directory_store.uri))


def test_weights_of_another_network_are_refused(directory_store: DirectoryStore) -> None:
    """The model that comes with Maskline is a narrow one, of rings as they are drawn."""
    drawn = {"render": {"drawing": {"classes": {"aromatic": "drawn"}}}}
    fitting = FORM | {"train_starting_weights": "published", "overrides": json.dumps(drawn)}
    check(fitting, directory_store)
    with pytest.raises(MasklineError, match=r"aromatic as drawn.*what would be drawn has"):
        check(fitting | {"overrides": ""}, directory_store)
    with pytest.raises(InvalidInput, match="have architecture = narrow, not pointrend-r50"):
        check(fitting | {"train_preset": "pointrend-r50"}, directory_store)
    with pytest.raises(MasklineError, match=r"aromatic as drawn.*what would be drawn has"):
        check(fitting | {"overrides": ""})  # wherever its package is installed


def test_where_no_model_is_installed_the_task_that_trains_looks_for_it(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maskline.contract.published.words", list)
    for word in ("published", "published-sketches"):
        check(FORM | {"train_starting_weights": word}, directory_store)
    with pytest.raises(InvalidInput, match="'publishd' is no artifact"):
        check(FORM | {"train_starting_weights": "publishd"}, directory_store)


def test_a_pointer_that_is_none_ends_a_run_at_its_beginning(directory_store: DirectoryStore) -> None:
    directory_store.write(f"models/molecules/{TABLE.key}/champion.json", b"{}")
    with pytest.raises(MasklineError, match="is no document of schema maskline/champion/2"):
        check(FORM, directory_store)


def test_a_split_that_would_not_be_drawn_does_no_harm_where_another_dataset_is_named() -> None:
    test = json.dumps({"predict": {"split": "test"}, "evaluate": {"split": "test"}})
    check(FORM | {"overrides": test, "evaluate_dataset": "s3://b/p/datasets/frozen-0123456789ab"})
    with pytest.raises(EmptySplit):
        check(FORM | {"overrides": test})


def test_a_check_loads_nothing_that_the_images_which_begin_runs_do_not_hold() -> None:
    absent = ("torch", "torchvision", "detectron2", "rdkit", "chemicals", "freetype", "kfp")
    code = f"""
import sys
sys.modules.update(dict.fromkeys({absent!r}))
from maskline.contract.stage.form import check
check({FORM | {"overrides": json.dumps({"evaluate": {"reading": "aromatic_as_drawn"}})}!r})
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
