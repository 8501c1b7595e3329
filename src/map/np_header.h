#ifndef NP_HEADER_H
#define NP_HEADER_H

/*
 * Records: the 64-byte cache lines of the headers area, handed out in groups
 * of neighbours and taken back into one list a group size.
 *
 *      | null | block | word | word | large | block | word | ...
 *
 * A record's memory stays a record for ever (type-stable): a thread that
 * looks at one a moment too late reads stale fields, never foreign bytes.
 * Record 0 is all zero and belongs to nobody: what the map says of granules
 * without an owner.
 *
 * All functions: runs lock held.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"

#define NP_HEADER_SIZE 64
/* a block of 32 words and its own record */
#define NP_HEADER_GROUP_MAX 33

/* n neighbours, 1 <= n <= 33, contents undefined; NULL out of memory */
void *np_header_alloc_locked(unsigned n);

void np_header_free_locked(void *records, unsigned n);

/* bytes of records ever handed out: all that is resident of the area */
size_t np_header_used(void);

#endif
