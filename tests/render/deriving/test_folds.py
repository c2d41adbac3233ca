"""Dealing groups out to folds."""

from maskline.render.deriving.folds import dealt


def sizes_of(groups: dict[str, int], folds: int) -> list[int]:
    fold = dealt(groups, folds)
    return sorted(sum(size for name, size in groups.items() if fold[name] == number) for number in range(folds))


def test_every_group_is_in_one_fold_and_folds_are_as_even_as_groups_allow() -> None:
    assert sizes_of({f"well {number}": 1 for number in range(10)}, 3) == [3, 3, 4]
    assert sizes_of({"a": 5, "b": 3, "c": 2, "d": 1}, 2) == [5, 6]
    assert sizes_of({"patient": 90, "x": 4, "y": 3, "z": 3}, 2) == [10, 90]


def test_the_order_in_which_groups_are_told_does_not_matter() -> None:
    groups = {f"well {number}": number % 3 + 1 for number in range(20)}
    assert dealt(groups, 4) == dealt(dict(reversed(groups.items())), 4)


def test_neighbours_in_a_series_are_not_all_in_one_fold() -> None:
    fold = dealt({f"{number:03d}": 1 for number in range(100)}, 2)
    assert len({fold[f"{number:03d}"] for number in range(10)}) == 2
