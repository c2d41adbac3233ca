"""A set of files is right as a whole, or all that is wrong is in one list."""

from pathlib import Path

import numpy as np

from maskline.volumes.formats.gathering import Place, gather
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.writing import write_volumes
from maskline.volumes.voxels import InMemory, whole


def saved(path: Path, values: object) -> Place:
    np.save(path, np.asarray(values))
    return Place(path)


def test_files_that_are_right_are_opened_with_what_is_odd(tmp_path: Path) -> None:
    place = saved(tmp_path / "a.npy", np.ones((1, 2, 3)))
    place.path.write_bytes(place.path.read_bytes() + b"more")

    gathered = gather([place], labels=[place])

    assert gathered.opened[place].voxels.read(whole((1, 2, 3))).dtype == np.uint64
    assert (gathered.problems, gathered.remarks) == ([], [f"{place.path}: 4 bytes behind its voxels are passed over"])


def test_everything_wrong_is_told_in_the_order_of_the_files(tmp_path: Path) -> None:
    write_volumes(
        tmp_path / "h.h5", {"raw": Opened(InMemory(np.ones((1, 1, 1)))), "ids": Opened(InMemory(np.ones((1, 1, 1))))}
    )
    fractions = saved(tmp_path / "fractions.npy", np.full((20, 1, 1), 0.5))
    places = [
        saved(tmp_path / "flat.npy", np.ones((2, 2))),
        fractions,
        Place(tmp_path / "none.mrc"),
        Place(tmp_path / "h.h5"),
        Place(tmp_path / "h.h5", "ids"),
        saved(tmp_path / "late.npy", np.repeat([0.0, np.nan], [17, 1]).reshape(18, 1, 1)),
    ]

    gathered = gather(places, labels=[fractions])

    assert list(gathered.opened) == [places[4]]
    assert [problem.removeprefix(f"{tmp_path}/") for problem in gathered.problems] == [
        "flat.npy: it holds float64 of shape (2, 2), it must hold numbers of three axes, z, y, x",
        "fractions.npy: voxel z 0, y 0, x 0 is 0.5: ids must be whole numbers",
        "none.mrc does not exist",
        "h.h5: it has several volumes, ids, raw: say which one",
        "late.npy: voxel z 17, y 0, x 0 is nan: a volume's values must be finite",
    ]
