#ifndef NP_REPORT_TABLE_H
#define NP_REPORT_TABLE_H

/*
 * Aligned columns without a place to keep the rows: a table is a function
 * that fills in row i, called twice for each row, first to measure the
 * columns and then to print them.  Both calls must give the same text.
 *
 *          size  pools  blocks     heading
 *            16      2       7     numbers to the right,
 *            32      1       3     words to the left
 *
 * Every line begins with two spaces and none ends with one.
 */

#include <stdint.h>

#include "base/np_out.h"

#define NP_REPORT_COLUMNS 13
#define NP_REPORT_CELL    32 /* bytes: 2^64-1 with separators, a bar of 20 */

typedef struct {
    const char
        *text; /* what is shown: buf, or a text that outlives the call */
    char buf[NP_REPORT_CELL];
} np_report_cell_t;

/* fills cell[0..columns-1] (all empty before) with row i; 0: no such row */
typedef int (*np_report_row_pt)(const void *data, unsigned i,
                                np_report_cell_t *cell);

typedef struct {
    const char      *head[NP_REPORT_COLUMNS + 1]; /* ends with NULL */
    unsigned         hidden; /* bit c: column c is left out */
    unsigned         left;   /* bit c: column c is of words */
    unsigned         rows;
    np_report_row_pt row;
    const void      *data; /* for row() */
} np_report_table_t;

/* the heading, unless all of it is empty, and the rows that there are */
void np_report_table(np_out_t *o, const np_report_table_t *t);

/* numbers into a cell: "1,234,567", "12.3 MiB", "12.3 %", and if exact
 * "1234567" for both counts and bytes */
void np_report_count(np_report_cell_t *c, uint64_t n, int exact);
void np_report_bytes(np_report_cell_t *c, uint64_t n, int exact);
void np_report_share(np_report_cell_t *c, uint64_t n, uint64_t of);

/* a power of two: "512 B", "64 KiB" */
void np_report_power(np_report_cell_t *c, unsigned log2, int exact);

/* up to twenty '#' for n of `of` */
void np_report_bar(np_report_cell_t *c, uint64_t n, uint64_t of);

#endif
