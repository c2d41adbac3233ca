"""The curves of a training: whatever its validations measure is shown, under a name that people read."""

from maskline.contract.page.learning import course, series

LINES = [
    {"event": "begin", "steps": 20},
    {"event": "step", "step": 10, "loss": 3.0, "rate": 0.1},
    {
        "event": "validation",
        "step": 10,
        "mask_ap": None,
        "mask_ap75": 0.5,
        "error_px": 4.0,
        "pictures": 2,
        "seconds": 1,
    },
    {"event": "step", "step": 20, "loss": 2.0, "rate": 0.2},
]


def test_every_score_of_a_validation_has_a_curve_between_loss_and_learning_rate() -> None:
    assert series(LINES) == {
        "loss": [(10, 3.0), (20, 2.0)],
        "validation mask AP75": [(10, 0.5)],
        "validation error px": [(10, 4.0)],
        "learning rate": [(10, 0.1), (20, 0.2)],
    }


def test_scores_that_are_shares_are_drawn_up_to_1_and_others_up_to_their_highest() -> None:
    for name, value, tick in (("validation mask AP", 0.5, ">1<"), ("validation error px", 4.0, ">4<")):
        _, chart = course(name, [(10, value)], 20)
        assert tick in str(chart)
