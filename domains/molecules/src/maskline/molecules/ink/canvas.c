/* The calls that Python makes.  A canvas keeps its memory from one drawing to the next; what it holds is good until then. */

#include <stdlib.h>
#include <string.h>

#include "ink.h"

#define TEXT_OF(word) #word
#define TEXT(word) TEXT_OF(word)

bool ink_grow(void **items, size_t *room, size_t count, size_t size) {
    if (count <= *room) return true;
    size_t wanted = *room * 2 > count ? *room * 2 : count;
    if (wanted > SIZE_MAX / 2 / size) return false;
    void *grown = realloc(*items, wanted * size);
    if (!grown) return false;
    *items = grown;
    *room = wanted;
    return true;
}

/* The digest of the sources that this was compiled from. */
EXPORT const char *ink_sources(void) { return TEXT(INK_SOURCES); }

EXPORT canvas *ink_open(void) {
    canvas *c = calloc(1, sizeof(canvas));
    if (c) ink_make_crc(c->crc);
    return c;
}

EXPORT void ink_close(canvas *c) {
    void *lists[] = {c->stretches.items, c->contours.points.items, c->contours.tags.items, c->contours.contours.items,
                     c->order.items, c->buckets.items, c->instances.items, c->masks.items, c->text.items, c->png.items,
                     c->dark.items, c->rows.items, c->leaving.items, c->leaving_at.items, c->boxes_at.items, c->cells.items,
                     c->columns.items, c->edges.items, c->lines.items, c->tokens.items};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) free(lists[i]);
    free(c);
}

/* Say why there is no picture, and leave none of the one before. */
static int no_picture(canvas *c, int status) {
    c->width = c->height = 0;
    c->pitch = c->masks.count = 0;
    return status;
}

/* Group the contours there are and fill them. */
static int picture(canvas *c, int32_t owners) {
    int status = ink_group(c, owners);
    if (status) return no_picture(c, status);
    status = ink_fill(c);
    if (status == NO_MEMORY && c->cells.items) memset(c->cells.items, 0, c->cells.room * sizeof(double));
    return status == NO_MEMORY ? no_picture(c, status) : status;
}

static bool start_picture(canvas *c, int32_t width, int32_t height) {
    if (width <= 0 || height <= 0 || width > LARGEST_SIDE || height > LARGEST_SIDE) return false;
    c->width = width;
    c->height = height;
    /* Blocks of a row, an odd number: rows one below the other then do not compete for the same places in the cache. */
    c->pitch = BLOCK * ((((size_t)width + BLOCK - 1) / BLOCK) | 1);
    return true;
}

/* Find the room for every bond of a scene.  ILLEGIBLE if one does not show, or a label meets another or a bond. */
EXPORT int ink_lay_out(canvas *c, const scene *s) {
    if (!ink_is_right(s)) return MALFORMED;
    int status = ink_index(c, s);
    if (status) return status;
    status = ink_find_room(c, s);
    c->stretches.count = (size_t)s->own_bonds;
    return status;
}

/* Draw a scene.  ILLEGIBLE if a bond does not show, a label meets another or a bond, or an instance has no pixel. */
EXPORT int ink_draw(canvas *c, const scene *s) {
    int status = start_picture(c, s->width, s->height) ? ink_lay_out(c, s) : MALFORMED;
    if (status) return no_picture(c, status);
    c->contours.points.count = c->contours.tags.count = c->contours.contours.count = 0;
    c->bonds = s->own_bonds;
    c->labelled = s->labelled;
    status = ink_draw_bonds(c, s);
    if (!status) status = ink_draw_glyphs(c, s);
    if (!status) status = ink_draw_marks(c, s);
    return status ? no_picture(c, status) : picture(c, s->owners);
}

/* Draw contours as they are: what tests hold against slow code.  Owners are labels from `bonds` on. */
EXPORT int ink_draw_contours(canvas *c, int32_t width, int32_t height, int32_t bonds, int32_t owners, size_t contours,
                             const contour *shapes, size_t points, const point *corners, const uint8_t *tags) {
    if (!start_picture(c, width, height)) return no_picture(c, MALFORMED);
    c->contours.points.count = c->contours.tags.count = c->contours.contours.count = 0;
    bool there = ROOM(&c->contours.points, points) && ROOM(&c->contours.tags, points) && ROOM(&c->contours.contours, contours);
    if (!there) return no_picture(c, NO_MEMORY);
    memcpy(c->contours.points.items, corners, points * sizeof *corners);
    memcpy(c->contours.tags.items, tags, points);
    memcpy(c->contours.contours.items, shapes, contours * sizeof *shapes);
    c->contours.points.count = c->contours.tags.count = points;
    c->contours.contours.count = contours;
    c->bonds = bonds;
    c->labelled = owners;
    c->stretches.count = 0;
    return picture(c, owners);
}

/* What was drawn last. */
EXPORT size_t ink_masks(const canvas *c, const mask **masks, const char **text) {
    *masks = c->masks.items;
    *text = c->text.items;
    return c->masks.count;
}

EXPORT size_t ink_png(const canvas *c, const uint8_t **png) {
    *png = c->png.items;
    return c->png.count;
}

/* The picture's darkness; returns the bytes from a row to the next. */
EXPORT size_t ink_dark(const canvas *c, const uint8_t **dark) {
    *dark = c->dark.items;
    return c->pitch;
}

/* The contours drawn last. */
EXPORT size_t ink_contours(const canvas *c, const contour **contours, const point **points, const uint8_t **tags) {
    *contours = c->contours.contours.items;
    *points = c->contours.points.items;
    *tags = c->contours.tags.items;
    return c->contours.contours.count;
}
