"""A schedule that is being changed, cut short at every point: it is never lost, and never runs twice."""

import pytest
from kfp_stub.commands import Apply
from kfp_stub.server import Drop, Request, Stub

_CHANGES = 3  # create, delete, enable


def watch(stub: Stub, name: str) -> list[str]:
    """Return a list that gets the modes of all schedules of this name after every change, e.g. "DISABLE ENABLE"."""
    seen: list[str] = []
    already = stub.after

    def look(request: Request) -> None:
        if request.changes:
            seen.append(" ".join(sorted(one["mode"] for one in stub.state.named(stub.state.schedules, name))))
        already(request)

    stub.after = look
    return seen


def cut(stub: Stub, change: int, *, served: bool) -> None:
    """Break every connection from the given change on, the first one before or after it is served."""
    left = [change]

    def count(request: Request) -> None:
        if request.changes:
            left[0] -= 1
            if left[0] < 0 and (not served or left[0] < -1):
                raise Drop

    def swallow(request: Request) -> None:
        if request.changes and left[0] < 0:
            raise Drop

    stub.before, stub.after = count, swallow


@pytest.mark.parametrize("served", [False, True], ids=["asked", "served"])
@pytest.mark.parametrize("change", range(_CHANGES))
def test_cut_short_anywhere_a_change_loses_nothing_and_the_next_apply_completes_it(
    change: int,
    served: bool,  # noqa: FBT001 - it is a parameter of the test
    stub: Stub,
    apply: Apply,
    registered: str,
) -> None:
    def nightly(hour: int) -> dict[str, object]:
        return {"name": "nightly", "pipeline": registered, "cron": f"0 0 {hour} * * *"}

    apply(nightly(3))
    cut(stub, change, served=served)
    seen = watch(stub, "nightly")
    failed = apply(nightly(4))
    assert failed.exit_code == 1
    assert "cannot be reached" in failed.stderr
    stub.before = stub.after = lambda _: None
    seen += watch(stub, "nightly")
    assert list(stub.state.named(stub.state.schedules, "nightly"))
    done = apply(nightly(4))
    assert done.exit_code == 0, done.stderr
    (kept,) = stub.state.named(stub.state.schedules, "nightly")
    assert (kept["mode"], kept["trigger"]["cron_schedule"]["cron"]) == ("ENABLE", "0 0 4 * * *")
    assert all(seen), "there was a moment without the schedule"
    assert all(modes.split().count("ENABLE") <= 1 for modes in seen), "two would have started runs"
    stub.requests.clear()
    assert apply(nightly(4)).stdout == "nightly: unchanged\n"
    assert stub.changes == []


def test_a_change_is_made_in_the_order_that_loses_nothing(stub: Stub, apply: Apply, registered: str) -> None:
    nightly = {"name": "nightly", "pipeline": registered, "cron": "0 0 3 * * *"}
    apply(nightly)
    seen = watch(stub, "nightly")
    assert apply(nightly | {"cron": "0 0 4 * * *"}).stdout == "nightly: changed\n"
    assert seen == ["DISABLE ENABLE", "DISABLE", "ENABLE"]
