#ifndef NP_AHEAD_H
#define NP_AHEAD_H

/*
 * Populating ahead: memory that is about to be used for the first time is
 * faulted in many pages at a time, by one call (MADV_POPULATE_WRITE), in place
 * of a page fault each.  How many is a share of what its owner has already, so
 * that what is populated and then never used stays a small share, too; what
 * has little gets nothing ahead.
 *
 *      | used | populated |        untouched        |
 *             mark - n    mark (of the caller)
 *
 * Populated pages are zero as untouched ones are, and not dirty.  A kernel
 * that refuses (before Linux 5.14, or since memory is short) is not asked
 * again.
 *
 * Any thread; the caller owns the memory.
 */

#include <stddef.h>

/* most that is populated by one call, bytes: 32 pages of 4 KiB, from where on
 * a page costs no less (0.9 us, against 18 for a fault, on a machine whose
 * page tables a hypervisor shadows) */
#define NP_AHEAD_MAX ((size_t) 128 << 10)
/* one byte ahead for so many that are there */
#define NP_AHEAD_SHARE 16

/* Memory from m on is about to be used, and [m, end) some day.  mark: up to
 * where it was populated, or anything outside [m, end]; have: bytes that the
 * owner uses already.  The new mark. */
char *np_ahead(char *m, char *end, char *mark, size_t have);

#endif
