"""What stands around the molecule and is whole: brackets, compound number, caption, plus sign, arrow with reagents."""

from maskline.molecules.numbers.ranges import whole
from maskline.molecules.page.blocks import Block, arrow
from maskline.molecules.page.boxes import BOTTOM, LEFT, RIGHT, TOP, depth, widened
from maskline.molecules.page.grammar import expand
from maskline.molecules.page.marks import Stroke
from maskline.molecules.page.sheet import Sheet

CENTRE = 0.5
EVERYWHERE = (LEFT, TOP, RIGHT, BOTTOM)


def enclose(sheet: Sheet) -> None:
    """Put square brackets around, with what is repeated, charged or added."""
    left, top, right, bottom = widened(sheet.whole, sheet.gap() + sheet.width / 2)
    arm = 0.6 * sheet.drawn.cap_height
    brackets = tuple(
        Stroke(((x + inwards, top), (x, top), (x, bottom), (x + inwards, bottom)), sheet.width)
        for x, inwards in ((left, arm), (right, -arm))
    )
    sheet.add(Block(brackets, widened((left, top, right, bottom), sheet.width / 2)))
    kind, along = ("repeat", 1.0) if sheet.rng.random() < 0.7 else ("charge", 0.0)
    sheet.stand(sheet.typesetter.line(expand(kind, sheet.rng)), RIGHT, along)


def number_compound(sheet: Sheet) -> None:
    """Put a compound number below, mostly, or at another side."""
    side = BOTTOM if sheet.rng.random() < 0.7 else EVERYWHERE[whole((0, 3), sheet.rng)]
    centred = side in {TOP, BOTTOM} and sheet.rng.random() < 0.7
    along = CENTRE if centred else sheet.rng.random()
    sheet.stand(sheet.typesetter.line(expand("compound_number", sheet.rng)), side, along, tuck=not centred)


def caption(sheet: Sheet) -> None:
    """Put one to three lines of text below or at the right, or a marking such as Chiral in a corner."""
    if sheet.rng.random() < 0.2:
        line = sheet.typesetter.line(expand("marking", sheet.rng))
        side, along = ((TOP, 1.0), (TOP, 1.0), (BOTTOM, CENTRE))[whole((0, 2), sheet.rng)]
        sheet.stand(line, side, along, tuck=True)
        return
    lines = [expand("caption_line", sheet.rng) for _ in range(whole((1, 3), sheet.rng))]
    side = BOTTOM if sheet.rng.random() < 0.75 else RIGHT
    align = CENTRE if side == BOTTOM and sheet.rng.random() < 0.6 else 0.0
    along = align if side == BOTTOM else sheet.rng.random()
    sheet.stand(sheet.typesetter.column(lines, sheet.rng.uniform(1.6, 2.2), align), side, along)


def add_plus(sheet: Sheet) -> None:
    """Put a plus sign at the side where no arrow stands."""
    larger = sheet.typesetter._replace(cap_height=sheet.typesetter.cap_height * sheet.rng.uniform(1, 1.7))
    sheet.stand(larger.line("+"), LEFT + RIGHT - sheet.reaction_side, sheet.rng.uniform(0.3, 0.7))


def react(sheet: Sheet) -> None:
    """Put a reaction arrow at a side, to the right or down, with up to two lines of reagents on either side of it."""
    down = sheet.rng.random() < 0.15
    upper = [expand("reagent_line", sheet.rng) for _ in range(whole((0, 2), sheet.rng))]
    lower = [expand("condition_line", sheet.rng) for _ in range(whole((0, 2), sheet.rng))]
    columns = [sheet.typesetter.column(lines, 1.6, CENTRE) if lines else None for lines in (upper, lower)]
    cap_height = sheet.typesetter.cap_height
    longest = max((depth(column.box, LEFT) for column in columns if column), default=0.0)
    length = sheet.rng.uniform(5, 9) * cap_height if down else longest + sheet.rng.uniform(2, 6) * cap_height
    head = sheet.one_of(("filled", "notched", "open"))
    block = line = arrow(max(length, 12 * sheet.width), sheet.width, head, down=down)
    for column, side in zip(columns, (LEFT, RIGHT) if down else (TOP, BOTTOM), strict=True):
        if column:
            block = block.joined(column.beside(line.box, side, CENTRE, 0.5 * cap_height))
    side = sheet.reaction_side if not down else (TOP, BOTTOM)[sheet.reaction_side == LEFT]
    sheet.stand(block, side, CENTRE)
