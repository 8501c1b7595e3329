#ifndef NP_STRINGS_H
#define NP_STRINGS_H

/*
 * Strings that occur often, once each: numbered from 0 in the order of their
 * first appearance.  One thread.
 */

#include <stdint.h>

#define NP_STRINGS_FAILED UINT32_MAX

typedef struct {
    char    **string; /* by number */
    uint32_t  n;
    uint32_t  capacity;
    uint32_t  slots; /* of the hash table; a power of two, or 0 */
    uint32_t *slot;  /* number + 1; 0: free */
} np_strings_t;

/* a table of zeroes is an empty one; this makes it so again */
void np_strings_fini(np_strings_t *t);

/* the number of s; NP_STRINGS_FAILED when memory runs out */
uint32_t np_strings_number(np_strings_t *t, const char *s);

#endif
