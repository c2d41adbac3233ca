/* Huffman codes as deflate wants them: canonical, no symbol longer than a limit. */

#ifndef HUFFMAN_H
#define HUFFMAN_H

#include <stdint.h>

enum { MOST_SYMBOLS = 286 };

typedef struct {
    uint16_t bits[MOST_SYMBOLS];
    uint8_t length[MOST_SYMBOLS]; /* 0 for a symbol that does not occur */
} huffman;

/* Make a code for `count` symbols from how often they occur; at least two do. */
void ink_make_huffman(const uint32_t *weights, int count, int deepest, huffman *code);

#endif
