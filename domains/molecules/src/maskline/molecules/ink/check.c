/* Whether a scene is one: all of it is written by others, and nothing is drawn of one whose numbers lead astray. */

#include <math.h>

#include "ink.h"

static bool within(int32_t number, int32_t least, int32_t below) { return number >= least && number < below; }

/* Say whether `count` things from `first` on lie among `there`. */
static bool among(int32_t first, int32_t count, int32_t there) {
    return first >= 0 && count >= 0 && (int64_t)first + count <= there;
}

static bool is_length(double length) { return length >= 0 && length <= FARTHEST_POINT; }

static bool is_place(double x, double y) { return fabs(x) <= FARTHEST_POINT && fabs(y) <= FARTHEST_POINT; }

static bool bonds_are_right(const scene *s) {
    for (int32_t i = 0; i < s->bonds; i++) {
        const bond *b = &s->bond_rows[i];
        if (!within(b->begin, 0, s->atoms) || !within(b->end, 0, s->atoms)) return false;
        if (!within(b->owner, 0, s->owners) || !within(b->mark, LINE, ARROW + 1) || !within(b->side, -1, 2)) return false;
        if (i < s->own_bonds && b->owner != i) return false; /* stretches are found by owner */
    }
    return true;
}

static bool boxes_are_right(const scene *s) {
    for (int32_t i = 0; i < s->boxes; i++) {
        const label_box *b = &s->box_rows[i];
        if (!within(b->atom, i ? s->box_rows[i - 1].atom : 0, s->atoms)) return false;
        if (!is_place(b->left, b->top) || !is_place(b->right, b->bottom)) return false;
    }
    return true;
}

static bool glyphs_are_right(const scene *s) {
    for (int32_t i = 0; i < s->glyphs; i++) {
        const glyph *g = &s->glyph_rows[i];
        if (!within(g->owner, 0, s->owners) || !among(g->first, g->count, s->outlines)) return false;
    }
    return true;
}

static bool marks_are_right(const scene *s) {
    for (int32_t i = 0; i < s->marks; i++) {
        const mark_row *m = &s->mark_rows[i];
        if (!within(m->owner, 0, s->owners) || !among(m->first, m->count, s->points) || !is_length(m->width)) return false;
    }
    return true;
}

/* Check every count, index and length.  Characters and lines are checked where they lie in the picture, by ink_group. */
bool ink_is_right(const scene *s) {
    const double lengths[] = {s->line_width, s->line_gap, s->label_gap, s->wedge_width, s->hash_width, s->hash_spacing,
                              s->shortest_bond, s->bold_width, s->dash_length};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        if (!is_length(lengths[i])) return false;
    }
    if (s->own_bonds < 0 || s->own_bonds > s->bonds || s->own_bonds > s->labelled || s->labelled > s->owners) return false;
    if (s->owners > MOST_OWNERS) return false;
    for (int32_t i = 0; i < s->atoms; i++) {
        if (!is_place(s->atom_points[i].x, s->atom_points[i].y)) return false;
    }
    return bonds_are_right(s) && boxes_are_right(s) && glyphs_are_right(s) && marks_are_right(s);
}
