/* Bonds as closed contours in picture pixels.

   Contours of one bond that overlap turn the same way, so that they unite when they are filled. */

#include <math.h>

#include "ink.h"

static const double MITRE_LIMIT = 10;
static const double RUN_ON = 0.75;   /* picture pixels by which strokes that meet run into each other: pixels that both
                                        only touch would stay light */
static const double STRAIGHT = 0.01; /* sine of the angle up to which two strokes run on and leave no corner */
static const double LEAST_PAPER = 1.5;        /* sheet pixels between two lines of a hashed wedge */
static const double LEAST_PAPER_WIDTHS = 0.7; /* and of their widths: with less they would pass for a solid wedge */
static const double DASH_GAP = 0.6;  /* between two dashes of a dashed line, over their length */
static const double NARROW = 0.25;   /* width of a hashed wedge's first line over that of its last */
static const double OUTER = 0.1;     /* lengths by which the outer lines of a triple bond are shorter at each bare end */
static const double MOST_INSET = 0.25; /* lengths by which a line beside a bond is shorter at each end at most */
static const double STEEP = 0.4;     /* sine of the least angle between a wedge and a bond that its wide end is fitted to */
static const double HEAD = 1.4;      /* length of an arrow's head over its width */
static const double LONGEST_HEAD = 0.6; /* over what is drawn of the bond */

enum { FEWEST_LINES = 3, MOST_LINES = 100, WAVE_POINTS = 6, MOST_AT_ATOM = 8 };

static point plus(point a, point b) { return (point){a.x + b.x, a.y + b.y}; }
static point minus(point a, point b) { return (point){a.x - b.x, a.y - b.y}; }
static point times(point a, double factor) { return (point){a.x * factor, a.y * factor}; }
static double dot(point a, point b) { return a.x * b.x + a.y * b.y; }
static double cross(point a, point b) { return a.x * b.y - a.y * b.x; }
static point turned(point a) { return (point){-a.y, a.x}; } /* to the right, seen along it */

static point unit(point a) {
    double length = sqrt(dot(a, a));
    return times(a, 1 / (length > 1e-9 ? length : 1e-9));
}

static double doubled_area(const point *corners, size_t count) {
    double area = 0;
    for (size_t i = 0; i < count; i++) area += cross(corners[i], corners[i + 1 < count ? i + 1 : 0]);
    return area;
}

static point through(const double m[6], point p) {
    return (point){m[0] * p.x + m[1] * p.y + m[2], m[3] * p.x + m[4] * p.y + m[5]};
}

/* Add a polygon of sheet pixels, turned so that its area is positive; false if there is no memory. */
bool ink_add_polygon(canvas *c, const scene *s, int32_t owner, const point *corners, size_t count) {
    contour_list *list = &c->contours;
    if (!ROOM(&list->points, count) || !ROOM(&list->tags, count) || !ROOM(&list->contours, 1)) return false;
    bool clockwise = doubled_area(corners, count) < 0;
    list->contours.items[list->contours.count++] = (contour){owner, list->points.count, count};
    for (size_t i = 0; i < count; i++) {
        list->points.items[list->points.count++] = through(s->matrix, corners[clockwise ? count - 1 - i : i]);
        list->tags.items[list->tags.count++] = ON;
    }
    return true;
}

/* Add a straight stroke with flat ends; false if there is no memory. */
bool ink_add_stroke(canvas *c, const scene *s, int32_t owner, point a, point b, double width) {
    point across = times(turned(unit(minus(b, a))), width / 2);
    point corners[4] = {minus(a, across), minus(b, across), plus(b, across), plus(a, across)};
    return ink_add_polygon(c, s, owner, corners, 4);
}

/* A bond with what its drawing needs. */
typedef struct {
    canvas *c;
    const scene *s;
    const bond *b;
    point begin, end;          /* what is drawn of the way between its atoms */
    point along, right;        /* unit vectors */
    double length;             /* between the atoms */
    bool bare_begin, bare_end; /* it goes on to the atom itself */
    double run_on;
} pen;

static bool stroke(const pen *p, point a, point b) {
    return ink_add_stroke(p->c, p->s, p->b->owner, a, b, p->s->line_width);
}

static bool shared(const canvas *c, int32_t atom) {
    return c->leaving_at.items[atom + 1] - c->leaving_at.items[atom] > 1;
}

static bool labelled(const canvas *c, int32_t atom) { return c->boxes_at.items[atom + 1] > c->boxes_at.items[atom]; }

