/* How much of every pixel each instance covers, exactly, and the picture and the masks this makes.

   A line's cells hold by how much it changes the coverage at their pixel, as one goes down the column: a contour's
   lines together add up to 1 where it begins and back to 0 where it ends, and to the covered share in between.  So a
   column is filled by adding up its cells from the top.  Straight edges are exact; a curve is drawn as chords that leave
   it by less than FLATNESS.

   Contours that turn the same way unite, those that turn against the one around them are holes (non-zero rule); where
   two share a pixel that neither fills, their shares add up, to no more than the whole pixel. */

#include <math.h>
#include <string.h>

#include "ink.h"

static const double FLATNESS = 0.01;       /* pixels */
static const double HAIR = 1.0 / 0x10000;  /* levels of grey: what rounding may have taken from a pixel just half covered */

/* The cells of one instance: column after column of its box, two more cells than it has rows. */
typedef struct {
    canvas *c;
    int32_t left, top, width, height;
    bool masked; /* else it is drawn and no more */
} sheet;

/* Add the piece of a line within column x from height y0 to y1; `across` is its extent in x, which gives its sign. */
static void add_piece(const sheet *s, int32_t x, double y0, double y1, double across) {
    extent *column = &s->c->columns.items[x];
    double *cells = &s->c->cells.items[(size_t)x * (size_t)(s->height + 2)];
    double low = fmin(y0, y1), high = fmax(y0, y1), height = s->height;
    if (high >= height && column->high < s->height) column->high = s->height; /* what it ends lies below the box */
    if (low >= height) return;
    if (low < 0) { /* what is above the box covers whole pixels of it */
        double above = high > 0 ? across * -low / (high - low) : across;
        cells[0] += above;
        column->low = 0;
        if (column->high < 1) column->high = 1;
        if (high <= 0) return;
        across -= above;
        low = 0;
    }
    if (high > height) {
        across *= (height - low) / (high - low);
        high = height;
    }
    int32_t first = (int32_t)low, last = (int32_t)high;
    if (first < column->low) column->low = first;
    if (last + 2 > column->high) column->high = last + 2;
    if (first == last) {
        double below = 1 - ((low + high) / 2 - first);
        cells[first] += across * below;
        cells[first + 1] += across * (1 - below);
        return;
    }
    double per_row = across / (high - low);
    for (int32_t y = first; y <= last; y++) {
        double from = y == first ? low - y : 0, to = y == last ? high - y : 1;
        double share = per_row * (to - from), below = 1 - (from + to) / 2;
        cells[y] += share * below;
        cells[y + 1] += share * (1 - below);
    }
}

static void add_line(const sheet *s, point a, point b) {
    double sign = b.x < a.x ? -1 : 1;
    point left = b.x < a.x ? b : a, right = b.x < a.x ? a : b;
    double slope = (right.y - left.y) / (right.x - left.x);
    if (left.x == right.x || right.x <= 0 || left.x >= s->width) return;
    double begin = fmax(left.x, 0), end = fmin(right.x, s->width), y = left.y + (begin - left.x) * slope;
    for (int32_t x = (int32_t)begin; begin < end; x++) {
        double next = fmin(x + 1, end), below = next == right.x ? right.y : left.y + (next - left.x) * slope;
        add_piece(s, x, y, below, sign * (next - begin));
        begin = next;
        y = below;
    }
}

static double bend_of(point a, point b, point c) {
    double x = a.x - 2 * b.x + c.x, y = a.y - 2 * b.y + c.y;
    return sqrt(x * x + y * y);
}

/* Add a curve of two or three further points as chords. */
static void add_curve(const sheet *s, point a, point b, point c, point d, bool cubic) {
    double bend = bend_of(a, b, c) / 4;
    if (cubic) bend = 3 * fmax(bend, bend_of(b, c, d) / 4);
    int chords = (int)fmin(ceil(sqrt(bend / FLATNESS)), 1000);
    point before = a;
    for (int i = 1; i <= chords; i++) {
        double t = (double)i / chords, u = 1 - t;
        double wa = u * u, wb = 2 * t * u, wc = t * t, wd = 0;
        if (cubic) wa = u * u * u, wb = 3 * t * u * u, wc = 3 * t * t * u, wd = t * t * t;
        point next = {wa * a.x + wb * b.x + wc * c.x + wd * d.x, wa * a.y + wb * b.y + wc * c.y + wd * d.y};
        if (i == chords) next = cubic ? d : c;
        add_line(s, before, next);
        before = next;
    }
    if (!chords) add_line(s, a, cubic ? d : c);
}

static point inside(const sheet *s, const contour *shape, size_t number) {
    point p = s->c->contours.points.items[shape->first + number % shape->count];
    return (point){p.x - s->left, p.y - s->top};
}

