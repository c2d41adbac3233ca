"""What a scheduled run begins with."""

from typing import Any

import pytest
from laboratory import Lab

from maskline.contract.artifact import open_sealed
from maskline.contract.champion import Reign, crown, write_champion
from maskline.contract.errors import InvalidInput
from maskline.evaluate.begin import seed_of
from maskline.molecules.categories import TABLE

MADE = "2030-01-02T03:04:05Z"
FORM: dict[str, Any] = {
    "domain": "molecules", "seed": 7, "created": MADE, "draw_preset": "demo", "draw_samples": 50, "draw_source": "",
    "train_starting_weights": "champion", "overrides": "",
}  # fmt: skip
SETTLED = ["settled_seed", "settled_weights"]


def reign(lab: Lab, table: str = TABLE.key) -> str:
    """Crown somebody, for all that `begin` looks at."""
    checkpoint = lab.checkpoint("best").uri
    champion = Reign(
        time=MADE, checkpoint=checkpoint, report="r", dataset="d", measure="mask AP", figure=0.5, reason="first"
    )
    write_champion(lab.store, "molecules", table, crown(champion, None), None)
    return checkpoint


@pytest.mark.parametrize("seed", [0, 7, 2**31])
def test_a_seed_that_is_given_is_taken(seed: int) -> None:
    assert seed_of(seed, "never") == seed


def test_minus_one_is_the_second_in_which_the_run_was_made_wherever_it_is_read() -> None:
    assert seed_of(-1, "1970-01-01T00:01:05Z") == 65
    assert seed_of(-1, "1970-01-01T01:01:05+01:00") == 65
    assert seed_of(-1, "1970-01-01T00:01:05") == 65
    assert seed_of(-1, MADE) != seed_of(-1, "2030-01-02T03:04:06Z")


def test_a_seed_below_minus_one_and_a_time_that_was_not_told_are_refused() -> None:
    for seed in (-2, 2.5):  # Kubeflow's API takes 2.5 for a whole number
        with pytest.raises(InvalidInput, match=f"seed = {seed}: it must be a whole number, 0 or more, or -1"):
            seed_of(seed, MADE)
    with pytest.raises(InvalidInput, match=r"told as '\{\{\$\.pipeline_job_create_time_utc\}\}'.*give a seed"):
        seed_of(-1, "{{$.pipeline_job_create_time_utc}}")


@pytest.mark.parametrize("asked", ["champion", "", "s3://b/w.pkl"])
@pytest.mark.parametrize("reigns", ["here", "over other classes", "nowhere"])
def test_training_starts_from_the_champion_of_its_classes_if_it_is_asked_for_and_there_is_one(
    lab: Lab, start: Any, asked: str, reigns: str
) -> None:
    champion = ""
    if reigns != "nowhere":
        champion = reign(lab, TABLE.key if reigns == "here" else "finer-01234567")
    begun = start("begin", SETTLED, {}, **(FORM | {"train_starting_weights": asked}))
    assert (begun.code, begun.stderr) == (0, "")
    given = asked if asked != "champion" else champion if reigns == "here" else ""
    assert begun.outputs == {"settled_seed": "7", "settled_weights": given}


def test_a_champion_whose_files_are_lost_is_told_of_and_not_begun_with(lab: Lab, start: Any) -> None:
    champion = reign(lab)
    manifest = open_sealed(champion, "checkpoint").manifest
    lab.store.write(f"{manifest.prefix}/{manifest.files['log.jsonl'].key}", b"")
    begun = start("begin", SETTLED, {}, **FORM)
    assert (begun.code, begun.outputs["settled_weights"]) == (0, "")
    assert f"champion.lost checkpoint={champion} reason=" in begun.stdout


def test_a_pod_that_is_tried_again_begins_the_same_run(lab: Lab, start: Any) -> None:
    champion = reign(lab)
    twice = [start("begin", SETTLED, {}, **(FORM | {"seed": -1})).outputs for _ in range(2)]
    assert twice[0] == twice[1] == {"settled_seed": "1893553445", "settled_weights": champion}


def test_what_a_later_step_would_refuse_is_refused_at_the_beginning(lab: Lab, start: Any) -> None:
    del lab  # its store is the project's
    limits = {"promote_margin": 0.0, "promote_largest_class_drop": 1.5}
    begun = start("begin", SETTLED, {}, **(FORM | limits))
    assert (begun.code, begun.outputs) == (2, {})
    assert begun.stderr == "error: promote: largest_class_drop = 1.5: Input should be less than or equal to 1\n"
