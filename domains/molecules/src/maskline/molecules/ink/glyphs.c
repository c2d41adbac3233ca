/* Labels, and the marks that stand around a molecule, as closed contours in picture pixels. */

#include <math.h>

#include "ink.h"

/* Add the contours of a character: every START begins one. */
static bool draw_glyph(canvas *c, const scene *s, const glyph *g) {
    contour_list *list = &c->contours;
    size_t count = (size_t)g->count;
    const double *m = s->matrix;
    if (!ROOM(&list->points, count) || !ROOM(&list->tags, count) || !ROOM(&list->contours, count)) return false;
    for (size_t i = 0; i < count; i++) {
        point at = s->outline_points[(size_t)g->first + i];
        uint8_t tag = s->outline_tags[(size_t)g->first + i];
        double x = g->x + g->size * at.x, y = g->y + g->size * at.y;
        if (tag == START || !i) list->contours.items[list->contours.count++] = (contour){g->owner, list->points.count, 0};
        list->contours.items[list->contours.count - 1].count++;
        list->points.items[list->points.count++] = (point){m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]};
        list->tags.items[list->tags.count++] = tag == START ? ON : tag;
    }
    return true;
}

int ink_draw_glyphs(canvas *c, const scene *s) {
    for (int32_t i = 0; i < s->glyphs; i++) {
        if (!draw_glyph(c, s, &s->glyph_rows[i])) return NO_MEMORY;
    }
    return DRAWN;
}

/* Add a line as one stroke for each of its pieces; where two meet, they run on by half their width. */
static bool draw_line(canvas *c, const scene *s, const mark_row *m) {
    const point *points = &s->mark_points[m->first];
    for (int32_t i = 0; i + 1 < m->count; i++) {
        point a = points[i], b = points[i + 1];
        double x = b.x - a.x, y = b.y - a.y, length = sqrt(x * x + y * y), on = m->width / 2;
        if (!(length > 1e-9)) continue;
        point longer = {x / length * on, y / length * on};
        if (i) a = (point){a.x - longer.x, a.y - longer.y};
        if (i + 2 < m->count) b = (point){b.x + longer.x, b.y + longer.y};
        if (!ink_add_stroke(c, s, m->owner, a, b, m->width)) return false;
    }
    return true;
}

int ink_draw_marks(canvas *c, const scene *s) {
    for (int32_t i = 0; i < s->marks; i++) {
        const mark_row *m = &s->mark_rows[i];
        bool drawn = m->width > 0 ? draw_line(c, s, m)
                                  : ink_add_polygon(c, s, m->owner, &s->mark_points[m->first], (size_t)m->count);
        if (!drawn) return NO_MEMORY;
    }
    return DRAWN;
}
