#ifndef NP_HUGE_H
#define NP_HUGE_H

/*
 * Which mappings outside the window are ours: a hash table from the address
 * of a block to its record, open addressing, linear probing, at most half
 * full.  It holds the few blocks that are too large for the window, so that a
 * pointer that is not in the window is found or refused in O(1).
 *
 * All functions: runs lock held.
 */

#include <stddef.h>
#include <stdint.h>

/* remembers the record (an offset of np_window.h) of the block at m; 0, or
 * -1 out of memory */
int np_huge_insert_locked(const void *m, uint32_t record);

/* the record of the block that begins at m, or 0 */
uint32_t np_huge_find_locked(const void *m);

/* forgets the block at m, which is there */
void np_huge_remove_locked(const void *m);

/* bytes of the table itself */
size_t np_huge_table_bytes(void);

#endif
