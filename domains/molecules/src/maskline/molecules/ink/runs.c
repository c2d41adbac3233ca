/* COCO's compressed run lengths: runs of zeros and ones in turn, counted down the columns, zeros first.

   From the fourth run on it is the change against the run two before that is written.  A character carries five bits of
   a number, the lowest first, a sixth that says whether more follow, and is shifted by 48. */

#include "ink.h"

enum { LONGEST = 7 }; /* characters of a number: 35 bits, more than any picture's pixels take */

int ink_start_mask(canvas *c, int32_t owner) {
    if (!ROOM(&c->masks, 1)) return NO_MEMORY;
    stretch drawn = (size_t)owner < c->stretches.count ? c->stretches.items[owner] : (stretch){0, 0};
    c->masks.items[c->masks.count++] = (mask){
        .owner = owner, .x = INT32_MAX, .y = INT32_MAX, .ends = {drawn.begin, drawn.end}};
    c->edges.count = 0;
    return DRAWN;
}

/* Add the pixels (x, from) up to, but without, (x, to) to the mask begun last.  Runs come in COCO's order. */
int ink_add_run(canvas *c, int32_t x, int32_t from, int32_t to) {
    mask *m = &c->masks.items[c->masks.count - 1];
    int64_t begin = (int64_t)x * c->height + from, end = (int64_t)x * c->height + to;
    if (!ROOM(&c->edges, 2)) return NO_MEMORY;
    if (c->edges.count && c->edges.items[c->edges.count - 1] == begin) {
        c->edges.count--; /* a run to the foot of a column goes on at the next one's head */
    } else {
        c->edges.items[c->edges.count++] = begin;
    }
    c->edges.items[c->edges.count++] = end;
    /* w and h are the right and the lower border until the mask ends. */
    if (x < m->x) m->x = x;
    if (from < m->y) m->y = from;
    if (x + 1 > m->w) m->w = x + 1;
    if (to > m->h) m->h = to;
    m->area += to - from;
    return DRAWN;
}

static void spell(canvas *c, int64_t value) {
    for (bool more = true; more;) {
        int bits = (int)(value & 31);
        value >>= 5; /* keeps the sign */
        more = bits & 16 ? value != -1 : value != 0;
        c->text.items[c->text.count++] = (char)(bits + (more ? 32 : 0) + 48);
    }
}

/* Write the run lengths of the mask.  One without a pixel has area 0 and the box 0, 0, 0, 0. */
int ink_end_mask(canvas *c) {
    mask *m = &c->masks.items[c->masks.count - 1];
    int64_t pixels = (int64_t)c->width * c->height, place = 0, before = 0, before_that = 0;
    m->text = (int32_t)c->text.count;
    if (m->area) {
        m->w -= m->x;
        m->h -= m->y;
    } else {
        m->x = m->y = 0;
    }
    if (!ROOM(&c->text, LONGEST * (c->edges.count + 1))) return NO_MEMORY;
    for (size_t i = 0; i <= c->edges.count; i++) {
        int64_t next = i < c->edges.count ? c->edges.items[i] : pixels, run = next - place;
        if (i == c->edges.count && i && !run) break; /* a mask that ends in ones has no last run of zeros */
        spell(c, i > 2 ? run - before_that : run);
        before_that = before;
        before = run;
        place = next;
    }
    m->text_length = (int32_t)(c->text.count - (size_t)m->text);
    return DRAWN;
}
