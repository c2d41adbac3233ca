"""Weights of CryoSiam's go where its layers are, and files that ask for more than weights are refused."""

import pickle
from collections import OrderedDict
from pathlib import Path

import pytest
import torch

from maskline.contract.errors import InvalidInput
from maskline.volumes.networks import weights
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.spec import VolumeSpec
from maskline.volumes.training.starting import load_starting_weights


@pytest.fixture
def residual(spec: VolumeSpec) -> VolumeSpec:
    return spec.model_copy(update={"architecture": "residual"})


def cryosiams(network: VolumeNetwork, path: Path) -> Path:
    """Write the weights of a network as CryoSiam's trainer does, with a BiFPN for a pyramid."""
    state: OrderedDict[str, torch.Tensor] = OrderedDict()
    for name, value in network.body.state_dict().items():
        part = "_model." if "_head" in name else "_model_backbone."
        state[part + name.replace("decoder.", "decoder.bifpn.")] = value
    state["_model_backbone.global_projector.0.weight"] = torch.zeros(2, 2)
    hyper = {"config": {"parameters": {"network": {"dense_dim": 8, "filters": [32, 64]}}}, "lr": 0.001}
    torch.save({"state_dict": state, "epoch": 3, "hyper_parameters": hyper, "optimizer_states": []}, path)
    return path


def test_encoder_projector_and_heads_are_taken_and_the_rest_is_told(residual: VolumeSpec, tmp_path: Path) -> None:
    theirs, ours = VolumeNetwork(residual), VolumeNetwork(residual)
    pyramid = {name for name in ours.state_dict() if name.startswith("body.decoder.")}

    figures, names = load_starting_weights(ours, cryosiams(theirs, tmp_path / "last.ckpt"))

    count = len(ours.state_dict())
    assert figures == {"matched": count - len(pyramid), "of": count, "unused": len(pyramid) + 1}
    assert set(names["names_left"]) == pyramid
    first = "body.encoder.layer2.0.conv2.weight"
    assert (ours.state_dict()[first] == theirs.state_dict()[first]).all()


@pytest.mark.parametrize("later", [("later_conv4",), ()])
def test_a_pyramid_of_theirs_gives_what_it_gave_there(
    residual: VolumeSpec, tmp_path: Path, later: tuple[str, ...]
) -> None:
    """Without a later convolution their finest level goes on as it is."""
    four = residual.model_copy(update={"channels": (2, 2, 2, 2)})
    theirs = VolumeNetwork(four).body.get_submodule("decoder")
    state = theirs.state_dict()
    levels = {"layer4": "lateral.0", "layer3": "lateral.1", "layer2": "lateral.2", "layer1": "lateral.3"}
    names = levels | dict.fromkeys(later, "smooth")
    saved = {
        f"_model_backbone.decoder.{name}.{part}": state[f"{own}.{part}"]
        for name, own in names.items()
        for part in ("weight", "bias")
    }
    torch.save(
        {"state_dict": saved | {"_model_backbone.decoder.later_conv3.bias": torch.zeros(8)}}, tmp_path / "a.ckpt"
    )
    if not later:
        theirs.get_submodule("smooth").register_forward_hook(lambda _, given, __: given[0])
    seen = [torch.randn(1, 8, side, side, side) for side in (8, 4, 2, 1)]

    network = VolumeNetwork(four)
    figures, told = load_starting_weights(network, tmp_path / "a.ckpt")

    torch.testing.assert_close(network.body.get_submodule("decoder")(seen), theirs(seen))
    assert figures["matched"] == 10
    assert told["names_unused"] == ["body.decoder.later_conv3.bias"]


def test_their_head_says_voxels_and_so_does_ours(residual: VolumeSpec, tmp_path: Path) -> None:
    theirs, ours = VolumeNetwork(residual).eval(), VolumeNetwork(residual).eval()
    load_starting_weights(ours, cryosiams(theirs, tmp_path / "last.ckpt"))
    features = torch.randn(1, residual.feature_channels, 4, 4, 4)

    told = theirs.body.get_submodule("distance_head")(features)
    scaled = residual.distance_limit_voxels * ours.body.get_submodule("distance_head")(features)

    torch.testing.assert_close(scaled, told)


def test_a_file_that_asks_for_more_than_weights_is_refused(residual: VolumeSpec, tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    torch.save({"state_dict": {"a": torch.zeros(1)}, "callbacks": {"path": Path("model")}}, path)

    with pytest.raises(InvalidInput, match="starting weights cannot be read safely"):
        load_starting_weights(VolumeNetwork(residual), path)


@pytest.mark.parametrize("content", [{"state_dict": {}}, {"model": 1}, [1, 2]])
def test_a_file_without_weights_is_refused(residual: VolumeSpec, tmp_path: Path, content: object) -> None:
    path = tmp_path / "last.ckpt"
    torch.save(content, path)

    with pytest.raises(InvalidInput, match="hold no tensors under state_dict"):
        load_starting_weights(VolumeNetwork(residual), path)


def test_a_file_that_is_no_checkpoint_is_refused(residual: VolumeSpec, tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    path.write_bytes(pickle.dumps({"state_dict": 1})[:-3])

    with pytest.raises(InvalidInput, match="cannot be read safely"):
        load_starting_weights(VolumeNetwork(residual), path)


def test_their_weights_fit_no_small_network(spec: VolumeSpec, residual: VolumeSpec, tmp_path: Path) -> None:
    path = cryosiams(VolumeNetwork(residual), tmp_path / "last.ckpt")

    with pytest.raises(InvalidInput, match=r"nothing that fits unet .* fit architecture = residual"):
        load_starting_weights(VolumeNetwork(spec), path)


def test_our_own_checkpoint_fits_whole(spec: VolumeSpec, tmp_path: Path) -> None:
    theirs, ours = VolumeNetwork(spec), VolumeNetwork(spec)
    path = tmp_path / "starting.safetensors"
    path.write_bytes(weights.to_bytes(theirs))

    figures, _ = load_starting_weights(ours, path)

    assert figures["matched"] == figures["of"] == len(ours.state_dict())
    assert weights.to_bytes(ours) == weights.to_bytes(theirs)
