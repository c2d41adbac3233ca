"""The stub is as strict as the SDK's models: otherwise no test here would say much."""

import pytest
from kfp_stub.bodies import faults


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"display_nam": "x"}, "body: unknown field 'display_nam' of V2beta1RecurringRun"),
        ({"no_catchup": "yes"}, "body.no_catchup: 'yes' is no bool"),
        ({"max_concurrency": 1}, "body.max_concurrency: 1 is no str"),
        ({"mode": "ON"}, "body.mode: 'ON' is none of ['MODE_UNSPECIFIED', 'ENABLE', 'DISABLE']"),
        ({"trigger": {"cron_schedule": {"crom": "x"}}}, "unknown field 'crom' of V2beta1CronSchedule"),
        ({"trigger": {"cron_schedule": {"start_time": "soon"}}}, "'soon' is no datetime"),
        ({"runtime_config": {"parameters": [1]}}, "body.runtime_config.parameters: [1] is no object"),
        ({"plugins_input": []}, "is no object"),
    ],
)
def test_a_field_of_another_name_or_type_is_found(body: dict[str, object], fault: str) -> None:
    assert [one for one in faults("V2beta1RecurringRun", body) if fault in one]


def test_what_the_models_allow_is_allowed() -> None:
    body = {
        "display_name": "nightly",
        "max_concurrency": "1",
        "no_catchup": True,
        "mode": "ENABLE",
        "trigger": {"cron_schedule": {"cron": "0 0 3 * * *", "start_time": "2026-01-01T00:00:00Z"}},
        "runtime_config": {"parameters": {"samples": 3, "overrides": {"train": {"steps": 3}}}},
    }
    assert faults("V2beta1RecurringRun", body) == []
