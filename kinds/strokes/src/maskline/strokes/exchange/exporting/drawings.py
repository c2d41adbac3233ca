"""The layouts that keep strokes."""

from collections import defaultdict
from typing import Any

from maskline.strokes.exchange.exporting.writer import Files, Given, Lost, Writer, note_parts, note_single
from maskline.strokes.formats import cvat, instancesketch
from maskline.strokes.formats.labels import singles
from maskline.strokes.formats.lines import quickdraw
from maskline.strokes.formats.svg.writing import write as svg
from maskline.strokes.sketch import Sketch


class InstanceSketchFiles(Writer):
    """<split>/<class>/<name>.json, one object each."""

    def __init__(self, given: Given) -> None:
        self.lost, self._files = Lost(), Files(given.folder)

    def add(self, split: str, image: dict[str, Any], sketch: Sketch) -> None:
        """Write each object of a sketch."""
        del image
        note_single(self.lost, sketch)
        _note_place(self.lost, sketch)
        _note_times(self.lost, sketch)
        for single in singles(sketch):
            place = f"{split}/{single.things[0].category}/{own_name(single)}"
            self._files.write(place, ".json", instancesketch.write(single))


class CvatFiles(Writer):
    """<split>/<class>/sketches/annotations.xml, an image for each object."""

    def __init__(self, given: Given) -> None:
        self.lost, self._files = Lost(), Files(given.folder)
        self._waiting: dict[str, list[Sketch]] = defaultdict(list)

    def add(self, split: str, image: dict[str, Any], sketch: Sketch) -> None:
        """Keep each object of a sketch."""
        del split, image
        note_single(self.lost, sketch)
        _note_times(self.lost, sketch)
        labels = {part.name for thing in sketch.things for part in thing.parts}
        self.lost.note("labels are read back in small letters", lost=any(label != label.lower() for label in labels))
        unfit = [name for name, value in sketch.extra.items() if not cvat.fits(name, value)]
        self.lost.note("what their sources tell besides is not all told", lost=unfit)
        for single in singles(sketch):
            self._waiting[single.things[0].category].append(single)

    def finish(self, split: str) -> None:
        """Write a file for each class."""
        for category, sketches in sorted(self._waiting.items()):
            self._files.write(f"{split}/{category}/sketches/annotations", ".xml", cvat.write(sketches))
        self._waiting.clear()


class QuickDrawFiles(Writer):
    """<split>/<class>.ndjson, a line for each object."""

    def __init__(self, given: Given) -> None:
        self.lost, self._files, self._simplified = Lost(), Files(given.folder), given.config.simplified
        self._waiting: dict[str, list[bytes]] = defaultdict(list)

    def add(self, split: str, image: dict[str, Any], sketch: Sketch) -> None:
        """Keep the line of each object of a sketch."""
        del split, image
        note_single(self.lost, sketch)
        note_parts(self.lost, sketch)
        _note_place(self.lost, sketch)
        if self._simplified:
            _note_times(self.lost, sketch)
        for single in singles(sketch):
            self._waiting[single.things[0].category].append(quickdraw.line_of(single, simplified=self._simplified))

    def finish(self, split: str) -> None:
        """Write a file for each class."""
        for category, lines in sorted(self._waiting.items()):
            self._files.write(f"{split}/{category}", ".ndjson", b"".join(lines))
        self._waiting.clear()


class SvgFiles(Writer):
    """<split>/<name>.svg, with everything that a sketch tells."""

    def __init__(self, given: Given) -> None:
        self.lost, self._files = Lost(), Files(given.folder)
        self._colours = {category.name: category.colour for category in given.table.categories}

    def add(self, split: str, image: dict[str, Any], sketch: Sketch) -> None:
        """Write a sketch."""
        del image
        self._files.write(f"{split}/{sketch.name}", ".svg", svg(sketch, self._colours))


def own_name(single: Sketch) -> str:
    """Return what a sketch is called within the folder of its class."""
    return single.name.removeprefix(f"{single.things[0].category}/").replace("/", "-")


def _note_place(lost: Lost, sketch: Sketch) -> None:
    lost.note("the size of the canvas is not told", lost=sketch.size)


def _note_times(lost: Lost, sketch: Sketch) -> None:
    lost.note("times are not told", lost=any(stroke.times is not None for stroke in sketch.strokes))
