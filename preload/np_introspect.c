/*
 * What programs ask the allocator about itself: glibc's mallinfo, mallopt,
 * malloc_trim, malloc_stats and malloc_info with our figures, so that they do
 * not show the empty arenas of a malloc that nobody uses.
 *
 * Sources: mallinfo(3), mallopt(3), malloc_trim(3), malloc_info(3).
 */

#include "config.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#include "base/np_out.h"
#include "heap/np_fork.h"
#include "heap/np_purge.h"
#include "heap/np_report.h"
#include "heap/np_stats.h"
#include "os/np_mem.h"
#include "preload/np_last_words.h"

/* more than the XML of all size classes needs */
#define NP_INTROSPECT_XML ((size_t) 64 << 10)
/* mallopt(3): M_TRIM_THRESHOLD from here on, and less than 0, is for ever;
 * M_MXFAST is at most 80 * sizeof(size_t) / 4 */
#define NP_INTROSPECT_NEVER (1 << 30)
#define NP_INTROSPECT_FAST  ((int) (80 * sizeof(size_t) / 4))


/* 0, or -1: the locks are not to be had */
static int
np_introspect_stats(np_stats_t *s)
{
    np_fork_notice();

    return np_last_words_stats(s);
}


static struct mallinfo2
np_introspect_info(void)
{
    struct mallinfo2 info = {0};
    np_stats_t       s;
    unsigned         c;

    if (np_introspect_stats(&s) != 0) {
        return info;
    }

    for (c = 1; c < NP_STATS_POOLS; c++) {
        info.ordblks += s.pool[c].holes;
    }

    /* cached large blocks are runs in use, and retained */
    info.arena = s.heap_bytes + s.retained_bytes - s.large.cached_bytes;
    info.hblks = s.large.mapped;
    info.hblkhd = s.large.mapped_bytes;
    info.usmblks = 0;
    info.fsmblks = s.holes_bytes;
    info.uordblks = s.live_bytes - s.large.mapped_bytes;
    info.fordblks
        = info.arena > info.uordblks ? info.arena - info.uordblks : 0;
    info.keepcost = s.retained_bytes;

    return info;
}


NP_EXPORT struct mallinfo2
mallinfo2(void)
{
    return np_introspect_info();
}


/* the old form with ints: what does not fit stops at INT_MAX */
static int
np_introspect_int(size_t n)
{
    return n < INT_MAX ? (int) n : INT_MAX;
}


NP_EXPORT struct mallinfo
mallinfo(void)
{
    struct mallinfo2 wide = np_introspect_info();
    struct mallinfo  info = {
         .arena = np_introspect_int(wide.arena),
         .ordblks = np_introspect_int(wide.ordblks),
         .hblks = np_introspect_int(wide.hblks),
         .hblkhd = np_introspect_int(wide.hblkhd),
         .fsmblks = np_introspect_int(wide.fsmblks),
         .uordblks = np_introspect_int(wide.uordblks),
         .fordblks = np_introspect_int(wide.fordblks),
         .keepcost = np_introspect_int(wide.keepcost),
    };

    return info;
}


/* Of glibc's parameters one has a meaning here: that memory is kept.  What
 * glibc refuses is refused.  The others are of parts that we have not, and are
 * taken for obeyed: programs take 0 for an error. */
NP_EXPORT int
mallopt(int param, int value)
{
    switch (param) {

    case M_TRIM_THRESHOLD:
        /* the heap's start would undo it */
        (void) np_heap_get();
        np_purge_keep(value < 0 || value >= NP_INTROSPECT_NEVER);
        return 1;

    case M_MXFAST:
        return value >= 0 && value <= NP_INTROSPECT_FAST;

    default:
        return 1;
    }
}


/* names by which old programs and libraries reach the same functions */
struct mallinfo __libc_mallinfo(void) NP_EXPORT
    __attribute__((alias("mallinfo")));
int __libc_mallopt(int param, int value) NP_ALIAS(mallopt);


NP_EXPORT int
malloc_trim(size_t pad NP_UNUSED)
{
    return np_purge_all() != 0;
}


NP_EXPORT void
malloc_stats(void)
{
    char       buf[1024];
    np_out_t   o;
    np_stats_t s;

    if (np_introspect_stats(&s) == 0) {
        np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
        np_report_malloc_stats(&o, &s);
        np_out_flush(&o);
    }
}


NP_EXPORT int
malloc_info(int options, FILE *fp)
{
    np_stats_t s;
    np_out_t   o;
    char      *buf;
    int        rc;

    if (options != 0) {
        return EINVAL;
    }

    buf = np_mem_map(NP_INTROSPECT_XML);

    if (buf == NULL || np_introspect_stats(&s) != 0) {
        rc = ENOMEM;

    } else {
        np_out_init(&o, -1, buf, NP_INTROSPECT_XML);
        np_report_malloc_info(&o, &s);
        rc = fputs(buf, fp) == EOF ? errno : 0;
    }

    if (buf != NULL) {
        np_mem_unmap(buf, NP_INTROSPECT_XML);
    }

    return rc;
}
