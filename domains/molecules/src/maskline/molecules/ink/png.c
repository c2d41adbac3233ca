/* A PNG writer for line drawings: sixteen levels of grey, no filter, the compression of deflate.c.

   Sixteen levels are as smooth to the eye as 256 on a stroke's edge, and half the bytes to compress, store and read. */

#include <string.h>

#include "ink.h"

static const uint8_t SIGNATURE[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
static const uint8_t GREY_4_BITS[5] = {4, 0, 0, 0, 0};

static void put_number(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Make the tables of CRC-32: what a byte leaves behind, and what it leaves after one, two and three more. */
void ink_make_crc(uint32_t crc[4][256]) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        crc[0][byte] = byte;
        for (int bit = 0; bit < 8; bit++) crc[0][byte] = crc[0][byte] >> 1 ^ (crc[0][byte] & 1 ? 0xedb88320 : 0);
    }
    for (int more = 1; more < 4; more++) {
        for (int byte = 0; byte < 256; byte++) {
            crc[more][byte] = crc[more - 1][byte] >> 8 ^ crc[0][crc[more - 1][byte] & 0xff];
        }
    }
}

/* CRC-32 as PNG wants it, four bytes at a time. */
static uint32_t checksum(const uint32_t crc[4][256], const uint8_t *data, size_t length) {
    uint32_t sum = 0xffffffff;
    for (; length >= 4; length -= 4, data += 4) {
        sum ^= data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
        sum = crc[3][sum & 0xff] ^ crc[2][sum >> 8 & 0xff] ^ crc[1][sum >> 16 & 0xff] ^ crc[0][sum >> 24];
    }
    for (; length; length--, data++) sum = sum >> 8 ^ crc[0][(sum ^ *data) & 0xff];
    return ~sum;
}

/* Begin a chunk; returns where, for the end of it. */
static size_t begin_chunk(canvas *c, const char *kind) {
    size_t start = c->png.count;
    memcpy(&c->png.items[start + 4], kind, 4);
    c->png.count += 8;
    return start;
}

static void end_chunk(canvas *c, size_t start) {
    uint8_t *chunk = &c->png.items[start];
    size_t length = c->png.count - start - 8;
    put_number(chunk, (uint32_t)length);
    put_number(&c->png.items[c->png.count], checksum(c->crc, chunk + 4, length + 4));
    c->png.count += 4;
}

/* Write the picture to canvas.png.  Darkness of 128 and more stays on its side of middle grey. */
EXPORT int ink_encode_png(canvas *c) {
    c->png.count = 0;
    if (!c->height) return MALFORMED;
    if (!ROOM(&c->png, 64)) return NO_MEMORY;
    memcpy(c->png.items, SIGNATURE, sizeof SIGNATURE);
    c->png.count = sizeof SIGNATURE;
    size_t header = begin_chunk(c, "IHDR");
    put_number(&c->png.items[c->png.count], (uint32_t)c->width);
    put_number(&c->png.items[c->png.count + 4], (uint32_t)c->height);
    memcpy(&c->png.items[c->png.count + 8], GREY_4_BITS, sizeof GREY_4_BITS);
    c->png.count += 13;
    end_chunk(c, header);
    size_t data = begin_chunk(c, "IDAT");
    if (ink_deflate(c) || !ROOM(&c->png, 16)) return NO_MEMORY;
    end_chunk(c, data);
    end_chunk(c, begin_chunk(c, "IEND"));
    return DRAWN;
}
