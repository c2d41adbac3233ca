"""The dense layers of each network are one graph, as compiling them wants."""

from typing import Literal

import pytest
import torch

from maskline.contract.categories import CategoryTable
from maskline.pictures.networks.segmenter import build
from maskline.pictures.spec import Architecture, ModelSpec


@pytest.mark.parametrize(("architecture", "channels"), [("narrow", 1), ("pointrend-r50", 3)])
def test_the_dense_layers_can_be_taken_as_one_graph_each(
    architecture: Architecture, channels: Literal[1, 3], table: CategoryTable
) -> None:
    spec = ModelSpec(architecture=architecture, channels=channels, categories=table, short_side_px=0, long_side_px=64)
    network = build(spec).eval()
    backbone, scores = network.dense
    with torch.no_grad():
        features = torch.compile(backbone.forward, fullgraph=True, backend="eager")(torch.rand(1, channels, 64, 64))
        levels = list(features.values())[:2]
        if architecture == "narrow":
            levels = [features[name] for name in ("p2", "p3")]
        found = torch.compile(scores.forward, fullgraph=True, backend="eager")(levels)
        torch.testing.assert_close(found, scores(levels))
