"""A checkpoint artifact as a network that is ready to use."""

from maskline.contract.artifact import Artifact
from maskline.pictures.networks import weights
from maskline.pictures.networks.segmenter import Segmenter, build
from maskline.pictures.spec import ModelSpec


def load_segmenter(checkpoint: Artifact) -> Segmenter:
    """Build the network that a sealed checkpoint describes and give it its weights, on the CPU.

    Raises Corrupt or CategoryMismatch if the checkpoint's files do not belong together.
    """
    spec = ModelSpec.from_yaml(checkpoint.read("model.yaml").decode(), f"{checkpoint.uri}/model.yaml")
    segmenter = build(spec)
    weights.load(segmenter, checkpoint.read("model.safetensors"), f"{checkpoint.uri}/model.safetensors")
    return segmenter
