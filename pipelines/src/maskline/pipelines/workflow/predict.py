"""Segment somebody's pictures with the champion, or with a checkpoint that is named."""

from maskline.pipelines.workflow.form import form
from maskline.pipelines.workflow.steps import segment


@form(
    name="predict",
    display_name="Maskline: segment pictures",
    description="Segment the pictures of a folder with the reigning champion, or with a checkpoint of yours.",
)
def predict(images: str, domain: str = "molecules", checkpoint: str = "", overrides: str = "") -> None:
    """Segment pictures.

    Args:
        images: Folder or s3:// prefix of the pictures, sketches or volumes.
        domain: Whose champion segments them, where no checkpoint is named. Every installed domain has a name.
        checkpoint: Checkpoint URI, "published" (molecules) or "published-sketches". Empty: the domain's champion.
        overrides: JSON object of settings that replace the defaults, e.g. `{"predict": {"score_threshold": 0.3}}`.
    """
    segment(checkpoint_uri=checkpoint, domain=domain, images=images, overrides=overrides)