/* The line between the atoms, run on where it meets other bonds at a bare atom. */
static bool draw_axis(const pen *p) {
    point a = p->begin, b = p->end;
    if (p->bare_begin && shared(p->c, p->b->begin)) a = minus(a, times(p->along, p->run_on));
    if (p->bare_end && shared(p->c, p->b->end)) b = plus(b, times(p->along, p->run_on));
    return stroke(p, a, b);
}

/* How much shorter a line `beside` the bond, to its right, must be at its bare first or second atom: up to where it meets
   the line that halves the angle to the next bond on that side; for both lines of a double bond astride of the way,
   to where it meets that bond itself. */
static double inset(const pen *p, bool at_end, double beside, bool astride) {
    int32_t atom = at_end ? p->b->end : p->b->begin;
    point away = at_end ? times(p->along, -1) : p->along; /* from the atom */
    point side = times(p->right, beside > 0 ? 1 : -1);
    double best = -2, short_by = 0;
    for (int32_t i = p->c->leaving_at.items[atom]; i < p->c->leaving_at.items[atom + 1]; i++) {
        const bond *other = &p->s->bond_rows[p->c->leaving.items[i]];
        if (other == p->b) continue;
        int32_t far = other->begin == atom ? other->end : other->begin;
        point leaving = unit(minus(p->s->atom_points[far], p->s->atom_points[atom]));
        double cosine = dot(leaving, away), sine = dot(leaving, side);
        if (sine < STRAIGHT || cosine < best) continue;
        best = cosine;
        double cotangent = astride ? cosine / sine : (1 + cosine) / sine; /* of the angle, or of half of it */
        short_by = fabs(beside) * cotangent;
    }
    return fmin(fmax(short_by, -fabs(beside)), MOST_INSET * p->length);
}

/* A line beside the bond. */
static bool draw_beside(const pen *p, double beside, bool astride) {
    point a = plus(p->begin, times(p->right, beside)), b = plus(p->end, times(p->right, beside));
    if (p->bare_begin) a = plus(a, times(p->along, inset(p, false, beside, astride)));
    if (p->bare_end) b = minus(b, times(p->along, inset(p, true, beside, astride)));
    return stroke(p, a, b);
}

static bool draw_two(const pen *p) {
    double gap = p->s->line_gap;
    if (p->b->side) return draw_axis(p) && draw_beside(p, p->b->side * gap, false);
    return draw_beside(p, gap / 2, true) && draw_beside(p, -gap / 2, true);
}

static bool draw_three(const pen *p) {
    point from = plus(p->begin, times(p->along, p->bare_begin ? OUTER * p->length : 0));
    point to = minus(p->end, times(p->along, p->bare_end ? OUTER * p->length : 0));
    point right = times(p->right, p->s->line_gap);
    return draw_axis(p) && stroke(p, plus(from, right), plus(to, right)) && stroke(p, minus(from, right), minus(to, right));
}

/* Where the side of a solid wedge from `tip` to `flat`, on its right (1) or left (-1), ends: on the line of the bond that
   goes on from there on that side, or else of the one on the other side, past which it is cut off. */
static point wide_corner(const pen *p, point tip, point flat, double side, bool *goes_on) {
    int32_t atom = p->b->end;
    point line = {0, 0}, at = p->end, way = minus(flat, tip);
    *goes_on = false;
    for (int32_t i = p->c->leaving_at.items[atom]; i < p->c->leaving_at.items[atom + 1] && !*goes_on; i++) {
        const bond *other = &p->s->bond_rows[p->c->leaving.items[i]];
        if (other == p->b) continue;
        int32_t far = other->begin == atom ? other->end : other->begin;
        point leaving = unit(minus(p->s->atom_points[far], p->s->atom_points[atom]));
        double beside = dot(leaving, p->right) * side;
        if (fabs(beside) < STEEP) continue;
        line = leaving;
        *goes_on = beside > 0;
    }
    if (dot(line, line) == 0) return flat;
    if (!*goes_on) at = plus(at, times(p->along, p->s->line_width / 2 / fabs(dot(line, p->right))));
    double most = p->s->wedge_width / p->length;
    return plus(tip, times(way, fmin(fmax(cross(minus(at, tip), line) / cross(way, line), 1 - most), 1 + most)));
}

