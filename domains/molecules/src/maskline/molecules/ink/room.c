/* How much of every bond its labels leave, and whether all can be told apart. */

#include <math.h>
#include <string.h>

#include "ink.h"

static const double SHORTEST = 0.2;      /* lengths of a bond that must be left of it between labels */
static const double SHORTEST_WIDTHS = 2; /* and widths of its lines */

static const double CROWDED = 0.25;      /* lengths of a bond that two atoms must lie apart to be told apart */
static const int MOST_CROSSINGS = 2;     /* pairs of bonds that may cross, as in a drawn cage: with more, rings lie over
                                            one another */

/* Turn the number of rows of each atom into where they begin. */
static void count_up(int32_t *begins, int32_t atoms) {
    int32_t begin = 0;
    for (int32_t atom = 0; atom <= atoms; atom++) {
        int32_t mine = begins[atom];
        begins[atom] = begin;
        begin += mine;
    }
}

/* List the bonds and the boxes of every atom. */
int ink_index(canvas *c, const scene *s) {
    size_t places = (size_t)s->atoms + 2;
    if (!ROOM(&c->leaving_at, places) || !ROOM(&c->boxes_at, places)) return NO_MEMORY;
    if (!ROOM(&c->leaving, 2 * (size_t)s->bonds + 1)) return NO_MEMORY;
    int32_t *leaving_at = c->leaving_at.items, *boxes_at = c->boxes_at.items;
    memset(leaving_at, 0, places * sizeof *leaving_at);
    memset(boxes_at, 0, places * sizeof *boxes_at);
    for (int32_t i = 0; i < s->bonds; i++) {
        const bond *b = &s->bond_rows[i];
        leaving_at[b->begin + 1]++;
        leaving_at[b->end + 1]++;
    }
    for (int32_t i = 0; i < s->boxes; i++) boxes_at[s->box_rows[i].atom]++;
    count_up(boxes_at, s->atoms);
    /* Filling in moves each atom's beginning, kept one place further, to its end, which is the next one's beginning. */
    count_up(leaving_at + 1, s->atoms);
    for (int32_t i = 0; i < s->bonds; i++) {
        c->leaving.items[leaving_at[s->bond_rows[i].begin + 1]++] = i;
        c->leaving.items[leaving_at[s->bond_rows[i].end + 1]++] = i;
    }
    return DRAWN;
}

/* Where the line from `from` along the unit vector `along` last leaves a box grown by `gap`; 0 if it does not meet it. */
static double exit_of(const label_box *b, double gap, point from, point along) {
    double enter = -INFINITY, leave = INFINITY;
    double near[2] = {b->left - gap - from.x, b->top - gap - from.y};
    double far[2] = {b->right + gap - from.x, b->bottom + gap - from.y};
    double step[2] = {along.x, along.y};
    for (int axis = 0; axis < 2; axis++) {
        if (fabs(step[axis]) < 1e-9) {
            if (near[axis] > 0 || far[axis] < 0) return 0;
            continue;
        }
        double one = near[axis] / step[axis], other = far[axis] / step[axis];
        enter = fmax(enter, fmin(one, other));
        leave = fmin(leave, fmax(one, other));
    }
    return enter <= leave && leave > 0 ? leave : 0;
}

/* How far from an atom its bond along the unit vector may begin: behind all of its label, in sheet pixels. */
static double begin_of(const canvas *c, const scene *s, int32_t atom, point along, double beside) {
    double begin = 0;
    point from = s->atom_points[atom], across = {-along.y, along.x};
    for (int32_t i = c->boxes_at.items[atom]; i < c->boxes_at.items[atom + 1]; i++) {
        for (int side = -1; side <= 1; side++) {
            if (side && beside == 0) continue;
            point line = {from.x + side * beside * across.x, from.y + side * beside * across.y};
            begin = fmax(begin, exit_of(&s->box_rows[i], s->label_gap, line, along));
        }
    }
    return begin;
}

/* How far the ink of a bond's end reaches to both sides of the way between its atoms. */
static double reach_beside(const scene *s, const bond *b, bool at_end) {
    double half = s->line_width / 2;
    switch (b->mark) {
        case TWO: return half + (b->side ? s->line_gap : s->line_gap / 2);
        case THREE: return half + s->line_gap;
        case WEDGE: return s->bold_width > 0 ? s->bold_width / 2 : at_end ? s->wedge_width / 2 : half;
        case HASH: return s->dash_length == 0 && (at_end || s->parallel) ? s->wedge_width / 2 : half;
        case WAVE: return s->wedge_width / 2;
        case ARROW: return at_end ? s->wedge_width / 2 : half;
        default: return half;
    }
}

