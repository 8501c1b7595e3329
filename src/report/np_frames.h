#ifndef NP_FRAMES_H
#define NP_FRAMES_H

/*
 * What the exports share: stacks with inlined functions as frames of their
 * own, and numbers and strings as those formats want them.  One thread.
 */

#include <stdio.h>

#include "report/np_export.h"

/* strings belong to the symbols */
typedef struct {
    const char *function; /* or the title of a site without stack */
    const char *linkage;  /* NULL if unknown */
    const char *file;     /* NULL if unknown */
    const char *module;   /* "" for a site without stack */
    unsigned    line;     /* 0 if unknown */
    uint64_t    address;  /* of the call, in the program; 0 without stack */
} np_frame_t;

/* the allocating function first; zeroes: empty */
typedef struct {
    np_frame_t *frame;
    unsigned    n;
    unsigned    capacity;
} np_frames_t;

/* replaces what was there by the frames of a site, one at least; -1: no
 * memory */
int  np_frames_of(np_frames_t *list, const np_export_t *x, const np_site_t *s);
void np_frames_fini(np_frames_t *list);

/* the address of the call itself */
uint64_t np_frame_address(const np_place_t *place);

/*
 * Whole numbers for formats that know no others: they add up to the sum of the
 * values, rounded, although each is rounded too.  `sum` is 0 at first and of
 * one column; a value that is no number counts as 0.
 */
int64_t np_whole(double *sum, double value);

/* a JSON number, null if it is none */
void np_json_put_number(FILE *f, double value);

/* a JSON string, quotation marks included; of any bytes.  -1: no memory */
int np_json_put_string(FILE *f, const char *s);

#endif
