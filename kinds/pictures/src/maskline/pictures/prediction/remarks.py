"""What a person should know of a picture that was read and predicted."""


def remarks_on(remark: str, most: int, *, limited: bool) -> tuple[str, ...]:
    """Return what is remarkable of one picture.

    remark: what reading it told; mostly empty.  most: the instances that it was limited to.
    limited: there may be more.
    """
    limit = f"{most:,} instances were kept, as max_detections says: there may be more" if limited else ""
    return tuple(filter(None, (remark, limit)))
