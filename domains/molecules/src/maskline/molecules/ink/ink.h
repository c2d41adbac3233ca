/* From a scene, in sheet pixels, to a picture and the mask of every instance in it.

   scene.h     what Python hands over
   check.c     whether a scene is one
   room.c      how much of every bond its labels leave, and whether all can be told apart
   bonds.c     bonds -> closed contours, in picture pixels, each with an owner
   glyphs.c    labels and marks -> the same
   group.c     contours -> instances, and what lies where
   fill.c      contours -> how much of every pixel each instance covers -> the picture, and runs of mask pixels
   runs.c      runs -> COCO's compressed run lengths
   png.c       the picture -> a PNG
   deflate.c   its compression
   canvas.c    the calls that Python makes

   W, H: the picture's width and height
   x runs to the right, y down; pixel (x, y) is the unit square from (x, y) to (x + 1, y + 1).  The sheet is the picture
   before a scanner turns it or changes its size.

   Arithmetic is IEEE double with +, -, *, / and square roots alone and never fused, so equal input gives equal bytes on
   every machine. */

#ifndef INK_H
#define INK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every call returns one of these; canvas.py has the same numbers. */
enum status {
    DRAWN = 0,
    ILLEGIBLE = 1, /* a bond does not show, a label meets another or a bond, or an instance has no pixel */
    NO_MEMORY = 2,
    MALFORMED = 3, /* a count, an index, a length or a coordinate is out of range, or nothing was drawn */
};

enum { BLOCK = 64 };  /* pixels of a row that are written to the PNG at once */
enum { HALF = 128 }; /* a pixel is ink, and belongs to a mask, from this coverage on; 255 is whole */
enum { CONIC = 0, ON = 1, CUBIC = 2, START = 3 }; /* kinds of points; START is ON where a contour begins */

#define FARTHEST_POINT 1e6 /* no coordinate may lie farther from the origin */
#define LARGEST_SIDE 16384 /* of a picture */
#define MOST_OWNERS (1 << 20)

#define EXPORT __attribute__((visibility("default"))) /* what Python may call */

/* A list that grows.  ROOM makes place for `more` items and says whether there was memory for it. */
#define LIST(Type) struct { Type *items; size_t count, room; }
#define ROOM(list, more) \
    ink_grow((void **)&(list)->items, &(list)->room, (list)->count + (more), sizeof *(list)->items)

#include "scene.h"

typedef struct {
    int32_t owner;
    size_t first, count; /* points */
} contour;

typedef struct {
    LIST(point) points;
    LIST(uint8_t) tags;
    LIST(contour) contours;
} contour_list;

/* A bond as it is drawn: between the shares of its length, from its first atom to its second, that labels leave. */
typedef struct { double begin, end; } stretch;

/* A mask as Python reads it: the layout is in canvas.py too. */
typedef struct {
    int32_t owner;
    int32_t x, y, w, h; /* of the mask's pixels */
    int32_t area;
    int32_t text, text_length; /* the run lengths, in canvas.text */
    double ends[2];            /* of a bond, how far from its first atom to its second it begins and ends, 0 to 1 */
} mask;

typedef struct { int32_t left, top, right, bottom; } box;

/* The contours of one owner, which follow one another in canvas.order, and the pixels of the picture they can touch. */
typedef struct {
    int32_t owner;
    size_t first, count;
    box reach;
} instance;

/* Rows of a column that are not 0 lie from low up to, but without, high. */
typedef struct { int32_t low, high; } extent;

typedef struct {
    /* What is drawn, and what became of it. */
    int32_t bonds, labelled; /* owners below `bonds` are bonds, the rest below `labelled` labels; others have no mask */
    LIST(stretch) stretches; /* of every bond */
    contour_list contours;
    LIST(size_t) order;
    LIST(instance) instances;
    LIST(mask) masks;
    LIST(char) text;
    LIST(uint8_t) png;

    /* The picture: darkness, 255 black, row after row, from one to the next `pitch` bytes, white to the right. */
    int32_t width, height;
    size_t pitch;
    LIST(uint8_t) dark;
    LIST(extent) rows; /* where each row may be dark */

    /* Scratch. */
    LIST(int32_t) leaving;   /* the bonds of every atom, atom after atom */
    LIST(int32_t) leaving_at; /* where each atom's begin, and behind them where they end */
    LIST(int32_t) boxes_at;  /* where the boxes of each atom's label begin, and behind them where they end */
    LIST(double) cells; /* all 0 between two instances */
    LIST(extent) columns;
    LIST(size_t) buckets;
    LIST(int64_t) edges; /* of the mask being written: where runs begin and end, counted down the columns */
    LIST(uint8_t) lines; /* two rows of the PNG: the one before and this one */
    LIST(uint32_t) tokens;
    uint32_t crc[4][256];
} canvas;

bool ink_grow(void **items, size_t *room, size_t count, size_t size);

bool ink_is_right(const scene *s);

int ink_index(canvas *c, const scene *s);
int ink_find_room(canvas *c, const scene *s);

bool ink_add_polygon(canvas *c, const scene *s, int32_t owner, const point *corners, size_t count);
bool ink_add_stroke(canvas *c, const scene *s, int32_t owner, point a, point b, double width);
int ink_draw_bonds(canvas *c, const scene *s);
int ink_draw_glyphs(canvas *c, const scene *s);
int ink_draw_marks(canvas *c, const scene *s);

int ink_group(canvas *c, int32_t owners);

int ink_fill(canvas *c);

int ink_start_mask(canvas *c, int32_t owner);
int ink_add_run(canvas *c, int32_t x, int32_t from, int32_t to);
int ink_end_mask(canvas *c);

void ink_make_crc(uint32_t crc[4][256]);
EXPORT int ink_encode_png(canvas *c);
int ink_deflate(canvas *c);

#endif
