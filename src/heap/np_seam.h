#ifndef NP_SEAM_H
#define NP_SEAM_H

/*
 * What stands under the nginx pools inside libngxpool.so, in place of the
 * installed library's ngx_alloc object.  Two kinds of pools, told apart by
 * the log they carry:
 *
 *      np_seam_books     the allocator's own bookkeeping (heaps, counters):
 *                        mappings, straight from the OS layer
 *      np_seam_objects   the program's objects (NGXPOOL_RECLAIM=off): runs of
 *                        the heap, whose granules map to a record of kind
 *                        NP_KIND_LITERAL
 */

#include <stddef.h>

#include "pool/ngx_palloc.h"

extern ngx_log_t np_seam_books;
extern ngx_log_t np_seam_objects;

/* n bytes, zero, that live as long as the process, from the pool of the
 * books; NULL out of memory.  Heaps lock held. */
void *np_seam_book_locked(size_t n);

/* bytes that the books take from the system */
size_t np_seam_books_bytes(void);

/* before the first pool is created */
void np_seam_init(void);

#endif