static void add_contour(const sheet *s, const contour *shape) {
    const uint8_t *tags = &s->c->contours.tags.items[shape->first];
    for (size_t i = 0; i < shape->count;) {
        point a = inside(s, shape, i), b = inside(s, shape, i + 1), c = inside(s, shape, i + 2);
        uint8_t tag = tags[(i + 1) % shape->count];
        if (tag == ON) add_line(s, a, b);
        else add_curve(s, a, b, c, inside(s, shape, i + 3), tag == CUBIC);
        i += tag == ON ? 1 : tag == CONIC ? 2 : 3;
    }
}

static uint8_t level(double share) {
    double grey = fabs(share) * 256 + HAIR;
    return grey < 255 ? (uint8_t)grey : 255;
}

/* Make a stretch of a column, `count` pixels down from `dark`, as dark as `grey`; say whether two masks meet there. */
static bool lay_stretch(uint8_t *dark, size_t pitch, int32_t count, uint8_t grey) {
    uint8_t darkest = 0;
    for (; count > 0; count--, dark += pitch) {
        if (*dark > darkest) darkest = *dark;
        if (*dark < grey) *dark = grey;
    }
    return grey >= HALF && darkest >= HALF;
}

/* Lay a column of the sheet on the picture, as dark as it or what lies there, and write its runs of mask pixels.

   A pixel belongs to every instance that covers at least half of it, and the picture is the darkest of all: so its ink
   is the union of the masks, by construction.  `meets`: set where the mask meets ink that is there already. */
static int lay_column(const sheet *s, int32_t x, bool *meets) {
    canvas *c = s->c;
    extent *column = &c->columns.items[x];
    double *cells = &c->cells.items[(size_t)x * (size_t)(s->height + 2)], share = 0;
    int32_t left = s->left + x, from = -1, foot = column->high < s->height ? column->high : s->height;
    uint8_t *dark = &c->dark.items[(size_t)s->top * c->pitch + (size_t)left];
    for (int32_t y = column->low, next; y < foot; y = next) {
        share += cells[y];
        cells[y] = 0;
        for (next = y + 1; next < foot && cells[next] == 0;) next++;
        uint8_t grey = level(share);
        if (grey && lay_stretch(dark + (size_t)y * c->pitch, c->pitch, next - y, grey)) *meets = true;
        if (s->masked && grey >= HALF && from < 0) from = y;
        if (grey < HALF && from >= 0) {
            if (ink_add_run(c, left, s->top + from, s->top + y)) return NO_MEMORY;
            from = -1;
        }
    }
    for (int32_t y = foot; y < column->high; y++) cells[y] = 0;
    return from < 0 ? DRAWN : ink_add_run(c, left, s->top + from, s->top + foot);
}

static int fill_instance(canvas *c, const instance *each, bool *meets) {
    sheet s = {c, each->reach.left, each->reach.top, each->reach.right - each->reach.left,
               each->reach.bottom - each->reach.top, each->owner < c->labelled};
    size_t cells = (size_t)s.width * (size_t)(s.height + 2), there = c->cells.room;
    if (!ROOM(&c->cells, cells) || !ROOM(&c->columns, (size_t)s.width)) return NO_MEMORY;
    if (c->cells.room > there) memset(&c->cells.items[there], 0, (c->cells.room - there) * sizeof(double));
    for (int32_t x = 0; x < s.width; x++) c->columns.items[x] = (extent){s.height, 0};
    for (size_t i = each->first; i < each->first + each->count; i++) {
        const contour *shape = &c->contours.contours.items[c->order.items[i]];
        if (shape->count > 2) add_contour(&s, shape);
    }
    if (s.masked && ink_start_mask(c, each->owner)) return NO_MEMORY;
    for (int32_t x = 0; x < s.width; x++) {
        if (lay_column(&s, x, meets)) return NO_MEMORY;
    }
    for (int32_t y = each->reach.top; y < each->reach.bottom; y++) {
        extent *row = &c->rows.items[y];
        if (each->reach.left < row->low) row->low = each->reach.left;
        if (each->reach.right > row->high) row->high = each->reach.right;
    }
    return s.masked ? ink_end_mask(c) : DRAWN;
}

/* Fill every instance and make the picture of them; they come in the order of owners, bonds before labels before marks.
   ILLEGIBLE if the mask of a label shares a pixel with that of a bond, or a mask has no pixel. */
int ink_fill(canvas *c) {
    size_t pixels = c->pitch * (size_t)c->height;
    bool legible = true;
    c->masks.count = c->text.count = 0;
    if (!ROOM(&c->dark, pixels) || !ROOM(&c->rows, (size_t)c->height)) return NO_MEMORY;
    memset(c->dark.items, 0, pixels);
    for (int32_t y = 0; y < c->height; y++) c->rows.items[y] = (extent){c->width, 0};
    for (size_t i = 0; i < c->instances.count; i++) {
        bool meets = false;
        if (fill_instance(c, &c->instances.items[i], &meets)) return NO_MEMORY;
        int32_t owner = c->instances.items[i].owner;
        if (owner >= c->labelled) continue;
        if (meets && owner >= c->bonds) legible = false;
        if (!c->masks.items[c->masks.count - 1].area) legible = false;
    }
    return legible ? DRAWN : ILLEGIBLE;
}
