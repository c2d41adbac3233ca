"""Starting weights in detectron2's formats: nothing in them is run, names are matched, and what matched is told."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from maskline.contract.errors import InvalidInput
from maskline.pictures.networks.segmenter import Segmenter, build
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.starting import load_starting_weights, read_detectron2


class Dangerous:
    """Makes a folder when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("harmed",)


@pytest.fixture
def network(spec: ModelSpec) -> Segmenter:
    torch.manual_seed(0)
    return build(spec)


def inner(network: Segmenter) -> dict[str, torch.Tensor]:
    return network.get_submodule("network").state_dict()


@pytest.fixture
def pickled(tmp_path: Path) -> Callable[..., Path]:
    """Pickle something the way the zoo's files are."""

    def write(content: object, protocol: int = 2) -> Path:
        path = tmp_path / "starting.pkl"
        path.write_bytes(pickle.dumps(content, protocol=protocol))
        return path

    return write


@pytest.mark.parametrize("protocol", [2, 4])
def test_arrays_of_a_pickle_are_read(pickled: Callable[..., Path], protocol: int) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    content = {"model": {"a.weight": array, "lr": np.float64(0.1), "blob": b"\xff"}, "__author__": "Somebody"}
    found, caffe2 = read_detectron2(pickled(content, protocol))
    assert list(found) == ["a.weight"]
    assert torch.equal(found["a.weight"], torch.from_numpy(array))
    assert not caffe2


def test_a_pickle_with_numpys_old_module_name_is_read(pickled: Callable[..., Path]) -> None:
    path = pickled({"model": {"a": np.ones(3, dtype=np.float32)}})
    path.write_bytes(path.read_bytes().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n"))
    assert b"numpy.core" in path.read_bytes()
    assert read_detectron2(path)[0]["a"].tolist() == [1, 1, 1]


@pytest.mark.parametrize("suffix", [".pkl", ".pth"])
def test_a_file_that_asks_for_more_than_arrays_is_refused_and_does_nothing(
    suffix: str, pickled: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = pickled({"model": {"a": Dangerous()}})
    if suffix == ".pth":
        path = tmp_path / "starting.pth"
        torch.save({"model": {"a": Dangerous()}}, path)
    with pytest.raises(InvalidInput, match="cannot be read safely"):
        read_detectron2(path)
    assert not Path("harmed").exists()


@pytest.mark.parametrize("content", [b"", b"no pickle at all", pickle.dumps([1, 2]), pickle.dumps({"model": {}})])
def test_a_file_without_named_arrays_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "starting.pkl").write_bytes(content)
    with pytest.raises(InvalidInput, match="starting weights"):
        read_detectron2(tmp_path / "starting.pkl")


def test_what_fits_by_name_and_shape_is_taken_and_the_rest_is_listed(network: Segmenter, tmp_path: Path) -> None:
    before = {name: tensor.clone() for name, tensor in inner(network).items()}
    names = [name for name in before if name.startswith("backbone.stages.0") and name.endswith("weight")]
    theirs = {name: torch.full_like(before[name], 0.5) for name in names}
    torch.save({"model": theirs | {"roi_heads.box_predictor.cls_score.weight": torch.zeros(81, 7)}}, tmp_path / "s.pth")
    told, kept = load_starting_weights(network, tmp_path / "s.pth")
    after = inner(network)
    assert all(bool((after[name] == 0.5).all()) for name in names)
    assert all(torch.equal(after[name], before[name]) for name in before if name not in names)
    assert (told["matched"], told["of"]) == (len(names), len(before))
    assert "roi_heads.box_predictor.cls_score.weight" in kept["names_left"]


def test_a_bare_backbone_finds_its_place(network: Segmenter, pickled: Callable[..., Path]) -> None:
    name = "backbone.stem.0.weight"
    value = np.full(tuple(inner(network)[name].shape), 0.25, dtype=np.float32)
    load_starting_weights(network, pickled({"model": {"stem.0.weight": value}}))
    assert bool((inner(network)[name] == 0.25).all())


def test_names_that_pointrend_was_published_with_are_known(network: Segmenter, pickled: Callable[..., Path]) -> None:
    published = {
        "roi_heads.mask_point_head.fc1.weight": "roi_heads.mask_head.point_head.fc1.weight",
        "roi_heads.mask_coarse_head.coarse_mask_fc1.weight": "roi_heads.mask_head.coarse_head.fc1.weight",
        "roi_heads.mask_coarse_head.prediction.weight": "roi_heads.mask_head.coarse_head.prediction.weight",
    }
    shapes = {since: tuple(inner(network)[since].shape) for since in published.values()}
    load_starting_weights(
        network, pickled({"model": {name: np.ones(shapes[since]) for name, since in published.items()}})
    )
    assert all(bool((inner(network)[since] == 1).all()) for since in published.values())


def test_a_file_in_which_nothing_fits_is_an_error(network: Segmenter, pickled: Callable[..., Path]) -> None:
    with pytest.raises(InvalidInput, match=r"nothing that fits narrow \(they hold other\.weight"):
        load_starting_weights(network, pickled({"model": {"other.weight": np.ones(3)}}))
