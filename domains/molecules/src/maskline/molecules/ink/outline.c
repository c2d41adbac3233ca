/* From the paths of a drawing to closed contours, each owned by a bond or a label.

   Contours of one bond that overlap turn the same way, so that they unite when they are filled. */

#include <math.h>
#include <string.h>

#include "ink.h"

static const double MITRE_LIMIT = 10;
static const double ROUNDING = 0.1; /* RDKit writes coordinates to a tenth of a canvas pixel */
static const double RUN_ON = 0.75;  /* picture pixels by which strokes that meet run into each other: pixels that both
                                       only touch would stay light */
static const double STRAIGHT = 0.01; /* sine of the angle up to which two strokes run on and leave no corner */

static point plus(point a, point b) { return (point){a.x + b.x, a.y + b.y}; }
static point minus(point a, point b) { return (point){a.x - b.x, a.y - b.y}; }
static point times(point a, double factor) { return (point){a.x * factor, a.y * factor}; }
static double dot(point a, point b) { return a.x * b.x + a.y * b.y; }
static double cross(point a, point b) { return a.x * b.y - a.y * b.x; }
static bool same(point a, point b) { return a.x == b.x && a.y == b.y; }

static point unit(point a) {
    double length = sqrt(dot(a, a));
    return times(a, 1 / (length > 1e-9 ? length : 1e-9));
}

static point place(point p, const placing *placed) {
    return (point){p.x * placed->scale + placed->shift_x, p.y * placed->scale + placed->shift_y};
}

static bool open_contour(contour_list *contours, int32_t owner, size_t points) {
    if (!ROOM(&contours->points, points) || !ROOM(&contours->tags, points) || !ROOM(&contours->contours, 1)) return false;
    contours->contours.items[contours->contours.count++] = (contour){owner, contours->points.count, points};
    return true;
}

static void add_point(contour_list *contours, point p, uint8_t tag) {
    contours->points.items[contours->points.count++] = p;
    contours->tags.items[contours->tags.count++] = tag;
}

static double doubled_area(const point *corners, size_t count) {
    double area = 0;
    for (size_t i = 0; i < count; i++) area += cross(corners[i], corners[i + 1 < count ? i + 1 : 0]);
    return area;
}

/* Add a polygon, turned so that its area is positive. */
static int add_polygon(contour_list *contours, int32_t owner, const point *corners, size_t count) {
    bool clockwise = doubled_area(corners, count) < 0;
    if (!open_contour(contours, owner, count)) return NO_MEMORY;
    for (size_t i = 0; i < count; i++) add_point(contours, corners[clockwise ? count - 1 - i : i], ON);
    return DRAWN;
}

/* Say whether the end of a bond's stroke, in canvas pixels, is the bare corner of an atom that other bonds leave too. */
static bool meets(const structure *drawn, point end, int32_t bond) {
    for (int side = 0; side < 2; side++) {
        int32_t atom = drawn->bond_atoms[bond][side];
        point off = minus(drawn->atom_points[atom], end);
        if (drawn->shared[atom] && fabs(off.x) <= ROUNDING && fabs(off.y) <= ROUNDING) return true;
    }
    return false;
}

/* Add one quadrilateral for each straight piece of a stroke. */
static int add_stroke(const structure *drawn, const path *stroke, const point *points, const placing *placed,
                      contour_list *contours) {
    double width = stroke->width * placed->scale;
    if (width < placed->minimum_stroke) width = placed->minimum_stroke;
    for (size_t i = 0; i + 1 < stroke->count; i++) {
        point a = place(points[i], placed), b = place(points[i + 1], placed);
        if (same(a, b)) continue;
        point along = unit(minus(b, a)), across = times((point){-along.y, along.x}, width / 2);
        if (stroke->owner < drawn->bonds && meets(drawn, points[i], stroke->owner)) a = minus(a, times(along, RUN_ON));
        if (stroke->owner < drawn->bonds && meets(drawn, points[i + 1], stroke->owner)) b = plus(b, times(along, RUN_ON));
        point corners[4] = {minus(a, across), minus(b, across), plus(b, across), plus(a, across)};
        if (add_polygon(contours, stroke->owner, corners, 4)) return NO_MEMORY;
    }
    return DRAWN;
}

