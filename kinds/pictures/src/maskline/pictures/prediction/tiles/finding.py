"""Pictures of any size, whole or tile by tile, with the memory there is."""

from collections.abc import Sequence
from typing import NamedTuple

from maskline.contract.log import event
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.inference import Found, Pixels, Window
from maskline.pictures.prediction.tiles.layout import tiles
from maskline.pictures.prediction.tiles.memory import OutOfMemory, Passes
from maskline.pictures.prediction.tiles.stitching import stitch
from maskline.pictures.preprocessing.frame import frame_scale, scaled_size

REACH_PX = 2
"""Pixels of the network's frame by which the box of an instance that a border cuts may miss that border."""
CLEAR = 8
"""A margin decides if it is wider than another by the overlap divided by this."""


class _Page(NamedTuple):
    """A picture to be seen.  scale: times which a network sees it.  side: of its tiles, in pixels; 0: it has none."""

    window: Window
    scale: float
    side: int


class TilingFinder:
    """A network that finds the instances of pictures of any size.

    Pictures larger than `tile_px` are seen in tiles, all others whole, those of one frame together. Where the memory
    does not suffice, fewer go together; a picture that is too large by itself is cut into smaller tiles, and if that
    does not help either, it is looked at on the CPU. Each step is one line of the log. The scale stays, so that the
    instances do.
    """

    def __init__(self, segmenter: Segmenter, config: PicturePrediction, zoom: float = 1) -> None:
        """Take a network where it is.  zoom: it sees pictures so many times as large as its spec says."""
        self._spec, self._config, self._zoom = segmenter.spec, config, zoom
        self._passes = Passes(segmenter, config.score_threshold, config.max_detections)
        self._told: list[dict[str, str | int]] = []

    def __call__(self, pictures: Sequence[Pixels]) -> list[Found]:
        """Find the instances of pictures, grey (H, W) or RGB (H, W, 3).

        Raises OutOfMemory if the smallest tiles do not fit into the memory of the CPU.
        """
        pages = [self._page(picture) for picture in pictures]
        alike: dict[tuple[int, int], list[int]] = {}
        for number, page in enumerate(pages):
            if not page.side:
                alike.setdefault(scaled_size(*page.window.size, page.scale), []).append(number)
        found: dict[int, Found] = {}
        for size, numbers in alike.items():
            try:
                windows = [pages[number].window for number in numbers]
                found |= zip(numbers, self._passes(windows, size, self._config.batch_size), strict=True)
            except OutOfMemory:
                continue  # each by itself
        return [found[number] if number in found else self._by_itself(page) for number, page in enumerate(pages)]

    def _page(self, picture: Pixels) -> _Page:
        window, side = Window.whole(picture, self._spec), self._config.tile_px
        if 0 < side < max(window.size):
            return _Page(window, self._zoom * frame_scale(side, side, self._spec), side)
        return _Page(window, self._zoom * frame_scale(*window.size, self._spec), 0)

    def _by_itself(self, page: _Page) -> Found:
        """Find the instances of a picture in tiles as large as the memory allows, or else on the CPU."""
        side = page.side or max(page.window.size)
        while True:
            try:
                return self._in_tiles(page, side)
            except OutOfMemory as fault:
                full = fault
            side //= 2
            if side < 2 * self._config.tile_overlap_px:
                break
            self._tell(tile_px=side)
        if self._passes.device == "cpu":
            raise full
        self._tell(device="cpu")
        with self._passes.on_cpu():
            return self._by_itself(page)

    def _tell(self, **step: str | int) -> None:
        """Leave one line of a step, however many pictures need it."""
        if step not in self._told:
            self._told.append(step)
            event("predict.memory", full=self._passes.device, **step)

    def _in_tiles(self, page: _Page, side: int) -> Found:
        overlap, most = self._config.tile_overlap_px, self._config.max_detections
        places = tiles(*page.window.size, side, overlap)
        size = scaled_size(places[0].height, places[0].width, page.scale)
        # A core gains nothing from tiles that go together, and the memory is that of all of them.
        together = 1 if self._passes.device == "cpu" else self._config.batch_size
        found = self._passes([page.window.part(*place) for place in places], size, together)
        results = stitch(places, [each.instances for each in found], REACH_PX / page.scale, overlap / CLEAR)
        return Found(results[:most], limited=len(results) > most or any(each.limited for each in found))
