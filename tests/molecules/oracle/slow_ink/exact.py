"""Coverage by the definition, pixel by pixel: clip every contour to the pixel and take the area that is left."""

from collections.abc import Sequence

Point = tuple[float, float]


def clipped(polygon: Sequence[Point], axis: int, edge: float, sign: int) -> list[Point]:
    """Keep the part of a polygon where `sign * (coordinate - edge) >= 0` (Sutherland and Hodgman)."""
    kept: list[Point] = []
    for before, here in zip([polygon[-1], *polygon[:-1]], polygon, strict=True) if polygon else ():
        inside, was = sign * (here[axis] - edge) >= 0, sign * (before[axis] - edge) >= 0
        if inside != was:
            share = (edge - before[axis]) / (here[axis] - before[axis])
            cut = before[1 - axis] + share * (here[1 - axis] - before[1 - axis])
            kept.append((edge, cut) if axis == 0 else (cut, edge))
        if inside:
            kept.append(here)
    return kept


def turned_area(polygon: Sequence[Point]) -> float:
    """Return the area, negative if the polygon turns the other way."""
    ahead = [*polygon[1:], *polygon[:1]]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(polygon, ahead, strict=True)) / 2


def coverage(contours: Sequence[Sequence[Point]], x: int, y: int) -> float:
    """Return how much of pixel (x, y) the contours of one instance cover, 0 to 1, their shares added up."""
    total = 0.0
    for contour in contours:
        part = list(contour)
        for axis, edge, sign in ((0, x, 1), (0, x + 1, -1), (1, y, 1), (1, y + 1, -1)):
            part = clipped(part, axis, edge, sign)
        total += turned_area(part)
    return min(abs(total), 1.0)
