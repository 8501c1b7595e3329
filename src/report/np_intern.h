#ifndef NP_INTERN_H
#define NP_INTERN_H

/*
 * Strings that occur often, once each: numbered from 0 in the order of their
 * first appearance.  One thread.
 */

#include <stdint.h>

#define NP_INTERN_FAILED UINT32_MAX

typedef struct {
    char    **string; /* by number */
    uint32_t  n;
    uint32_t  capacity;
    uint32_t  slots; /* of the hash table; a power of two, or 0 */
    uint32_t *slot;  /* number + 1; 0: free */
} np_intern_t;

/* a table of zeroes is an empty one; this makes it so again */
void np_intern_fini(np_intern_t *t);

/* the number of s; NP_INTERN_FAILED when memory runs out */
uint32_t np_intern(np_intern_t *t, const char *s);

#endif
