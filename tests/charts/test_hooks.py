"""What Helm's hooks make: there when somebody wants to read it, and gone with the release."""

from collections.abc import Callable
from typing import Any

Documents = list[dict[str, Any]]


def hooks(documents: Documents, event: str) -> dict[tuple[str, str], set[str]]:
    """Return kind and name of what an event makes, and when Helm deletes it."""
    found = {}
    for one in documents:
        notes = one["metadata"].get("annotations", {})
        if event in notes.get("helm.sh/hook", "").split(","):
            policy = set(notes["helm.sh/hook-delete-policy"].split(","))
            found[one["kind"], one["metadata"]["name"]] = policy
    return found


def test_whoever_registers_can_be_read_until_the_next_time(configuration: str, render: Callable[..., Any]) -> None:
    made = hooks(render(configuration), "post-install")
    assert made == {("Job", "m-maskline-register"): {"before-hook-creation"}}


def test_what_installing_leaves_is_taken_over_and_removed_when_the_release_goes(
    configuration: str, render: Callable[..., Any]
) -> None:
    documents = render(configuration)
    going = hooks(documents, "pre-delete")
    assert hooks(documents, "post-install").keys() <= going.keys()
    for policy in going.values():
        assert policy == {"before-hook-creation", "hook-succeeded"}


def test_who_takes_over_makes_no_pod_and_comes_after_the_schedules_are_gone(
    configuration: str, render: Callable[..., Any]
) -> None:
    (job,) = [one for one in render(configuration) if one.get("spec", {}).get("completions") == 0]
    assert (job["kind"], job["metadata"]["name"]) == ("Job", "m-maskline-register")
    assert int(job["metadata"]["annotations"]["helm.sh/hook-weight"]) > 0