static bool find_stretch(const canvas *c, const scene *s, const bond *b, stretch *left) {
    point from = s->atom_points[b->begin], to = s->atom_points[b->end];
    double x = to.x - from.x, y = to.y - from.y, length = sqrt(x * x + y * y);
    bool mark = b->mark == WEDGE || b->mark == HASH; /* hydrogens, at the wide ends of these, often lie near */
    if (!(length > 1e-6) || (!mark && length < s->shortest_bond)) return false;
    point along = {x / length, y / length}, back = {-along.x, -along.y};
    double begin = begin_of(c, s, b->begin, along, reach_beside(s, b, false));
    double end = length - begin_of(c, s, b->end, back, reach_beside(s, b, true));
    *left = (stretch){begin / length, end / length};
    return end - begin >= fmax(SHORTEST * length, SHORTEST_WIDTHS * s->line_width);
}

/* Say whether a bond's ink runs through a label that is not of its atoms, or nearer to it than a line's width. */
static bool runs_through(const scene *s, const bond *b, const stretch *left) {
    point from = s->atom_points[b->begin], to = s->atom_points[b->end];
    double x = to.x - from.x, y = to.y - from.y, length = sqrt(x * x + y * y);
    point along = {x / length, y / length};
    point begin = {from.x + left->begin * x, from.y + left->begin * y};
    double shown = (left->end - left->begin) * length;
    double gap = s->line_width + (reach_beside(s, b, false) + reach_beside(s, b, true)) / 2; /* of a wedge, at its middle */
    for (int32_t i = 0; i < s->boxes; i++) {
        const label_box *other = &s->box_rows[i];
        if (other->atom == b->begin || other->atom == b->end) continue;
        double leave = exit_of(other, gap, begin, along);
        point back = {begin.x + along.x * shown, begin.y + along.y * shown};
        if (leave > 0 && exit_of(other, gap, back, (point){-along.x, -along.y}) > 0) return true;
    }
    return false;
}

static bool overlap(const label_box *one, const label_box *other, double gap) {
    return one->left < other->right + gap && other->left < one->right + gap && one->top < other->bottom + gap
        && other->top < one->bottom + gap;
}

/* Say whether no two atoms lie at the same place. */
static bool atoms_apart(const scene *s) {
    double sum = 0;
    for (int32_t i = 0; i < s->bonds; i++) {
        point from = s->atom_points[s->bond_rows[i].begin], to = s->atom_points[s->bond_rows[i].end];
        sum += sqrt((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y));
    }
    double near = s->bonds ? CROWDED * sum / s->bonds : 0;
    for (int32_t i = 0; i < s->atoms; i++) {
        for (int32_t j = 0; j < i; j++) {
            double x = s->atom_points[i].x - s->atom_points[j].x, y = s->atom_points[i].y - s->atom_points[j].y;
            if (x * x + y * y < near * near) return false;
        }
    }
    return true;
}

/* On which side of a bond a point lies: above 0 right of the way from its first atom to its second. */
static double side_of(const scene *s, const bond *b, int32_t atom) {
    point from = s->atom_points[b->begin], to = s->atom_points[b->end], p = s->atom_points[atom];
    return (to.x - from.x) * (p.y - from.y) - (to.y - from.y) * (p.x - from.x);
}

/* Say whether few bonds cross between their atoms. */
static bool few_crossings(const scene *s) {
    int crossings = 0;
    for (int32_t i = 0; i < s->bonds; i++) {
        for (int32_t j = 0; j < i; j++) {
            const bond *one = &s->bond_rows[i], *other = &s->bond_rows[j];
            if (one->begin == other->begin || one->begin == other->end || one->end == other->begin
                || one->end == other->end) continue;
            crossings += side_of(s, one, other->begin) * side_of(s, one, other->end) < 0
                      && side_of(s, other, one->begin) * side_of(s, other, one->end) < 0;
        }
    }
    return crossings <= MOST_CROSSINGS;
}

/* Find the stretch of every bond.  ILLEGIBLE if atoms lie at the same place, if many bonds cross, if too little is left of
   one, or a label meets another or a bond. */
int ink_find_room(canvas *c, const scene *s) {
    c->stretches.count = 0;
    if (!ROOM(&c->stretches, (size_t)s->bonds + 1)) return NO_MEMORY;
    bool legible = atoms_apart(s) && few_crossings(s);
    for (int32_t i = 0; i < s->bonds && legible; i++) {
        const bond *b = &s->bond_rows[i];
        stretch *left = &c->stretches.items[i];
        legible = find_stretch(c, s, b, left) && !runs_through(s, b, left);
    }
    for (int32_t i = 0; i < s->boxes && legible; i++) {
        for (int32_t j = 0; j < i && legible; j++) {
            const label_box *one = &s->box_rows[i], *other = &s->box_rows[j];
            legible = one->atom == other->atom || !overlap(one, other, fmax(s->line_width, s->label_gap));
        }
    }
    return legible ? DRAWN : ILLEGIBLE;
}
