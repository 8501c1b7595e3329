#ifndef NP_DEBUG_SYMBOLS_H
#define NP_DEBUG_SYMBOLS_H

/*
 * The functions in a module's symbol table, sorted by address.  For
 * np_debug.c.
 */

#include <elfutils/libdwfl.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t    address;
    uint64_t    size; /* 0: unknown */
    const char *name; /* the module's */
    const char *file; /* that alone sees it, or NULL */
    unsigned    rank; /* of two at one address the higher is taken */
} np_debug_symbol_t;

typedef struct {
    np_debug_symbol_t *v;
    size_t             n;
} np_debug_symbols_t;

/* without memory, or without symbols, there are none */
void np_debug_symbols_read(np_debug_symbols_t *t, Dwfl_Module *m);
void np_debug_symbols_free(np_debug_symbols_t *t);

/* the function that holds the address, *inside 1; or the one before, 0; or
 * NULL */
const np_debug_symbol_t *np_debug_symbols_find(const np_debug_symbols_t *t,
                                               uint64_t address, int *inside);

#endif
