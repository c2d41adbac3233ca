/* RDKit's SVG as arrays: the points of every path, and which bond or label it belongs to. */

#include <string.h>

#include "ink.h"

static const double FARTHEST = 0.25; /* lengths of a bond by which its lines may reach beyond its atoms */
static const double SHORTEST = 0.2;  /* lengths of a bond that must be left of it between labels */

/* A stretch of the text. */
typedef struct { const char *at, *end; } span;

static bool starts_with(span text, const char *word) {
    size_t length = strlen(word);
    return (size_t)(text.end - text.at) >= length && memcmp(text.at, word, length) == 0;
}

/* Move `text` behind the next occurrence of `word`; say whether there is one. */
static bool skip_past(span *text, const char *word) {
    while (text->at < text->end) {
        text->at = memchr(text->at, word[0], (size_t)(text->end - text->at));
        if (!text->at) {
            text->at = text->end;
            return false;
        }
        if (starts_with(*text, word)) {
            text->at += strlen(word);
            return true;
        }
        text->at++;
    }
    return false;
}

/* Read `-12.3`, no exponent.  Up to fifteen digits, so that the value is the nearest double. */
static bool number(span *text, double *value) {
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    bool negative = text->at < text->end && *text->at == '-', fraction = false;
    int64_t digits = 0;
    int read = 0, behind = 0;
    text->at += negative;
    for (; text->at < text->end; text->at++) {
        if (*text->at == '.' && !fraction) {
            fraction = true;
        } else if (*text->at >= '0' && *text->at <= '9') {
            digits = 10 * digits + (*text->at - '0');
            behind += fraction;
            if (++read > 15) return false;
        } else {
            break;
        }
    }
    *value = (double)(negative ? -digits : digits) / powers[behind];
    return read > 0 && *value <= FARTHEST_POINT && *value >= -FARTHEST_POINT;
}

static void skip_blanks(span *text) {
    while (text->at < text->end && (*text->at == ' ' || *text->at == ',' || *text->at == '\n')) text->at++;
}

/* Read `M 1.0,2.0 L 3.0,4.0 Q ... Z` behind the points there are. */
static int read_points(span data, path_list *paths, size_t *count) {
    size_t before = paths->points.count;
    size_t most = (size_t)(data.end - data.at) / 4 + 1; /* a point takes four characters or more */
    char command = 0;
    int step = 0; /* points since the command */
    if (!ROOM(&paths->points, most) || !ROOM(&paths->tags, most)) return NO_MEMORY;
    for (skip_blanks(&data); data.at < data.end; skip_blanks(&data)) {
        int period = command == 'Q' ? 2 : command == 'C' ? 3 : 1;
        if (memchr("MLQCZ", *data.at, 5)) {
            if (step % period || (command && command != 'Z' && !step)) return MALFORMED;
            if (!command && *data.at != 'M') return MALFORMED;
            command = *data.at++;
            step = 0;
            continue;
        }
        point p;
        if (!command || command == 'Z' || paths->points.count - before == most) return MALFORMED;
        if (!number(&data, &p.x)) return MALFORMED;
        skip_blanks(&data);
        if (!number(&data, &p.y)) return MALFORMED;
        bool last = step % period == period - 1;
        uint8_t tag = command == 'M' && !step ? START : last ? ON : command == 'Q' ? CONIC : CUBIC;
        paths->points.items[paths->points.count++] = p;
        paths->tags.items[paths->tags.count++] = tag;
        step++;
    }
    if (step % (command == 'Q' ? 2 : command == 'C' ? 3 : 1)) return MALFORMED;
    *count = paths->points.count - before;
    return *count ? DRAWN : MALFORMED;
}

/* Read `bond-N atom-i atom-j` or `atom-N`; all else is a JOIN. */
static bool read_owner(span name, const structure *drawn, int32_t *owner) {
    bool bond = starts_with(name, "bond-"), label = starts_with(name, "atom-");
    double value;
    *owner = JOIN;
    if (!bond && !label) return true;
    name.at += strlen("bond-");
    if (!number(&name, &value) || value < 0 || value >= (bond ? drawn->bonds : drawn->atoms)) return false;
    *owner = (int32_t)value + (bond ? 0 : drawn->bonds);
    return true;
}

