"""What the Kubeflow UI shows of a training: its curves, and the pictures that it learned from."""

import json

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.page.document import document
from maskline.contract.page.learning import LOG, Learning, section, series
from maskline.contract.page.markup import Markup, join, tag
from maskline.contract.page.table import header, row, table


def learning_page(checkpoint: Artifact) -> str:
    """Return one HTML page: loss and validation AP over the steps, what the training took, the classes it learned."""
    manifest = checkpoint.manifest
    lines = [json.loads(line) for line in checkpoint.read(LOG).decode().splitlines()]
    told = Learning(series(lines), manifest.figures, manifest.config.get("batch_images"))
    title = f"Training of {manifest.name}"
    lead = f"It learned from {manifest.inputs['dataset']}."
    eyebrow = f"Maskline checkpoint \N{MIDDLE DOT} {manifest.categories.domain}"
    return document(
        f"{title} \N{MIDDLE DOT} Maskline",
        header(eyebrow, title, checkpoint.uri, lead),
        section(told),
        _classes(manifest.inputs["dataset"]),
    )


def _classes(dataset: str) -> Markup:
    """Show how many instances of each class there were, if the dataset's maker counted them."""
    splits = open_sealed(dataset, "dataset").manifest.figures.get("splits")
    if not splits:
        return Markup()
    names = dict.fromkeys(name for split in splits.values() for name in split["instances"])
    rows = [row(join(name), [f"{split['instances'].get(name, 0):,}" for split in splits.values()]) for name in names]
    heads = ["class", *(f"{name}, {split['samples']:,} samples" for name, split in splits.items())]
    return tag("section", tag("h2", "What it learned from"), table("Instances of each class.", heads, rows))
