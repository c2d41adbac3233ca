"""Pictures small enough that a page of a few dozen stays below a megabyte."""

import io
from base64 import b64encode

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskline.contract.page.markup import Markup, tag

SIDE_PX = 360


def thumbnail(picture: Image.Image | npt.NDArray[np.uint8], description: str) -> Markup:
    """Show a picture at SIDE_PX at most, (H, W) grey or (H, W, 3) RGB if it is an array; never scaled up."""
    small = (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).convert("RGB")
    small.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85, subsampling=0)  # coloured lines are a pixel wide here
    source = f"data:image/jpeg;base64,{b64encode(buffer.getvalue()).decode('ascii')}"
    return tag("img", src=source, alt=description, width=small.width, height=small.height)