/* Read the attributes of one path element, `text` standing behind its `<path `. */
static int read_path(span *text, const structure *drawn, path_list *paths) {
    path found = {.owner = JOIN, .filled = true, .first = paths->points.count};
    int status = MALFORMED;
    while (text->at < text->end && *text->at != '/' && *text->at != '>') {
        span name = *text, value;
        if (!skip_past(text, "='")) return MALFORMED;
        value.at = text->at;
        if (!skip_past(text, "'")) return MALFORMED;
        value.end = text->at - 1;
        if (starts_with(name, "class=") && !read_owner(value, drawn, &found.owner)) return MALFORMED;
        if (starts_with(name, "d=")) {
            status = read_points(value, paths, &found.count);
            if (status) return status;
        }
        if (starts_with(name, "style=")) {
            found.filled = !starts_with(value, "fill:none");
            if (skip_past(&value, "stroke-width:") && !number(&value, &found.width)) return MALFORMED;
            if (found.width < 0) return MALFORMED;
        }
        skip_blanks(text);
    }
    if (status) return status;
    if (!ROOM(&paths->paths, 1)) return NO_MEMORY;
    paths->paths.items[paths->paths.count++] = found;
    return DRAWN;
}

/* Read every path, holes as contours of their own. */
int ink_read_svg(const char *svg, size_t length, const structure *drawn, path_list *paths) {
    span text = {svg, svg + length};
    paths->points.count = paths->tags.count = paths->paths.count = 0;
    while (skip_past(&text, "<path ")) {
        int status = read_path(&text, drawn, paths);
        if (status) return status;
    }
    return paths->paths.count ? DRAWN : MALFORMED;
}

/* Left, top, right and bottom of everything drawn, control points included, in canvas pixels. */
void ink_bounds(const path_list *paths, double bounds[4]) {
    bounds[0] = bounds[1] = 2 * FARTHEST_POINT;
    bounds[2] = bounds[3] = -2 * FARTHEST_POINT;
    for (size_t i = 0; i < paths->paths.count; i++) {
        const path *each = &paths->paths.items[i];
        const point *points = &paths->points.items[each->first];
        double reach = each->width / 2;
        for (size_t j = 0; j < each->count; j++) {
            if (points[j].x - reach < bounds[0]) bounds[0] = points[j].x - reach;
            if (points[j].y - reach < bounds[1]) bounds[1] = points[j].y - reach;
            if (points[j].x + reach > bounds[2]) bounds[2] = points[j].x + reach;
            if (points[j].y + reach > bounds[3]) bounds[3] = points[j].y + reach;
        }
    }
}

/* Say whether every bond is drawn between its atoms.

   Labels side by side leave nothing of the bond between them, and in some crowded cages RDKit draws a line of a bond far
   beyond the bond's atoms. */
bool ink_bonds_show(const structure *drawn, const path_list *paths) {
    for (int32_t bond = 0; bond < drawn->bonds; bond++) {
        point begin = drawn->atom_points[drawn->bond_atoms[bond][0]], end = drawn->atom_points[drawn->bond_atoms[bond][1]];
        double x = end.x - begin.x, y = end.y - begin.y, square = x * x + y * y;
        double first = 2, last = -2; /* lengths of the bond from its first atom */
        for (size_t i = 0; i < paths->paths.count; i++) {
            const path *each = &paths->paths.items[i];
            if (each->owner != bond) continue;
            for (size_t j = each->first; j < each->first + each->count; j++) {
                point p = paths->points.items[j];
                double share = ((p.x - begin.x) * x + (p.y - begin.y) * y) / (square > 1e-9 ? square : 1e-9);
                if (share < first) first = share;
                if (share > last) last = share;
            }
        }
        if (!(first > -FARTHEST && last < 1 + FARTHEST && last - first > SHORTEST)) return false;
    }
    return true;
}
