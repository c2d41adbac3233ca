"""What a person should know of a picture that was read and predicted."""

from maskline.model.inference import Found


def remarks_on(file_name: str, remark: str, found: Found, most: int) -> list[dict[str, str]]:
    """Return what is remarkable of one picture.

    remark: what reading it told; mostly empty.  most: the instances that `found` was limited to.
    """
    limit = f"{most:,} instances were kept, as max_detections says: there may be more" if found.limited else ""
    return [{"file_name": file_name, "remark": text} for text in (remark, limit) if text]
