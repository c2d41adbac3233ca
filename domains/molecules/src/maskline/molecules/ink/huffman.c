/* Huffman codes as deflate wants them: canonical, no symbol longer than a limit. */

#include "huffman.h"

#include <string.h>

typedef struct { uint32_t weight; int parent, depth; } node;

/* Collect the symbols that occur, the rarest first; equals stay in their order, so the code is the same everywhere. */
static int sort_symbols(const uint32_t *weights, int count, int *symbols) {
    int used = 0;
    for (int i = 0; i < count; i++) {
        int at = used;
        if (!weights[i]) continue;
        for (; at && weights[symbols[at - 1]] > weights[i]; at--) symbols[at] = symbols[at - 1];
        symbols[at] = i;
        used++;
    }
    return used;
}

/* Join the two lightest nodes until one is left; returns the depth of the deepest leaf.  Leaves are sorted, and so is
   what they are joined to, so the lightest stand at the head of either. */
static int grow_tree(node *nodes, int leaves) {
    int leaf = 0, joined = leaves, deepest = 0, all = 2 * leaves - 1;
    for (int next = leaves; next < all; next++) {
        nodes[next].weight = 0;
        for (int child = 0; child < 2; child++) {
            int lightest = leaf < leaves && (joined >= next || nodes[leaf].weight <= nodes[joined].weight) ? leaf++ : joined++;
            nodes[lightest].parent = next;
            nodes[next].weight += nodes[lightest].weight;
        }
    }
    nodes[all - 1].depth = 0;
    for (int i = all - 2; i >= 0; i--) {
        nodes[i].depth = nodes[nodes[i].parent].depth + 1;
        if (nodes[i].depth > deepest) deepest = nodes[i].depth;
    }
    return deepest;
}

/* Number the symbols of each length in turn; deflate reads a code's first bit first, so it is stored turned around. */
static void number_symbols(int count, int deepest, huffman *code) {
    uint32_t next = 0;
    for (int length = 1; length <= deepest; length++, next <<= 1) {
        for (int i = 0; i < count; i++) {
            if (code->length[i] != length) continue;
            uint32_t turned = 0;
            for (int bit = 0; bit < length; bit++) turned |= (next >> bit & 1) << (length - 1 - bit);
            code->bits[i] = (uint16_t)turned;
            next++;
        }
    }
}

void ink_make_huffman(const uint32_t *weights, int count, int deepest, huffman *code) {
    int symbols[MOST_SYMBOLS];
    node nodes[2 * MOST_SYMBOLS];
    int used = sort_symbols(weights, count, symbols);
    memset(code, 0, sizeof *code);
    for (int i = 0; i < used; i++) nodes[i].weight = weights[symbols[i]];
    while (grow_tree(nodes, used) > deepest) { /* weights that differ less make a flatter tree */
        for (int i = 0; i < used; i++) nodes[i].weight = (nodes[i].weight + 1) / 2;
    }
    for (int i = 0; i < used; i++) code->length[symbols[i]] = (uint8_t)nodes[i].depth;
    number_symbols(count, deepest, code);
}