/* The bond that leaves `atom` most nearly in the direction `towards`, or -1; and its own direction. */
static int32_t leaving_bond(const structure *drawn, int32_t atom, point towards, point *direction) {
    int32_t best = -1;
    double likeness = -2;
    for (int side = 0; side < 2; side++) {
        for (int32_t bond = 0; bond < drawn->bonds; bond++) {
            if (drawn->bond_atoms[bond][side] != atom) continue;
            int32_t other = drawn->bond_atoms[bond][1 - side];
            point leaving = unit(minus(drawn->atom_points[other], drawn->atom_points[atom]));
            if (dot(towards, leaving) > likeness) {
                likeness = dot(towards, leaving);
                best = bond;
                *direction = leaving;
            }
        }
    }
    return best;
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

/* Add the mitred corner between two bonds, once for each of them.

   RDKit draws a corner as a short stroke over the ends of both bonds and names neither; the bonds are those that leave
   the atom under the stroke's middle point in the stroke's two directions. */
static int add_corner(const structure *drawn, const path *stroke, const point *points, const placing *placed,
                      contour_list *contours) {
    double width = stroke->width * placed->scale, nearest = INFINITY;
    int32_t atom = -1, bonds[2];
    point directions[2], corners[4], middle = place(points[1], placed);
    if (width < placed->minimum_stroke) width = placed->minimum_stroke;
    for (int32_t i = 0; i < drawn->atoms; i++) {
        point off = minus(drawn->atom_points[i], points[1]);
        if (dot(off, off) < nearest) {
            nearest = dot(off, off);
            atom = i;
        }
    }
    for (int side = 0; side < 2; side++) {
        point towards = unit(minus(place(points[2 * side], placed), middle));
        bonds[side] = leaving_bond(drawn, atom, towards, &directions[side]);
        if (bonds[side] < 0) return DRAWN;
    }
    if (!mitre(middle, directions[0], directions[1], width / 2, corners)) return DRAWN;
    for (int side = 0; side < 2; side++) {
        if (add_polygon(contours, bonds[side], corners, 4)) return NO_MEMORY;
    }
    return DRAWN;
}

/* Add a filled polygon, a wedge, grown by half the stroke drawn around it, corners mitred. */
static int add_outlined(const path *wedge, const point *points, const placing *placed, contour_list *contours) {
    double reach = wedge->width * placed->scale / 2;
    if (!open_contour(contours, wedge->owner, wedge->count)) return NO_MEMORY;
    point *polygon = &contours->points.items[contours->points.count]; /* in place; points that repeat are left out */
    contour *grown = &contours->contours.items[contours->contours.count - 1];
    size_t count = 0;
    for (size_t i = 0; i < wedge->count; i++) {
        point p = place(points[i], placed), before = place(points[i ? i - 1 : wedge->count - 1], placed);
        if (!same(p, before)) polygon[count++] = p;
    }
    bool clockwise = doubled_area(polygon, count) < 0;
    for (size_t i = 0; clockwise && i < count / 2; i++) {
        point swapped = polygon[i];
        polygon[i] = polygon[count - 1 - i];
        polygon[count - 1 - i] = swapped;
    }
    grown->count = count;
    if (!count) return DRAWN;
    point first = polygon[0], here = first, in = unit(minus(first, polygon[count - 1]));
    for (size_t i = 0; i < count; i++) {
        point next = i + 1 < count ? polygon[i + 1] : first, out = unit(minus(next, here));
        point both = plus((point){in.y, -in.x}, (point){out.y, -out.x});
        double spread = fmax(dot(both, both) / 2, 2 / (MITRE_LIMIT * MITRE_LIMIT));
        add_point(contours, plus(here, times(both, reach / spread)), ON);
        here = next;
        in = out;
    }
    return DRAWN;
}

/* Add the contours of a letter as they are. */
static int add_glyph(const path *glyph, const point *points, const uint8_t *tags, const placing *placed,
                     contour_list *contours) {
    for (size_t begin = 0, end; begin < glyph->count; begin = end) {
        for (end = begin + 1; end < glyph->count && tags[end] != START; end++) continue;
        if (!open_contour(contours, glyph->owner, end - begin)) return NO_MEMORY;
        for (size_t i = begin; i < end; i++) add_point(contours, place(points[i], placed), tags[i] == START ? ON : tags[i]);
    }
    return DRAWN;
}

/* Add every path's contours in picture pixels, strokes as quadrilaterals. */
int ink_outline(const structure *drawn, const path_list *paths, const placing *placed, contour_list *contours) {
    contours->points.count = contours->tags.count = contours->contours.count = 0;
    for (size_t i = 0; i < paths->paths.count; i++) {
        const path *each = &paths->paths.items[i];
        const point *points = &paths->points.items[each->first];
        int status = DRAWN;
        if (each->owner == JOIN) {
            if (!each->filled && each->count == 3) status = add_corner(drawn, each, points, placed, contours);
        } else if (!each->filled) {
            status = add_stroke(drawn, each, points, placed, contours);
        } else if (each->width > 0) {
            status = add_outlined(each, points, placed, contours);
        } else {
            status = add_glyph(each, points, &paths->tags.items[each->first], placed, contours);
        }
        if (status) return status;
    }
    return DRAWN;
}
