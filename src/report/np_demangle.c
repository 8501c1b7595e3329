/*
 * Names of C++ and Rust functions, by libiberty, which limits how deep it
 * follows a name into itself, but not how much it prints: a name of some
 * hundred characters may stand for one that no memory holds, as each of its
 * parts may refer twice to the one before.  So it prints through a callback
 * into a buffer of ours, which leaves by longjmp() when that is full: on
 * their way the callback entry points have all they know on the stack (but
 * for the letters of a Rust identifier in Punycode, which are lost then).
 */
#include "config.h"

#include "report/np_demangle.h"

#include <setjmp.h>
#include <stddef.h>
#include <string.h>

#include <libiberty/demangle.h>

/* longer ones keep their linkage names */
#define NP_DEMANGLE_FROM 4096
#define NP_DEMANGLE_TO   16384

/* lifetimes of a Rust type: more digits are no number of them */
#define NP_DEMANGLE_FOR 2
#define NP_DEMANGLE_DIGITS                                                    \
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

typedef struct {
    jmp_buf full;
    size_t  n;
    char    text[NP_DEMANGLE_TO];
} np_demangle_t;

typedef int (*np_demangle_pt)(const char *linkage, int options,
                              demangle_callbackref put, void *opaque);


static void
np_demangle_put(const char *text, size_t n, void *opaque)
{
    np_demangle_t *d = opaque;

    if (n >= sizeof(d->text) - d->n) {
        longjmp(d->full, 1);
    }
    memcpy(d->text + d->n, text, n);
    d->n += n;
}


/* 1: the whole name is in d->text */
static int
np_demangle_try(np_demangle_t *d, np_demangle_pt demangle, const char *linkage)
{
    d->n = 0;
    if (setjmp(d->full) != 0) {
        return 0;
    }
    if (demangle(linkage, DMGL_AUTO | DMGL_PARAMS | DMGL_ANSI | DMGL_RET_DROP,
                 np_demangle_put, d)
        == 0) {
        return 0;
    }
    d->text[d->n] = '\0';
    return 1;
}


/* "for<'a, 'b>" of a function or a trait of Rust, by number: libiberty counts
 * up to it even where it prints nothing */
static int
np_demangle_is_endless(const char *linkage)
{
    size_t n;

    for (const char *at = linkage; (at = strchr(at, 'G')) != NULL; at++) {
        n = strspn(at + 1, NP_DEMANGLE_DIGITS);
        if (at > linkage && (at[-1] == 'F' || at[-1] == 'D')
            && n > NP_DEMANGLE_FOR && at[1 + n] == '_') {
            return 1;
        }
    }
    return 0;
}


char *
np_demangle(const char *linkage)
{
    np_demangle_t d;

    if (linkage[0] != '_' || (linkage[1] != 'Z' && linkage[1] != 'R')
        || strlen(linkage) > NP_DEMANGLE_FROM
        || (linkage[1] == 'R' && np_demangle_is_endless(linkage))) {
        return NULL;
    }
    /* old names of Rust are such of C++, too */
    if (np_demangle_try(&d, rust_demangle_callback, linkage)
        || np_demangle_try(&d, cplus_demangle_v3_callback, linkage)) {
        return strdup(d.text);
    }
    return NULL;
}
