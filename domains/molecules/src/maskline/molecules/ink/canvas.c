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
    void *lists[] = {c->paths.points.items, c->paths.tags.items, c->paths.paths.items, c->contours.points.items,
                     c->contours.tags.items, c->contours.contours.items, c->order.items, c->buckets.items, c->instances.items,
                     c->masks.items, c->text.items, c->png.items, c->dark.items, c->rows.items, c->cells.items,
                     c->columns.items, c->edges.items, c->shared.items, c->lines.items, c->tokens.items};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) free(lists[i]);
    free(c);
}

/* Find out which atoms more than one bond leaves. */
static int count_bonds(canvas *c) {
    structure *drawn = &c->drawn;
    c->shared.count = 0;
    if (!ROOM(&c->shared, (size_t)drawn->atoms)) return NO_MEMORY;
    memset(c->shared.items, 0, (size_t)drawn->atoms);
    for (int32_t i = 0; i < 2 * drawn->bonds; i++) {
        int32_t atom = drawn->bond_atoms[i / 2][i % 2];
        if (atom < 0 || atom >= drawn->atoms) return MALFORMED;
        if (c->shared.items[atom] < 2) c->shared.items[atom]++;
    }
    for (int32_t i = 0; i < drawn->atoms; i++) c->shared.items[i] = c->shared.items[i] > 1;
    drawn->shared = c->shared.items;
    return DRAWN;
}

/* Read a drawing; bounds: left, top, right and bottom of its ink in canvas pixels.  ILLEGIBLE if a bond does not show.
   The arrays must stay where they are until the drawing is filled. */
EXPORT int ink_read(canvas *c, const char *svg, size_t length, int32_t bonds, const int32_t (*bond_atoms)[2],
                    int32_t atoms, const point *atom_points, double bounds[4]) {
    c->drawn = (structure){bonds, atoms, bond_atoms, atom_points, NULL};
    int status = count_bonds(c);
    if (!status) status = ink_read_svg(svg, length, &c->drawn, &c->paths);
    if (status) return status;
    ink_bounds(&c->paths, bounds);
    return ink_bonds_show(&c->drawn, &c->paths) ? DRAWN : ILLEGIBLE;
}

/* Group the contours there are and fill them. */
static int picture(canvas *c, int32_t owners, const placing *placed) {
    int status = ink_group(c, owners);
    if (status) return status;
    if (placed) ink_find_ends(c, placed);
    if (!ink_labels_apart(c)) return ILLEGIBLE;
    status = ink_fill(c);
    if (status == NO_MEMORY && c->cells.items) memset(c->cells.items, 0, c->cells.room * sizeof(double));
    return status;
}

static bool start_picture(canvas *c, int32_t width, int32_t height) {
    if (width <= 0 || height <= 0 || width > LARGEST_SIDE || height > LARGEST_SIDE) return false;
    c->width = width;
    c->height = height;
    /* Blocks of a row, an odd number: rows one below the other then do not compete for the same places in the cache. */
    c->pitch = BLOCK * ((((size_t)width + BLOCK - 1) / BLOCK) | 1);
    return true;
}

/* Draw what was read.  ILLEGIBLE if a label meets another or a bond, or an instance has no pixel. */
EXPORT int ink_draw(canvas *c, int32_t width, int32_t height, double scale, double shift_x, double shift_y,
                    double minimum_stroke) {
    placing placed = {scale, shift_x, shift_y, minimum_stroke};
    if (!start_picture(c, width, height)) return MALFORMED;
    int status = ink_outline(&c->drawn, &c->paths, &placed, &c->contours);
    return status ? status : picture(c, c->drawn.bonds + c->drawn.atoms, &placed);
}

/* Draw contours as they are: what tests hold against slow code.  Owners are labels from `bonds` on. */
EXPORT int ink_draw_contours(canvas *c, int32_t width, int32_t height, int32_t bonds, int32_t owners, size_t contours,
                             const contour *shapes, size_t points, const point *corners, const uint8_t *tags) {
    if (!start_picture(c, width, height)) return MALFORMED;
    c->contours.points.count = c->contours.tags.count = c->contours.contours.count = 0;
    if (!ROOM(&c->contours.points, points) || !ROOM(&c->contours.tags, points)) return NO_MEMORY;
    if (!ROOM(&c->contours.contours, contours)) return NO_MEMORY;
    memcpy(c->contours.points.items, corners, points * sizeof *corners);
    memcpy(c->contours.tags.items, tags, points);
    memcpy(c->contours.contours.items, shapes, contours * sizeof *shapes);
    c->contours.points.count = c->contours.tags.count = points;
    c->contours.contours.count = contours;
    c->drawn = (structure){.bonds = bonds};
    return picture(c, owners, NULL);
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
