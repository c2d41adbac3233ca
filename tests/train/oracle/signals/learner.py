"""Two layers that learn where the peak is."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import torch as safetensors_torch
from torch import Tensor, nn

from maskline.contract.kind.training import Draw, Item, Learner, Pool
from maskline.contract.shard import Sample
from signals import PLACES


class TwoLayers(nn.Module):
    """A network of its own."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(PLACES, hidden), nn.ReLU(), nn.Linear(hidden, PLACES))

    def forward(self, batch: Sequence[Item]) -> dict[str, Tensor]:
        values, peaks = (torch.stack([item[part] for item in batch]) for part in ("values", "peak"))
        return {"loss_peak": nn.functional.cross_entropy(self.layers(values), peaks)}


class SignalLearner(Learner):
    """A signal is a list of numbers; its label says where the largest is."""

    headline = "hits"

    def __init__(self, hidden: int) -> None:
        self.network = TwoLayers(hidden)

    def start(self, path: Path) -> tuple[dict[str, int], dict[str, Any]]:
        state = safetensors_torch.load_file(path)
        self.network.load_state_dict(state)
        return {"matched": len(state), "of": len(state)}, {}

    def item(self, sample: Sample) -> dict[str, Tensor]:
        values = torch.tensor(json.loads(sample.members["json"]), dtype=torch.float32)
        return {"values": values, "peak": torch.tensor(sample.annotations[0]["at"])}

    def varied(self, item: Item, draw: Draw, pool: Pool) -> dict[str, Tensor]:
        del pool
        return {"values": item["values"] * draw(1).uniform(0.9, 1.1), "peak": item["peak"]}

    @torch.no_grad()
    def results(self, network: nn.Module, samples: Sequence[Sample]) -> list[dict[str, Any]]:
        values = torch.stack([self.item(sample)["values"] for sample in samples])
        peaks = network.get_submodule("layers")(values).argmax(1).tolist()
        return [{"image_id": sample.image["id"], "at": at} for sample, at in zip(samples, peaks, strict=True)]

    def scores(self, samples: Sequence[Sample], results: Sequence[dict[str, Any]]) -> dict[str, float | None]:
        truth = {sample.image["id"]: sample.annotations[0]["at"] for sample in samples}
        return {"hits": sum(truth[result["image_id"]] == result["at"] for result in results) / len(truth)}

    def weights(self, network: nn.Module) -> bytes:
        return safetensors_torch.save(dict(network.state_dict()))

    def shown(self, sample: Sample, item: Item) -> Sample:
        return Sample(sample.stem, {"json": json.dumps(item["values"].tolist()).encode()}, sample.image, [])
