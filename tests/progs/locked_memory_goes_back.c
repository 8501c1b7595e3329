/*
 * A process whose pages are locked in memory gives free memory back as others
 * do: while it frees, and in malloc_trim.  What is still in use stays as it
 * was, and what was given back can be used again.
 *
 * expect: exit 0
 * env: NGXPOOL_PURGE=50
 * only: libngxpool
 * needs: reclaim unchecked unguarded unprofiled
 */

#include "keep.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif

#define OBJECTS 60000
#define SIZE    1000
/* a KiB each, and what the library and libc have besides */
#define LIMIT   (160L << 20)
#define KEPT(i) ((i) % 1024 == 0)

static void *object[OBJECTS];


static void
lock(int flags)
{
    struct rlimit limit;
    void         *m;

    NP_NEED(getrlimit(RLIMIT_MEMLOCK, &limit) == 0);

    if (limit.rlim_cur < LIMIT && geteuid() != 0) {
        np_keep_skip("memory may not be locked here");
    }

    if (mlockall(flags) != 0) {
        np_keep_skip("memory cannot be locked here");
    }

    m = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NP_NEED(m != MAP_FAILED);

    if (madvise(m, 1 << 16, MADV_DONTNEED) != 0
        && madvise(m, 1 << 16, MADV_DONTNEED_LOCKED) != 0) {
        np_keep_skip("the kernel gives locked memory back to nobody");
    }

    NP_NEED(munmap(m, 1 << 16) == 0);
}


static void
fill(void)
{
    size_t i;

    for (i = 0; i < OBJECTS; i++) {
        if (object[i] == NULL) {
            object[i] = malloc(SIZE);
            NP_NEED(object[i] != NULL);
            np_keep_fill(object[i], SIZE, (unsigned) i);
        }
    }
}


static void
drop(void)
{
    size_t i;

    for (i = 0; i < OBJECTS; i++) {
        NP_NEED(np_keep_is_filled(object[i], SIZE, (unsigned) i));

        if (!KEPT(i)) {
            free(object[i]);
            object[i] = NULL;
        }
    }
}


int
main(void)
{
    long peak, freed, trimmed;

    lock(MCL_CURRENT | MCL_FUTURE);
    fill();
    peak = np_keep_status("VmRSS:");
    drop();
    freed = np_keep_status("VmRSS:");
    (void) malloc_trim(0);
    trimmed = np_keep_status("VmRSS:");
    printf("%ld of %ld KiB left, %ld behind malloc_trim\n", freed, peak,
           trimmed);
    NP_NEED(freed * 100 <= peak * 50);
    NP_NEED(trimmed * 100 <= peak * 35);

    /* it comes back as it is touched, and goes again */
    fill();
    drop();
    (void) malloc_trim(0);
    NP_NEED(np_keep_status("VmRSS:") * 100 <= peak * 35);

    return 0;
}
