"""Objects that another detector found, as boxes in a picture of the sketch."""

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.store import read_uri
from maskline.strokes.classes import Classes
from maskline.strokes.formats.yolo import detections, strokes_in
from maskline.strokes.painting import frame_of
from maskline.strokes.prediction.reading import Told
from maskline.strokes.sketch import Sketch


def detected(sketch: Sketch, folder: str, classes: Classes, longer_px: int) -> list[Told]:
    """Return the objects of a sketch that `<folder>/<name>.txt` tells; none if there is no such file.

    longer_px: the longer side of the picture in which they were detected.
    Raises InvalidInput for a line that is no detection, or of a class that the table does not have.
    """
    where = f"{folder.rstrip('/')}/{sketch.name}.txt"
    try:
        found = detections(read_uri(where).decode("utf-8", "replace"), where)
    except NotFound:
        return []
    for one in found:
        if one.category >= len(classes.objects):
            raise InvalidInput(
                f"{where}: class {one.category}: it must be below {len(classes.objects)}, the objects there are"
            )
    strokes = strokes_in(sketch, found, frame_of(sketch, longer_px))
    return [Told(own, classes.objects[one.category]) for own, one in zip(strokes, found, strict=True) if own]
