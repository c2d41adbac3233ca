"""The name of a file, or its folder, tells what it is to which volume."""

import pytest

from maskline.volumes.exchange.importing.names import told_of


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("a.mrc", ("a", None, "")),
        ("raw/a.mrc", ("a", "raw", "")),
        ("labels/a.tif", ("a", "labels", "")),
        ("val/raw/a.b.mrc.gz", ("val/a.b", "raw", "val")),
        ("val/masks/day1/a.b.h5", ("val/day1/a.b", "mask", "val")),
        ("labels/a_labels.h5", ("a", "labels", "")),
        ("x_instances.h5", ("x", "labels", "")),
        ("x_instance_preds.h5", ("x", "labels", "")),
        ("train-image.h5", ("train", "raw", "")),
        ("train-gt.lzf.h5", ("train", "labels", "")),
        ("x_semantic.zarr", ("x", "semantic", "")),
        ("x_labels.npy.bz2", ("x", "labels", "")),
        ("x.star", ("x", "particles", "")),
        ("particles/x.csv", ("x", "particles", "")),
        ("x_classes.csv", ("x", "classes", "")),
        ("TEST/Labels/x.MRC", ("TEST/x", "labels", "test")),
        ("raw.mrc", ("raw", None, "")),
    ],
)
def test_what_a_path_tells(path: str, told: tuple[str, str, str]) -> None:
    assert told_of(path) == told


@pytest.mark.parametrize("path", ["a.txt", "notes", "labels/a.png", "a.mrc.md"])
def test_other_files_tell_nothing(path: str) -> None:
    assert told_of(path) is None