static bool draw_wedge(const pen *p) {
    double narrow = p->s->line_width / 2, wide = p->s->wedge_width / 2;
    if (p->s->hollow) wide -= narrow;
    point tip = p->bare_begin ? minus(p->begin, times(p->along, p->run_on)) : p->begin;
    point left = minus(p->end, times(p->right, wide)), right = plus(p->end, times(p->right, wide));
    if (p->s->hollow) {
        point base = times(p->along, narrow);
        return stroke(p, tip, left) && stroke(p, tip, right)
            && stroke(p, minus(minus(left, base), times(p->right, narrow)), plus(minus(right, base), times(p->right, narrow)));
    }
    point corners[5] = {minus(tip, times(p->right, narrow)), left, p->end, right, plus(tip, times(p->right, narrow))};
    if (p->bare_end) {
        bool goes_left, goes_right;
        corners[1] = wide_corner(p, corners[0], left, -1, &goes_left);
        corners[3] = wide_corner(p, corners[4], right, 1, &goes_right);
        if (goes_left != goes_right) corners[2] = times(plus(corners[1], corners[3]), 0.5);
    }
    return ink_add_polygon(p->c, p->s, p->b->owner, corners, 5);
}

/* Cut a number to a whole one of lines, dashes or waves; any may come, even none. */
static int between(double number) { return (int)fmin(fmax(number, FEWEST_LINES), MOST_LINES); }

static bool draw_hash(const pen *p) {
    double thick = p->s->hash_width, shown = sqrt(dot(minus(p->end, p->begin), minus(p->end, p->begin))) - thick;
    double paper = fmax(LEAST_PAPER, LEAST_PAPER_WIDTHS * thick);
    int lines = between(shown / p->s->hash_spacing + 1.5), most = between(shown / (thick + paper) + 1);
    if (lines > most) lines = most;
    for (int i = 0; i < lines; i++) {
        double share = (double)i / (lines - 1);
        double half = p->s->wedge_width / 2 * (p->s->parallel ? 1 : NARROW + (1 - NARROW) * share);
        point middle = plus(p->begin, times(p->along, thick / 2 + shown * share));
        point across = times(p->right, half);
        if (!ink_add_stroke(p->c, p->s, p->b->owner, minus(middle, across), plus(middle, across), thick)) return false;
    }
    return true;
}

/* The solid wedge of those who draw it as a bold line: up to the outer edge of the lines that it meets. */
static bool draw_bold(const pen *p) {
    point over = times(p->along, p->s->line_width / 2), a = p->begin, b = p->end;
    if (p->bare_begin && shared(p->c, p->b->begin)) a = minus(a, over);
    if (p->bare_end && shared(p->c, p->b->end)) b = plus(b, over);
    return ink_add_stroke(p->c, p->s, p->b->owner, a, b, p->s->bold_width);
}

/* The hashed wedge of those who draw it as a dashed line; a dash begins it and one ends it. */
static bool draw_dashes(const pen *p) {
    double shown = sqrt(dot(minus(p->end, p->begin), minus(p->end, p->begin)));
    double gap = fmax(LEAST_PAPER, DASH_GAP * p->s->dash_length);
    int dashes = between((shown + gap) / (p->s->dash_length + gap) + 0.5);
    gap = fmin(gap, shown / dashes / 2);
    double length = (shown - (dashes - 1) * gap) / dashes;
    for (int i = 0; i < dashes; i++) {
        point from = plus(p->begin, times(p->along, i * (length + gap)));
        if (!stroke(p, from, plus(from, times(p->along, length)))) return false;
    }
    return true;
}

/* Half circles to the left and to the right in turn, each a row of strokes; a table of cosines keeps libm out. */
static bool draw_wave(const pen *p) {
    static const double cosines[WAVE_POINTS + 1] = {1, 0.8660254037844386, 0.5, 0, -0.5, -0.8660254037844386, -1};
    static const double sines[WAVE_POINTS + 1] = {0, 0.5, 0.8660254037844386, 1, 0.8660254037844386, 0.5, 0};
    double shown = sqrt(dot(minus(p->end, p->begin), minus(p->end, p->begin)));
    int waves = between(shown / p->s->wedge_width + 0.5);
    double radius = shown / waves / 2;
    point before = p->begin;
    for (int i = 0; i < waves * WAVE_POINTS; i++) {
        int wave = i / WAVE_POINTS, at = i % WAVE_POINTS + 1;
        double along = radius * (2 * wave + 1 - cosines[at]), beside = radius * sines[at] * (wave % 2 ? 1 : -1);
        point next = plus(p->begin, plus(times(p->along, along), times(p->right, beside)));
        point longer = times(unit(minus(next, before)), p->run_on / 2);
        if (!stroke(p, minus(before, longer), plus(next, longer))) return false;
        before = next;
    }
    return true;
}

static bool draw_arrow(const pen *p) {
    point way = minus(p->end, p->begin);
    double length = fmin(HEAD * p->s->wedge_width, LONGEST_HEAD * sqrt(dot(way, way)));
    point half = times(p->right, length / HEAD / 2), foot = minus(p->end, times(p->along, length));
    point corners[3] = {p->end, plus(foot, half), minus(foot, half)};
    pen shaft = *p;
    shaft.end = plus(foot, times(p->along, p->run_on));
    shaft.bare_end = false;
    return draw_axis(&shaft) && ink_add_polygon(p->c, p->s, p->b->owner, corners, 3);
}

