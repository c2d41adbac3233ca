"""What a scheduled run begins with."""

from typing import TYPE_CHECKING, Any

import pytest

from maskline.contract.champion import Reign, crown, write_champion
from maskline.contract.errors import InvalidInput
from maskline.evaluate.begin import seed_of

if TYPE_CHECKING:
    from tests.evaluate.conftest import Lab

MADE = "2030-01-02T03:04:05Z"
FORM: dict[str, Any] = {"domain": "shapes", "seed": 7, "created": MADE, "starting_weights": "champion"}
CHAMPION = "file:///data/checkpoints/best"


def reign(lab: "Lab") -> None:
    champion = Reign(time=MADE, checkpoint=CHAMPION, report="r", dataset="d", mask_ap=0.5, reason="first")
    write_champion(lab.store, "shapes", lab.table.key, crown(champion, None), None)


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


@pytest.mark.parametrize(
    ("asked", "reigns", "given"),
    [("champion", True, CHAMPION), ("champion", False, ""), ("", True, ""), ("s3://b/w.pkl", True, "s3://b/w.pkl")],
)
def test_training_starts_from_the_champion_if_it_is_asked_for_and_there_is_one(
    lab: "Lab", start: Any, asked: str, *, reigns: bool, given: str
) -> None:
    if reigns:
        reign(lab)
    begun = start("begin", ["settled_seed", "settled_weights"], {}, **(FORM | {"starting_weights": asked}))
    assert (begun.code, begun.stderr) == (0, "")
    assert begun.outputs == {"settled_seed": "7", "settled_weights": given}


def test_a_pod_that_is_tried_again_begins_the_same_run(lab: "Lab", start: Any) -> None:
    reign(lab)
    twice = [start("begin", ["settled_seed", "settled_weights"], {}, **(FORM | {"seed": -1})).outputs for _ in range(2)]
    assert twice[0] == twice[1] == {"settled_seed": "1893553445", "settled_weights": CHAMPION}
