#ifndef NP_SYMBOLS_H
#define NP_SYMBOLS_H

/*
 * Names for the addresses of a profile: function, file, line and inlined
 * functions, from the programs' own debug information or from separate files
 * (/usr/lib/debug), found by build-id.
 *
 *      place --> np_symbols_at() --> frame[0]   innermost, inlined
 *                                    frame[n-1] the function itself
 *
 * Each place is looked up once.  All strings are valid UTF-8 without control
 * characters, whatever the files contain, and live as long as np_symbols_t.
 * One thread.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/np_profile.h"

typedef struct {
    const char *function; /* demangled; "libx.so+0x12 (near f)" if unknown */
    const char *linkage;  /* as the linker knows it; NULL if unknown */
    const char *file;     /* of the source, or NULL */
    unsigned    line;     /* 0: unknown */
    int         known;    /* the function's name is one */
    int         inlined;  /* into the next frame of the place */
    int         passes;   /* it has no name, and passes requests on */
    const char *identity; /* which of its name it is: np_identity.h */
} np_symbol_t;

typedef struct {
    unsigned           n; /* 1 at least */
    const np_symbol_t *frame;
    const char        *module; /* its file's name without folders, "?" */
    uint64_t           start;  /* where the outermost function begins in it;
                                  0: not known */
} np_symbols_at_t;

typedef struct {
    /* both begin with "/" and have no ":", or no separate file is found */
    const char *sysroot;    /* modules are looked for in there; NULL: "/" */
    const char *debug;      /* folder of separate files; NULL: the usual */
    int         debuginfod; /* 1: ask servers (DEBUGINFOD_URLS) */
    FILE       *warnings;   /* one line per module that is not the one that
                               ran; NULL: silent */
} np_symbols_options_t;

typedef struct np_symbols_s np_symbols_t;

/* the profile must outlive it; o may be NULL.  NULL: no memory */
np_symbols_t *np_symbols_open(const np_profile_t         *p,
                              const np_symbols_options_t *o);
void          np_symbols_free(np_symbols_t *y);

/* never NULL */
const np_symbols_at_t *np_symbols_at(np_symbols_t *y, uint32_t place);

/* how many of the frames of both, from the outermost inwards, are of the same
 * functions; places are the same function's if it is at one address of one
 * file */
unsigned np_symbols_shared(const np_symbols_at_t *a, const np_symbols_at_t *b);

/* from now on the place, which has no name, counts as a wrapper */
void np_symbols_pass(np_symbols_t *y, uint32_t place);

/* file name of a module, printable, without folders */
const char *np_symbols_module(np_symbols_t *y, uint32_t module);

/* "main (hello.c:12)" into buf; the file without its folders */
const char *np_symbol_text(const np_symbol_t *s, char *buf, size_t size);

/* one of the functions through which all allocations of a program go: malloc
 * and its family, operator new, g_malloc, xmalloc, ... */
int np_symbol_is_wrapper(const np_symbol_t *s);

/* one of them that make room for an exception of C++: that outlives the
 * function that throws it */
int np_symbol_throws(const np_symbol_t *s);

#endif