static bool draw_bond(const pen *p) {
    switch (p->b->mark) {
        case TWO: return draw_two(p);
        case THREE: return draw_three(p);
        case WEDGE: return p->s->bold_width > 0 ? draw_bold(p) : draw_wedge(p);
        case HASH: return p->s->dash_length > 0 ? draw_dashes(p) : draw_hash(p);
        case WAVE: return draw_wave(p);
        case ARROW: return draw_arrow(p);
        default: return draw_axis(p);
    }
}

/* Say whether a bond's line ends in the middle of the atom. */
static bool has_axis_at(const bond *b, int32_t atom) {
    if (b->mark == TWO) return b->side != 0;
    if (b->mark == WEDGE || b->mark == ARROW) return b->begin == atom;
    return b->mark == LINE || b->mark == THREE;
}

/* The outer corner of two strokes, half as wide as `reach`, that leave `middle` along unit vectors; false if they run on. */
static bool mitre(point middle, point one, point other, double reach, point corners[4]) {
    double sine = cross(one, other), turn = sine > 0 ? reach : -reach;
    double half_sine = sqrt(fmin(fmax((1 - dot(one, other)) / 2, 1e-12), 1));
    if (!(fabs(sine) > STRAIGHT)) return false;
    corners[0] = middle;
    corners[1] = plus(middle, times((point){one.y, -one.x}, turn));
    corners[3] = plus(middle, times((point){-other.y, other.x}, turn));
    corners[2] = half_sine * MITRE_LIMIT >= 1 ? minus(middle, times(unit(plus(one, other)), reach / half_sine))
                                              : times(plus(corners[1], corners[3]), 0.5);
    return true;
}

/* Say whether the outer side of the corner between two lines is free: no third line leaves the atom there. */
static bool outer_side_is_free(const point *leaving, int lines, int one, int other) {
    double turn = cross(leaving[one], leaving[other]);
    for (int k = 0; k < lines; k++) {
        if (k == one || k == other) continue;
        if (cross(leaving[one], leaving[k]) * turn <= 0 || cross(leaving[other], leaving[k]) * turn >= 0) return false;
    }
    return true;
}

/* Add the mitred corner of the lines that end in a bare atom, once for each of its two bonds. */
static bool draw_corner(canvas *c, const scene *s, int32_t atom) {
    const bond *lines[MOST_AT_ATOM];
    point leaving[MOST_AT_ATOM], corners[4];
    int count = 0;
    for (int32_t i = c->leaving_at.items[atom]; i < c->leaving_at.items[atom + 1] && count < MOST_AT_ATOM; i++) {
        const bond *b = &s->bond_rows[c->leaving.items[i]];
        if (!has_axis_at(b, atom)) continue;
        int32_t far = b->begin == atom ? b->end : b->begin;
        leaving[count] = unit(minus(s->atom_points[far], s->atom_points[atom]));
        lines[count++] = b;
    }
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < i; j++) {
            if (!outer_side_is_free(leaving, count, i, j)) continue;
            if (!mitre(s->atom_points[atom], leaving[i], leaving[j], s->line_width / 2, corners)) continue;
            if (!ink_add_polygon(c, s, lines[i]->owner, corners, 4) || !ink_add_polygon(c, s, lines[j]->owner, corners, 4))
                return false;
        }
    }
    return true;
}

/* Add every bond's contours between the ends that ink_find_room found. */
int ink_draw_bonds(canvas *c, const scene *s) {
    double scale = sqrt(fabs(s->matrix[0] * s->matrix[4] - s->matrix[1] * s->matrix[3]));
    for (int32_t i = 0; i < s->bonds; i++) {
        const bond *b = &s->bond_rows[i];
        point from = s->atom_points[b->begin], way = minus(s->atom_points[b->end], from), along = unit(way);
        pen p = {c, s, b, plus(from, times(way, c->stretches.items[i].begin)), plus(from, times(way, c->stretches.items[i].end)),
                 along, turned(along), sqrt(dot(way, way)), !labelled(c, b->begin), !labelled(c, b->end), RUN_ON / scale};
        if (!draw_bond(&p)) return NO_MEMORY;
    }
    for (int32_t atom = 0; atom < s->atoms; atom++) {
        if (!labelled(c, atom) && !draw_corner(c, s, atom)) return NO_MEMORY;
    }
    return DRAWN;
}
