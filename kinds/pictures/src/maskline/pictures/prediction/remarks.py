"""What a person should know of a picture that was read and predicted.  Importing it loads torch."""

from maskline.pictures.prediction.inference import Found


def remarks_on(remark: str, most: int, found: Found) -> tuple[str, ...]:
    """Return what is remarkable of one picture.

    remark: what reading it told; mostly empty.  most: the instances that it was limited to.
    """
    limit = f"{most:,} instances were kept, as max_detections says: there may be more" if found.limited else ""
    right = f"put right in {found.remark}" if found.remark else ""
    return tuple(filter(None, (remark, limit, right)))
