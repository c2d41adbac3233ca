/* Contours by instance, and where each instance lies. */

#include <math.h>
#include <string.h>

#include "ink.h"

/* Sort the contours by owner, owners from 0 up to `owners`: canvas.order and canvas.buckets, where each one's begin. */
static int sort_contours(canvas *c, int32_t owners) {
    const contour *contours = c->contours.contours.items;
    size_t count = c->contours.contours.count, begin = 0;
    if (!ROOM(&c->buckets, (size_t)owners + 1) || !ROOM(&c->order, count)) return NO_MEMORY;
    memset(c->buckets.items, 0, ((size_t)owners + 1) * sizeof *c->buckets.items);
    for (size_t i = 0; i < count; i++) {
        if (contours[i].owner < 0 || contours[i].owner >= owners) return MALFORMED;
        c->buckets.items[contours[i].owner]++;
    }
    for (int32_t owner = 0; owner <= owners; owner++) {
        size_t mine = c->buckets.items[owner];
        c->buckets.items[owner] = begin;
        begin += mine;
    }
    for (size_t i = 0; i < count; i++) c->order.items[c->buckets.items[contours[i].owner]++] = i;
    return DRAWN;
}

/* The pixels that the contours of an instance can touch, control points included; MALFORMED if one is out of range. */
static int find_reach(const canvas *c, instance *each) {
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (size_t i = each->first; i < each->first + each->count; i++) {
        const contour *shape = &c->contours.contours.items[c->order.items[i]];
        for (size_t j = shape->first; j < shape->first + shape->count; j++) {
            point p = c->contours.points.items[j];
            if (!(fabs(p.x) <= FARTHEST_POINT && fabs(p.y) <= FARTHEST_POINT)) return MALFORMED;
            left = fmin(left, p.x);
            top = fmin(top, p.y);
            right = fmax(right, p.x);
            bottom = fmax(bottom, p.y);
        }
    }
    each->reach = (box){(int32_t)fmin(fmax(floor(left), 0), c->width), (int32_t)fmin(fmax(floor(top), 0), c->height),
                        (int32_t)fmax(fmin(ceil(right), c->width), 0), (int32_t)fmax(fmin(ceil(bottom), c->height), 0)};
    return DRAWN;
}

/* Make instances of the contours; what lies outside the picture is left out. */
int ink_group(canvas *c, int32_t owners) {
    int status = sort_contours(c, owners);
    c->instances.count = 0;
    if (status) return status;
    if (!ROOM(&c->instances, (size_t)owners)) return NO_MEMORY;
    for (int32_t owner = 0; owner < owners; owner++) {
        size_t first = owner ? c->buckets.items[owner - 1] : 0; /* sorting moved every beginning to its end */
        instance each = {.owner = owner, .first = first, .count = c->buckets.items[owner] - first};
        if (!each.count) continue;
        status = find_reach(c, &each);
        if (status) return status;
        bool seen = each.reach.left < each.reach.right && each.reach.top < each.reach.bottom;
        if (seen) c->instances.items[c->instances.count++] = each;
    }
    return DRAWN;
}
