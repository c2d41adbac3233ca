"""Weights of torchvision's ResNets and Mask R-CNN, as detectron2 calls and computes them.

torchvision takes red, green and blue, 0..1, less a mean and divided by a deviation; detectron2 blue, green and red,
0..255, less the same mean. The first convolution makes up for both. That a region holds no instance is torchvision's
first class and detectron2's last, for which there are no boxes and masks.
"""

import re
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

DEVIATIONS = (0.229, 0.224, 0.225)
"""Of red, green and blue, by which torchvision divides."""
BODY = r"(?:backbone\.body\.)?"
NAMES = {
    rf"{BODY}conv1\.(.+)": r"backbone.bottom_up.stem.conv1.\1",
    rf"{BODY}bn1\.(.+)": r"backbone.bottom_up.stem.conv1.norm.\1",
    rf"{BODY}layer(\d)\.(\d+)\.conv(\d)\.(.+)": r"backbone.bottom_up.res<\1>.\2.conv\3.\4",
    rf"{BODY}layer(\d)\.(\d+)\.bn(\d)\.(.+)": r"backbone.bottom_up.res<\1>.\2.conv\3.norm.\4",
    rf"{BODY}layer(\d)\.(\d+)\.downsample\.0\.(.+)": r"backbone.bottom_up.res<\1>.\2.shortcut.\3",
    rf"{BODY}layer(\d)\.(\d+)\.downsample\.1\.(.+)": r"backbone.bottom_up.res<\1>.\2.shortcut.norm.\3",
    r"backbone\.fpn\.inner_blocks\.(\d)\.(?:0\.)?(weight|bias)": r"backbone.fpn_lateral<<\1>>.\2",
    r"backbone\.fpn\.layer_blocks\.(\d)\.(?:0\.)?(weight|bias)": r"backbone.fpn_output<<\1>>.\2",
    r"rpn\.head\.conv\.(?:0\.0\.)?(weight|bias)": r"proposal_generator.rpn_head.conv.\1",
    r"rpn\.head\.cls_logits\.(.+)": r"proposal_generator.rpn_head.objectness_logits.\1",
    r"rpn\.head\.bbox_pred\.(.+)": r"proposal_generator.rpn_head.anchor_deltas.\1",
    r"roi_heads\.box_head\.fc6\.(.+)": r"roi_heads.box_head.fc1.\1",
    r"roi_heads\.box_head\.fc7\.(.+)": r"roi_heads.box_head.fc2.\1",
    r"roi_heads\.mask_head\.(\d)\.0\.(.+)": r"roi_heads.mask_head.mask_fcn<\1>.\2",
    r"roi_heads\.mask_predictor\.conv5_mask\.(.+)": r"roi_heads.mask_head.deconv.\1",
    r"roi_heads\.mask_predictor\.mask_fcn_logits\.(.+)": r"roi_heads.mask_head.predictor.\1",
}
"""Patterns of whole names, of all releases; <n> stands for n + 1 and <<n>> for n + 2."""


def _of_bgr(weight: Tensor) -> Tensor:
    """Return the first convolution, (channels, 3, 7, 7), for blue, green and red in 0..255."""
    return (weight / (255 * torch.tensor(DEVIATIONS))[:, None, None]).flip(1)


CHANGES: dict[str, Callable[[Tensor], Tensor]] = {
    "backbone.bottom_up.stem.conv1.weight": _of_bgr,
    "roi_heads.box_predictor.cls_score": lambda rows: rows.roll(-1, 0),
    "roi_heads.box_predictor.bbox_pred": lambda rows: rows[4:],
    "roi_heads.mask_head.predictor": lambda rows: rows[1:],
}
"""By how a name begins: what detectron2 has in its place."""


def is_torchvisions(names: Mapping[str, Tensor]) -> bool:
    """Say whether these are weights of torchvision, of a bare ResNet or of a network around one."""
    return "layer1.0.conv1.weight" in names or "backbone.body.layer1.0.conv1.weight" in names


def as_detectron2(theirs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return torchvision's weights under detectron2's names; what is called otherwise keeps its name."""
    found = {}
    for name, value in theirs.items():
        called = _called(name)
        change = next((change for start, change in CHANGES.items() if called.startswith(start)), None)
        found[called] = change(value) if change else value
    return found


def _called(name: str) -> str:
    for pattern, form in NAMES.items():
        if match := re.fullmatch(pattern, name):
            return re.sub(r"(<+)(\d)>+", lambda n: str(int(n[2]) + len(n[1])), match.expand(form))
    return name
