/* What Python hands over: scene.py has the same layout.

   Lengths are sheet pixels.  Owner k is bond k of the molecule for k < bonds, the label of an atom up to `labelled`, and
   beyond that a thing that is drawn and labelled as nothing. */

#ifndef SCENE_H
#define SCENE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct { double x, y; } point;

enum mark { LINE = 0, TWO = 1, THREE = 2, WEDGE = 3, HASH = 4, WAVE = 5, ARROW = 6 };

typedef struct {
    int32_t owner;
    int32_t begin, end; /* atoms; a wedge is narrow at `begin`, an arrow points to `end` */
    int32_t mark;
    int32_t side; /* of a double bond: its second line lies right (1) or left (-1) of the way from `begin` to `end`; 0: both
                     lines lie beside the way */
} bond;

/* The ink of a part of an atom's label; those of one atom follow one another, atoms in their order. */
typedef struct {
    int32_t atom;
    double left, top, right, bottom;
} label_box;

/* A character: points `first` and on of the outlines, which are in sizes from its place on the baseline. */
typedef struct {
    int32_t owner;
    int32_t first, count;
    double x, y, size;
} glyph;

/* A line through points, or if its width is 0 a filled polygon. */
typedef struct {
    int32_t owner;
    int32_t first, count;
    double width;
} mark_row;

typedef struct {
    int32_t atoms, bonds, boxes, glyphs, marks, points, outlines; /* rows of the arrays below */
    int32_t owners, own_bonds, labelled; /* all owners; those of the molecule's bonds; those that have masks */
    const point *atom_points;
    const bond *bond_rows;
    const label_box *box_rows;
    const glyph *glyph_rows;
    const mark_row *mark_rows;
    const point *mark_points;
    const point *outline_points;
    const uint8_t *outline_tags;

    double line_width;
    double line_gap;      /* between the middles of a multiple bond's lines */
    double label_gap;     /* kept free around the ink of a label */
    double wedge_width;   /* at its wide end */
    double hash_width;    /* of each line of a hashed wedge */
    double hash_spacing;  /* between the middles of its lines */
    double shortest_bond; /* between two atoms that neither a wedge nor hashed lines join */
    double bold_width;    /* of the bold lines that stand for solid wedges; 0: they are wedges */
    double dash_length;   /* of the dashed lines that stand for hashed wedges; 0: they are lines across the bond */
    int32_t hollow;       /* wedges are outlines */
    int32_t parallel;     /* hashed wedges are as wide at the narrow end */

    int32_t width, height; /* of the picture */
    double matrix[6];      /* sheet to picture: x' = m0 x + m1 y + m2, y' = m3 x + m4 y + m5 */
} scene;

#endif
