#include "config.h"

#include "heap/np_foreign.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/np_out.h"
#include "heap/np_alloc.h"
#include "heap/np_find.h"
#include "heap/np_glibc.h"
#include "heap/np_misuse.h"
#include "os/np_libc.h"
#include "os/np_options.h"

typedef void (*np_foreign_free_pt)(void *m);
typedef void *(*np_foreign_realloc_pt)(void *m, size_t n);

static struct {
    _Atomic(void *)  xfree; /* glibc's functions, once they are needed */
    _Atomic(void *)  xrealloc;
    _Atomic uint64_t xfrees;
    _Atomic uint64_t xgiven;
    _Atomic uint64_t xleft;
    _Atomic int      xtold;
} np_foreign;


static void
np_foreign_add(_Atomic uint64_t *n)
{
    atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}


/* threads may look it up at the same time: they find the same */
static void *
np_foreign_real(_Atomic(void *) *xreal, const char *name)
{
    void *real = atomic_load_explicit(xreal, memory_order_relaxed);

    if (real == NULL) {
        real = np_libc_find(name);
        atomic_store_explicit(xreal, real, memory_order_relaxed);
    }

    return real;
}


static void
np_foreign_leave(const char *what, const void *m, const void *site)
{
    char     where[128];
    char     buf[256];
    np_out_t o;

    np_foreign_add(&np_foreign.xleft);

    if (atomic_exchange(&np_foreign.xtold, 1)) {
        return;
    }

    np_libc_where(site, where, sizeof(where));
    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o,
            "ngxpool: ignored: %s %p, called from %s; others are counted"
            "\n",
            what, m, where);
    np_out_flush(&o);
}


static void
np_foreign_unknown(const char *what, const void *m, const void *site)
{
    if (np_options.foreign == NP_FOREIGN_IGNORE) {
        np_foreign_leave(what, m, site);

    } else {
        np_misuse_at(what, m, site);
        np_foreign_add(&np_foreign.xleft);
    }
}


/* 1 if m lies in memory that we have or had: misuse, which is told */
static NP_COLD int
np_foreign_is_ours(const void *m, const char *interior, const char *gone)
{
    np_found_e found = np_find_outside(m);

    if (found == NP_FOUND_FOREIGN) {
        return 0;
    }

    np_misuse(found == NP_FOUND_INTERIOR ? interior : gone, m);

    return 1;
}


void
np_foreign_free(void *m, const void *site)
{
    np_glibc_e         found;
    np_foreign_free_pt real;
    size_t             usable;

    found = np_glibc_find(m, &usable);

    if (found == NP_GLIBC_NONE
        && np_foreign_is_ours(m, "free of an interior pointer",
                              "double free")) {
        return;
    }

    np_foreign_add(&np_foreign.xfrees);

    if (found == NP_GLIBC_LOST) {
        np_foreign_leave("free of another libc's block", m, site);
        return;
    }

    real = found == NP_GLIBC_BLOCK ? (np_foreign_free_pt) np_foreign_real(
               &np_foreign.xfree, "__libc_free")
                                   : NULL;

    if (real == NULL) {
        np_foreign_unknown("free of a foreign pointer", m, site);
        return;
    }

    np_foreign_add(&np_foreign.xgiven);
    real(m);
}


/* a copy of ours in place of a block that cannot be given back */
static void *
np_foreign_copy(void *m, size_t usable, size_t n, const void *site)
{
    void *to = np_alloc_slow(n, np_self, 0);

    if (to != NULL) {
        memcpy(to, m, usable < n ? usable : n);
        np_foreign_leave("realloc of another libc's block", m, site);
    }

    return to;
}


void *
np_foreign_resize(void *m, size_t n, const void *site)
{
    np_foreign_realloc_pt real;
    np_glibc_e            found;
    size_t                usable;

    found = np_glibc_find(m, &usable);

    if (found == NP_GLIBC_NONE
        && np_foreign_is_ours(m, "realloc of an interior pointer",
                              "realloc of freed memory")) {
        return NULL;
    }

    if (found == NP_GLIBC_LOST) {
        return np_foreign_copy(m, usable, n, site);
    }

    real = found == NP_GLIBC_BLOCK ? (np_foreign_realloc_pt) np_foreign_real(
               &np_foreign.xrealloc, "__libc_realloc")
                                   : NULL;

    if (real == NULL) {
        np_foreign_unknown("realloc of a foreign pointer", m, site);
        return NULL;
    }

    np_foreign_add(&np_foreign.xgiven);

    return real(m, n);
}


size_t
np_foreign_usable(const void *m, const void *site)
{
    size_t usable;

    if (np_glibc_find(m, &usable) != NP_GLIBC_NONE) {
        return usable;
    }

    if (!np_foreign_is_ours(m, "malloc_usable_size of an interior pointer",
                            "malloc_usable_size of freed memory")) {
        np_foreign_unknown("malloc_usable_size of a foreign pointer", m, site);
    }

    return 0;
}


void
np_foreign_count(np_stats_t *s)
{
    s->foreign_frees = atomic_load(&np_foreign.xfrees);
    s->foreign_given = atomic_load(&np_foreign.xgiven);
    s->foreign_left = atomic_load(&np_foreign.xleft);
}
