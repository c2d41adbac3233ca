/* zlib's format (RFC 1950, 1951) for the picture's rows, in one block with a Huffman code made for it.

   Nearly all of a row is a copy of the row above, or a run of one byte.  Only these two are looked for: that is why it is
   fast.  A row is a filter byte, 0 for none, and two pixels a byte, 15 white. */

#include <string.h>

#include "huffman.h"
#include "ink.h"

enum { LEAST = 3, MOST = 258 }; /* bytes of a copy */
enum { END = 256, LITERALS = 286, DISTANCES = 30, LENGTHS = 19 };
enum { COPY = 0x10000, ABOVE = 0x20000 }; /* a token is a byte, or COPY + length, with ABOVE from the row above */
enum { FILTER = 0, WHITE = 0xff };

/* Deflate's tables: the least length of each code and the bits that follow it; the order in which lengths are told. */
static const uint16_t LENGTH_FROM[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t LENGTH_BITS[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint8_t LENGTH_ORDER[LENGTHS] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

/* Writes bits, the lowest first; `at` has room for eight bytes more than are written. */
typedef struct { uint8_t *at; uint64_t held; int count; } bit_writer;

/* Put up to 56 bits. */
static void put(bit_writer *w, uint64_t bits, int count) {
    w->held |= bits << w->count;
    w->count += count;
    memcpy(w->at, &w->held, sizeof w->held); /* little-endian */
    w->at += w->count / 8;
    w->held >>= w->count / 8 * 8;
    w->count %= 8;
}

static void put_symbol(bit_writer *w, const huffman *code, int symbol) { put(w, code->bits[symbol], code->length[symbol]); }

/* The code of a distance, and how many bits follow it. */
static int distance_code(uint32_t distance, int *extra) {
    int bits = 1;
    *extra = 0;
    if (distance <= 2) return (int)distance - 1;
    while ((distance - 1) >> (bits + 1)) bits++;
    *extra = bits - 1;
    return 2 * bits + (int)(((distance - 1) >> (bits - 1)) & 1);
}

/* Add a copy of LEAST bytes or more, in pieces that deflate can tell. */
static void add_copy(canvas *c, size_t length, uint32_t kind) {
    while (length) {
        size_t piece = length <= MOST ? length : length - MOST < LEAST ? MOST - LEAST : MOST;
        c->tokens.items[c->tokens.count++] = COPY | kind | (uint32_t)piece;
        length -= piece;
    }
}

/* How many bytes two stretches have in common at their beginnings.  Little-endian. */
static size_t common(const uint8_t *one, const uint8_t *other, size_t most) {
    size_t length = 0;
    uint64_t a, b;
    for (; length + 8 <= most; length += 8) {
        memcpy(&a, one + length, 8);
        memcpy(&b, other + length, 8);
        if (a != b) return length + (size_t)__builtin_ctzll(a ^ b) / 8;
    }
    while (length < most && one[length] == other[length]) length++;
    return length;
}

/* Pack eight pixels, as darkness, into four bytes of two, the left one in the upper half.  Little-endian. */
static uint32_t pack(uint64_t dark) {
    uint64_t light = ~dark;
    light = (light & 0x00f000f000f000f0) | (light >> 12 & 0x000f000f000f000f);
    light = (light | light >> 8) & 0x0000ffff0000ffff;
    return (uint32_t)(light | light >> 16);
}

/* A checksum, Adler-32: a adds up the bytes, b adds up a.  White bytes are added at once, then what others lack. */
typedef struct { uint32_t a, b; } adler;

/* Write row y of the picture as the PNG's `size` bytes, and some more to whole blocks; say whether it is white. */
static bool write_row(const canvas *c, int32_t y, uint8_t *row, size_t size, adler *check) {
    const uint8_t *dark = &c->dark.items[(size_t)y * c->pitch];
    extent ink = c->rows.items[y];
    uint64_t sum = WHITE * (uint64_t)(size - 1), weighted = sum * size / 2; /* byte i counts size - i times */
    bool white = true;
    row[0] = FILTER;
    memset(row + 1, WHITE, c->pitch / 2);
    for (int32_t x = ink.low / BLOCK * BLOCK; x < ink.high; x += BLOCK) {
        uint64_t eights[BLOCK / 8], any = 0;
        uint8_t *block = row + 1 + x / 2;
        uint32_t lack = 0, within = 0, right = (uint32_t)(size - (size_t)(block - row)); /* of the block's first byte */
        memcpy(eights, dark + x, sizeof eights);
        for (int i = 0; i < BLOCK / 8; i++) any |= eights[i];
        if (!any) continue;
        white = false;
        for (int i = 0; i < BLOCK / 8; i++) {
            uint32_t four = pack(eights[i]);
            memcpy(block + 4 * i, &four, sizeof four);
        }
        for (uint32_t i = 0; i < BLOCK / 2; i++) {
            uint32_t missing = (uint32_t)(WHITE - block[i]);
            lack += missing;
            within += missing * i;
        }
        sum -= lack;
        weighted -= (uint64_t)lack * right - within;
    }
    check->b = (uint32_t)((check->b + size * (uint64_t)check->a + weighted) % 65521);
    check->a = (uint32_t)((check->a + sum) % 65521);
    return white;
}

/* Add the tokens of a row; `above` bytes of a copy from above are pending, and may go on.  Returns how many are then. */
static size_t add_row(canvas *c, const uint8_t *row, const uint8_t *before, size_t size, size_t above) {
    for (size_t i = 0; i < size;) {
        size_t same = before ? common(row + i, before + i, size - i) : 0;
        if (above) {
            above += same;
            i += same;
            if (i == size) break;
            add_copy(c, above, ABOVE);
            above = 0;
            continue;
        }
        size_t run = i && row[i] == row[i - 1] ? common(row + i, row + i - 1, size - i) : 0;
        if (same >= LEAST && same >= run) {
            above = same;
            i += same;
        } else if (run >= LEAST) {
            add_copy(c, run, 0);
            i += run;
        } else {
            c->tokens.items[c->tokens.count++] = row[i++];
        }
    }
    return above;
}

/* Find the tokens of the whole picture; returns the checksum of its rows, whose size is given. */
static uint32_t find_tokens(canvas *c, size_t size) {
    uint8_t *rows[2] = {c->lines.items, c->lines.items + c->pitch};
    adler check = {1, 0};
    size_t above = 0;
    bool was_white = false;
    c->tokens.count = 0;
    for (int32_t y = 0; y < c->height; y++) {
        bool white = write_row(c, y, rows[y & 1], size, &check);
        if (white && was_white && (above || size >= LEAST)) above += size;
        else above = add_row(c, rows[y & 1], y ? rows[(y + 1) & 1] : NULL, size, above);
        was_white = white;
    }
    add_copy(c, above, ABOVE);
    return check.b << 16 | check.a;
}

static void put_lengths(bit_writer *w, const huffman *literals, const huffman *distances) {
    uint32_t weights[LENGTHS] = {1, 1}; /* two at least, for a code to be complete */
    huffman code;
    for (int i = 0; i < LITERALS; i++) weights[literals->length[i]]++;
    for (int i = 0; i < DISTANCES; i++) weights[distances->length[i]]++;
    ink_make_huffman(weights, LENGTHS, 7, &code);
    put(w, LITERALS - 257, 5);
    put(w, DISTANCES - 1, 5);
    put(w, LENGTHS - 4, 4);
    for (int i = 0; i < LENGTHS; i++) put(w, code.length[LENGTH_ORDER[i]], 3);
    for (int i = 0; i < LITERALS; i++) put_symbol(w, &code, literals->length[i]);
    for (int i = 0; i < DISTANCES; i++) put_symbol(w, &code, distances->length[i]);
}

/* What stands for a token: bits, and how many. */
typedef struct { uint64_t bits; int count; } word;

static void append(word *w, uint64_t bits, int count) {
    w->bits |= bits << w->count;
    w->count += count;
}

/* Spell every copy: of each length, from the byte before and, in the second table, from the row above. */
static void spell_copies(const huffman *literals, const huffman *distances, uint32_t size, word words[2][MOST + 1]) {
    for (int length = LEAST, symbol = END + 1; length <= MOST; length++) {
        if (symbol < LITERALS - 1 && LENGTH_FROM[symbol - END] == length) symbol++;
        for (int above = 0; above < 2; above++) {
            int extra, distance = distance_code(above ? size : 1, &extra);
            word *w = &words[above][length];
            *w = (word){literals->bits[symbol], literals->length[symbol]};
            append(w, (uint64_t)(length - LENGTH_FROM[symbol - END - 1]), LENGTH_BITS[symbol - END - 1]);
            append(w, distances->bits[distance], distances->length[distance]);
            append(w, (size - 1) & ((1u << extra) - 1), extra);
        }
    }
}

/* Count how often each symbol occurs and make the codes. */
static void make_codes(const canvas *c, int distance, huffman *literals, huffman *distances) {
    uint32_t copies[2][MOST + 1] = {0}, weights[LITERALS] = {[END] = 1}, far[DISTANCES] = {1, 1};
    for (size_t i = 0; i < c->tokens.count; i++) {
        uint32_t token = c->tokens.items[i];
        if (token & COPY) copies[!!(token & ABOVE)][token & 0xffff]++;
        else weights[token]++;
    }
    for (int length = LEAST, symbol = END + 1; length <= MOST; length++) {
        if (symbol < LITERALS - 1 && LENGTH_FROM[symbol - END] == length) symbol++;
        weights[symbol] += copies[0][length] + copies[1][length];
        far[0] += copies[0][length];
        far[distance] += copies[1][length];
    }
    ink_make_huffman(weights, LITERALS, 15, literals);
    ink_make_huffman(far, DISTANCES, 15, distances);
}

/* Append the compressed picture to canvas.png. */
int ink_deflate(canvas *c) {
    size_t size = 1 + ((size_t)c->width + 1) / 2;
    c->tokens.count = 0;
    if (!ROOM(&c->lines, 2 * c->pitch)) return NO_MEMORY;
    if (!ROOM(&c->tokens, size * (size_t)c->height)) return NO_MEMORY; /* a token stands for a byte or more */
    uint32_t check = find_tokens(c, size);
    huffman literals, distances;
    word words[2][MOST + 1];
    int extra;
    make_codes(c, distance_code((uint32_t)size, &extra), &literals, &distances);
    spell_copies(&literals, &distances, (uint32_t)size, words);
    /* A literal takes 15 bits at most, a copy 15 + 5 + 15 + 13: six bytes and more than enough for what is around them. */
    if (!ROOM(&c->png, 6 * c->tokens.count + 1024)) return NO_MEMORY;
    bit_writer w = {.at = &c->png.items[c->png.count]};
    put(&w, 0x0178, 16); /* deflate with a window of 32 KiB, fastest: 0x78, 0x01 */
    put(&w, 1, 1);       /* the last block */
    put(&w, 2, 2);       /* has a code of its own */
    put_lengths(&w, &literals, &distances);
    for (size_t i = 0; i < c->tokens.count; i++) {
        uint32_t token = c->tokens.items[i];
        if (token & COPY) {
            word copy = words[!!(token & ABOVE)][token & 0xffff];
            put(&w, copy.bits, copy.count);
        } else {
            put_symbol(&w, &literals, (int)token);
        }
    }
    put_symbol(&w, &literals, END);
    if (w.count) put(&w, 0, 8 - w.count);
    for (int i = 24; i >= 0; i -= 8) *w.at++ = (uint8_t)(check >> i);
    c->png.count = (size_t)(w.at - c->png.items);
    return DRAWN;
}
