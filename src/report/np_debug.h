#ifndef NP_DEBUG_H
#define NP_DEBUG_H

/*
 * The file of one module, with its debug information: for np_symbols.c.  One
 * thread.
 */

#include <stdint.h>

#include "report/np_profile.h"
#include "report/np_symbols.h"

#define NP_DEBUG_FRAMES 64 /* inlined into each other; more are left out */

/* as the file has it, not made harmless; valid until np_debug_close() */
typedef struct {
    const char *name;    /* in the source, or NULL */
    const char *linkage; /* or NULL */
    const char *file;    /* or NULL */
    const char *scope;   /* the file that alone sees it, or NULL */
    unsigned    line;
} np_debug_frame_t;

typedef struct {
    unsigned         n; /* 0: the function's name is not known */
    np_debug_frame_t frame[NP_DEBUG_FRAMES];
    const char      *near;  /* the symbol before, if n is 0, or NULL */
    uint64_t         start; /* of the function in the file; 0: not known */
} np_debug_found_t;

typedef struct np_debug_s np_debug_t;

/* the module's file, if it is the one that ran; else what there is under its
 * build-id; NULL: neither.  *differs: a file of that name has another one */
np_debug_t *np_debug_open(const np_module_t *m, const np_symbols_options_t *o,
                          int *differs);
void        np_debug_close(np_debug_t *d);

/* by the address in the file */
void np_debug_find(np_debug_t *d, uint64_t address, np_debug_found_t *found);

#endif
