#ifndef PALLOC_SEAM_H
#define PALLOC_SEAM_H

/*
 * A seam for tests of the pool: ngx_alloc() and its kin, that remember every
 * block they gave, fail when told to, and put guard bytes behind each block.
 * Fresh memory is junk.  Blocks are numbered from 0 in the order in which
 * they were given.  For one thread.
 */

#include "pool/ngx_alloc.h"

typedef struct {
    u_char *addr;
    size_t  size;
    size_t  align; /* 0: from ngx_alloc() */
    size_t  freed; /* 0: live; else the how-manieth free it was */
} seam_block_t;

/* the last message that ngx_log_error_core() got, and how many there were */
typedef struct {
    unsigned    count;
    ngx_uint_t  level;
    ngx_log_t  *log;
    ngx_err_t   err;
    const char *fmt;
} seam_message_t;

extern seam_message_t seam_message;

/* forgets all blocks, releasing those that are live, and all orders */
void seam_start(void);

/* the nth call that allocates from now on fails, with every also all later
 * ones; 0: none */
void seam_fail(size_t n, int every);

/* calls that tried to allocate, blocks given, blocks live */
size_t seam_calls(void);
size_t seam_given(void);
size_t seam_live(void);

/* frees of what was not live, blocks written past their end */
size_t seam_errors(void);

const seam_block_t *seam_block(size_t i);

#endif
