"""Cron expressions: six fields, each within its range."""

import pytest

from maskline.pipelines.kubeflow.schedules.cron import check_cron


@pytest.mark.parametrize(
    "text",
    [
        "0 0 3 * * *",
        "30 */15 * * * ?",
        "0 0 3 ? * 1-5",
        "0 0 3 1,15 JAN-jun/2 *",
        "0 5/20 0 29 2 *",
        "0 0 3 31 2 1",  # the 31st of February, or any Monday of it
        "59 59 23 31 12 6",
    ],
)
def test_what_the_server_understands_is_left_as_it_is(text: str) -> None:
    assert check_cron(text) == text


def test_spaces_do_not_make_two_schedules_of_one() -> None:
    assert check_cron("  0 0   3 * *\t* ") == "0 0 3 * * *"


def test_five_fields_are_explained_with_the_six_that_are_meant() -> None:
    with pytest.raises(ValueError, match=r"five fields.*'0 30 3 \* \* \*'.*second 30, minute 3 of other hours"):
        check_cron("30 3 * * *")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "it has 0 fields; there must be six"),
        ("@daily", "'@daily', 'TZ=' and the like are not among them"),
        ("TZ=Europe/Vienna 0 0 3 * * *", "it has 7 fields"),
        ("60 0 3 * * *", "second '60' must be 0 to 59"),
        ("* 0 3 * * *", "second '*' starts more than one run in a minute"),
        ("0 60 3 * * *", "minute '60' must be 0 to 59"),
        ("0 0 24 * * *", "hour '24' must be 0 to 23"),
        ("0 0 3 0 * *", "day of the month '0' must be 1 to 31"),
        ("0 0 3 L * *", "day of the month 'L' must be 1 to 31"),
        ("0 0 3 * 13 *", "month '13' must be 1 to 12 or JAN to DEC"),
        ("0 0 3 * * 7", "day of the week '7' must be 0 to 6 or SUN to SAT"),
        ("0 0 3 * * MON#2", "day of the week 'MON#2' must be a number, a range a-b"),
        ("0 0 3-1 * * *", "hour '3-1': the range runs backwards"),
        ("0 */0 3 * * *", "minute '*/0': a step must be 1 or more"),
        ("0 1,,2 3 * * *", "minute '' must be a number"),
        ("0 0 3 31 2,4,6 *", "no month '2,4,6' has a day '31', so it would never run"),
        ("0 ² 3 * * *", "minute '²' must be 0 to 59"),
    ],
)
def test_what_it_would_refuse_or_misread_is_named_with_its_rule(text: str, rule: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is what is asked
        check_cron(text)
    assert rule in str(refused.value)
