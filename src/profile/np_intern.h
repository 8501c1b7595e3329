#ifndef NP_INTERN_H
#define NP_INTERN_H

/*
 * Call stacks to sites.  A stack is known by a 64-bit hash of its addresses:
 * with a million stacks two of them share one with a probability of 1 in 30
 * million, and are one site then.
 *
 * A new generation (np_module.h) does not trust that: the first time that a
 * stack comes in it, its addresses are looked up one by one.  It is the site
 * that it was if they are in the modules that they were in.
 *
 * np_intern_find() takes no lock.
 */

#include <stdint.h>

/* the tables in memory; 0, or -1 out of memory.  Profile lock held. */
int np_intern_init_locked(void);

/* the site of the stack with that hash; 0: none is known in that generation.
 * Any thread. */
uint32_t np_intern_find(uint64_t hash, unsigned generation);

/* the site of the n addresses, innermost first, an index of the file's table
 * of sites; NP_SITE_OVERFLOW if there is no room.  No lock held. */
uint32_t np_intern_add(uint64_t hash, const uintptr_t *ip, unsigned n,
                       unsigned generation);

#endif
