#ifndef NP_CHECK_H
#define NP_CHECK_H

/*
 * The three strengths of check.
 *
 *      np_assert(x)              debug build only: an invariant of ours
 *      np_check(x, what, addr)   every build: corruption, double free, a
 *                                foreign pointer
 *      <module>_is_valid()       walkers, called by np_assert
 *
 * A finding ends in one line on standard error,
 *
 *      ngxpool: fatal: <what> <address>
 *
 * and in abort(), without a call that could allocate or need a sane heap.  Any
 * thread may call these at any time.
 */

#include "base/np_attr.h"

/* writes the line and does not come back */
NP_COLD NP_NORETURN void np_fatal(const char *what, const void *addr);

/* the same; `where` stands behind the address */
NP_COLD NP_NORETURN void np_fatal_at(const char *what, const void *addr,
                                     const char *where);

#ifdef NP_DEBUG
#define np_assert(x)                                                          \
    do {                                                                      \
        if (np_unlikely(!(x))) {                                              \
            np_fatal("assertion failed: " __FILE__ ": " #x,                   \
                     __builtin_return_address(0));                            \
        }                                                                     \
    } while (0)
#else
#define np_assert(x)                                                          \
    do {                                                                      \
        (void) sizeof(x);                                                     \
    } while (0)
#endif

#define np_check(x, what, addr)                                               \
    do {                                                                      \
        if (np_unlikely(!(x))) {                                              \
            np_fatal(what, addr);                                             \
        }                                                                     \
    } while (0)

/*
 * What is called between the line and abort(), when set: the preload's last
 * words (the report), a unit test's longjmp.  A hook is called once and then
 * forgotten, so that a finding inside it ends the process; set it again for
 * another round.  NULL takes it back.
 */
typedef void (*np_fatal_pt)(const char *what, const void *addr);

/* calls what is set, once in the life of the process; for other ends of it
 * than np_fatal() */
void np_fatal_run_hook(const char *what, const void *addr);

void np_fatal_set_hook(np_fatal_pt hook);

#endif
