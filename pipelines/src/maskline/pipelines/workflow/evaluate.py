"""Measure a checkpoint on a sealed dataset: predict, evaluate, and nothing else."""

from maskline.pipelines.workflow.form import form
from maskline.pipelines.workflow.steps import judge


@form(
    name="evaluate",
    display_name="Maskline: evaluate a checkpoint",
    description="Predict on a sealed dataset, drawn or imported, and compare with its labels. No champion changes.",
)
def evaluate(checkpoint: str, dataset: str, domain: str = "molecules", reading: str = "", overrides: str = "") -> None:
    """Evaluate one checkpoint.

    Args:
        checkpoint: Checkpoint URI, "published" (molecules), "published-sketches", or "champion": of its classes.
        dataset: Dataset URI. Its classes must be those of the checkpoint.
        domain: Whose measures stand in the report. Every installed domain has a name.
        reading: Another way to read the results, beside the plain one, e.g. "aromatic_as_drawn". Empty: none.
        overrides: JSON object of settings that replace the defaults, e.g. `{"predict": {"split": "test"}}`.
    """
    judge(checkpoint_uri=checkpoint, dataset_uri=dataset, domain=domain, reading=reading, overrides=overrides)
