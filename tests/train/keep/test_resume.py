"""Resume state: the newest whole one is found, and whatever is damaged costs time only."""

import pytest

from maskline.contract.store import Store
from maskline.train.keep import resume

ID = "0123456789ab"


def states(store: Store) -> list[str]:
    return [path for path in store.list(f"work/{ID}/resume") if path.endswith(".pt")]


def test_there_is_none_at_first(store: Store) -> None:
    assert resume.fetch(store, ID) is None


def test_the_newest_is_found_and_at_most_two_are_kept(store: Store) -> None:
    for step in range(1, 6):
        resume.save(store, ID, "a", step, b"state %d" % step)
        assert resume.fetch(store, ID) == b"state %d" % step
        assert len(states(store)) == min(step, 2)


def test_a_writer_killed_between_object_and_pointer_leaves_the_older_state(directory_store: Store) -> None:
    resume.save(directory_store, ID, "a", 1, b"older")
    directory_store.write(f"work/{ID}/resume/a-00000002.pt", b"new")
    assert resume.fetch(directory_store, ID) == b"older"


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_state_counts_as_none(
    damage: str, directory_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    resume.save(directory_store, ID, "a", 1, b"state")
    if damage == "cut":
        directory_store.write(states(directory_store)[0], b"sta")
    else:
        directory_store.delete(states(directory_store)[0])
    assert resume.fetch(directory_store, ID) is None
    assert "train.resume_state_lost" in capsys.readouterr().out


def test_two_trainers_on_one_id_never_write_the_same_object(directory_store: Store) -> None:
    resume.save(directory_store, ID, "a", 1, b"of a")
    resume.save(directory_store, ID, "b", 1, b"of b")
    assert [directory_store.read(path) for path in states(directory_store)] == [b"of a", b"of b"]
    assert resume.fetch(directory_store, ID) == b"of b"
