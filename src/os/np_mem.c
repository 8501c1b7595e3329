/*
 * Memory from the kernel.
 *
 * Every call goes through np_mem_call(), which counts it, lets a test make it
 * fail, and keeps errno.  No state but these counters and what the kernel is
 * known to want, so nothing to lock and nothing to set right after fork.
 */

#include "config.h"

#include "os/np_mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "base/np_bits.h"
#include "base/np_call.h"
#include "base/np_check.h"
#include "os/np_fail.h"
#include "os/np_sandbox.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif

#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif

/* this thread, and so its memory, for whoever wants a pidfd
 * (PIDFD_SELF_THREAD of <linux/pidfd.h>, Linux 6.14; the thread group's
 * number has changed since) */
#define NP_MEM_SELF (-10000)

#define NP_MEM_RW (PROT_READ | PROT_WRITE)

static _Atomic size_t        np_mem_xpage;
static _Atomic unsigned long np_mem_xcalls;

/* how pages are given back: MADV_DONTNEED_LOCKED from when the other was
 * refused, and it was not */
static _Atomic int np_mem_xadvice = MADV_DONTNEED;

/* what np_mem_fail() asked for; xnth counts down, 0: nothing is to fail; then
 * xmore does */
static _Atomic unsigned      np_mem_xops;
static _Atomic unsigned long np_mem_xnth;
static _Atomic unsigned      np_mem_xmore;


static NP_NOINLINE int
np_mem_refused_slow(unsigned op)
{
    unsigned long n = atomic_load(&np_mem_xnth);
    unsigned      more = atomic_load(&np_mem_xmore);

    if (!(atomic_load(&np_mem_xops) & op)) {
        return 0;
    }

    /* each call takes one off, and what it took decides for it */
    while (n == 1 && more != 0 && more != NP_MEM_EVERY) {
        if (atomic_compare_exchange_weak(&np_mem_xmore, &more, more - 1)) {
            break;
        }
    }

    while (n > 1 || (n == 1 && more == 0)) {
        if (atomic_compare_exchange_weak(&np_mem_xnth, &n, n - 1)) {
            break;
        }
    }

    if (n != 1) {
        return 0;
    }

    np_fail_tell();

    return 1;
}


static long
np_mem_call_file(unsigned op, long nr, long a, long b, long c, long d, int fd)
{
    atomic_fetch_add_explicit(&np_mem_xcalls, 1, memory_order_relaxed);

    if (np_unlikely(atomic_load_explicit(&np_mem_xnth, memory_order_relaxed))
        && np_mem_refused_slow(op)) {
        return -ENOMEM;
    }

    /* the last two are mmap's file and offset; most others do not look at them
     */
    return np_call_6(nr, a, b, c, d, fd, 0);
}


static long
np_mem_call(unsigned op, long nr, long a, long b, long c, long d)
{
    return np_mem_call_file(op, nr, a, b, c, d, -1);
}


size_t
np_mem_page(void)
{
    size_t n = atomic_load_explicit(&np_mem_xpage, memory_order_relaxed);

    if (np_unlikely(n == 0)) {
        n = getauxval(AT_PAGESZ);
        np_check(np_is_power_of_2(n), "the kernel names no page size", NULL);
        atomic_store_explicit(&np_mem_xpage, n, memory_order_relaxed);
    }

    return n;
}


static void *
np_mem_mmap(void *addr, size_t n, int prot, int flags)
{
    long rc;

    rc = np_mem_call(NP_MEM_MAP, SYS_mmap, (long) addr, (long) n, prot,
                     MAP_PRIVATE | MAP_ANONYMOUS | flags);

    return rc < 0 ? NULL : (void *) rc;
}


void *
np_mem_map(size_t n)
{
    return np_mem_mmap(NULL, n, NP_MEM_RW, 0);
}


void *
np_mem_map_at(void *addr, size_t n)
{
    void *m = np_mem_mmap(addr, n, NP_MEM_RW, MAP_FIXED_NOREPLACE);

    if (m != NULL && m != addr) {
        /* before Linux 4.17, and under some emulators, addr is but a hint */
        (void) np_mem_unmap(m, n);
        return NULL;
    }

    return m;
}


void *
np_mem_map_aligned(size_t n, size_t align)
{
    char     *m;
    size_t    room, head, tail;
    uintptr_t start;

    /* the kernel places mappings side by side: the second of a kind mostly
     * lands where it should without cutting */
    m = np_mem_map(n);

    if (m == NULL || ((uintptr_t) m & (align - 1)) == 0) {
        return m;
    }

    if (np_mem_unmap(m, n) != 0) {
        return NULL;
    }

    room = n + align - np_mem_page();

    if (room < n) {
        return NULL;
    }

    m = np_mem_map(room);

    if (m == NULL) {
        return NULL;
    }

    start = np_align_up((uintptr_t) m, align);
    head = start - (uintptr_t) m;
    tail = room - head - n;

    if (head != 0 && np_mem_unmap(m, head) != 0) {
        (void) np_mem_unmap(m, room);
        return NULL;
    }

    if (tail != 0 && np_mem_unmap((char *) start + n, tail) != 0) {
        (void) np_mem_unmap((char *) start, n + tail);
        return NULL;
    }

    return (void *) start;
}


void *
np_mem_map_fenced(size_t n, size_t align)
{
    size_t page = np_mem_page();
    size_t room = n + 2 * page + (align > page ? align : 0);
    size_t head;
    char  *m, *start;

    m = room > n ? np_mem_mmap(NULL, room, PROT_NONE, MAP_NORESERVE) : NULL;

    if (m == NULL) {
        return NULL;
    }

    start = (char *) np_align_up((uintptr_t) (m + page), align);
    head = (size_t) (start - page - m);

    /* what is left over of a large alignment is no more than addresses */
    if (head != 0 && np_mem_unmap(m, head) == 0) {
        m += head;
        room -= head;
    }

    head = (size_t) (start + n + page - m);

    if (head < room && np_mem_unmap(m + head, room - head) == 0) {
        room = head;
    }

    if (m != start - page || room != n + 2 * page
        || np_mem_unguard(start, n) != 0) {
        (void) np_mem_unmap(m, room);
        return NULL;
    }

    return start;
}


int
np_mem_unmap(void *addr, size_t n)
{
    long rc
        = np_mem_call(NP_MEM_UNMAP, SYS_munmap, (long) addr, (long) n, 0, 0);

    return rc < 0 ? -1 : 0;
}


void *
np_mem_remap(void *addr, size_t old, size_t n)
{
    long rc = np_mem_call(NP_MEM_REMAP, SYS_mremap, (long) addr, (long) old,
                          (long) n, MREMAP_MAYMOVE);

    return rc < 0 ? NULL : (void *) rc;
}


void *
np_mem_move(void *addr, size_t old, size_t n)
{
    /* the last: where to, as a hint */
    long rc
        = np_mem_call_file(NP_MEM_REMAP, SYS_mremap, (long) addr, (long) old,
                           (long) old, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
    void *to;

    if (rc < 0) {
        return NULL;
    }

    to = np_mem_remap((void *) rc, old, n);

    if (to == NULL) {
        /* back, by hand: the kernel could refuse */
        memcpy(addr, (void *) rc, old);
        (void) np_mem_unmap((void *) rc, old);
    }

    return to;
}


static int
np_mem_advise(unsigned op, void *addr, size_t n, int advice)
{
    long rc = np_mem_call(op, SYS_madvise, (long) addr, (long) n, advice, 0);

    return rc < 0 ? -1 : 0;
}


void *
np_mem_map_file(int fd, size_t n, int *error)
{
    long rc = np_mem_call_file(NP_MEM_MAP, SYS_mmap, 0, (long) n, NP_MEM_RW,
                               MAP_SHARED, fd);

    if (rc < 0) {
        *error = (int) rc;
        return NULL;
    }

    return (void *) rc;
}


static long
np_mem_discard(struct iovec *range, unsigned n, int advice)
{
    if (n == 1) {
        return np_mem_call(NP_MEM_PURGE, SYS_madvise, (long) range->iov_base,
                           (long) range->iov_len, advice, 0);
    }

    return np_mem_call_file(NP_MEM_PURGE, SYS_process_madvise, NP_MEM_SELF,
                            (long) range, n, advice, 0);
}


/* one range by madvise(2), more by process_madvise(2); what the kernel says.
 * EINVAL is for locked memory, and for what it does not know. */
static long
np_mem_give_back(struct iovec *range, unsigned n)
{
    int  advice = atomic_load_explicit(&np_mem_xadvice, memory_order_relaxed);
    long rc = np_mem_discard(range, n, advice);

    if (np_unlikely(rc == -EINVAL) && advice == MADV_DONTNEED) {
        rc = np_mem_discard(range, n, MADV_DONTNEED_LOCKED);

        if (rc >= 0) {
            atomic_store_explicit(&np_mem_xadvice, MADV_DONTNEED_LOCKED,
                                  memory_order_relaxed);
        }
    }

    return rc;
}


int
np_mem_purge(void *addr, size_t n)
{
    struct iovec range = {addr, n};

    return np_mem_give_back(&range, 1) < 0 ? -1 : 0;
}


/* one call for all: 0, or -1: some or none of them went */
static int
np_mem_purge_at_once(struct iovec *range, unsigned n)
{
    static _Atomic int xunknown;

    size_t   bytes = 0;
    unsigned i;
    long     rc;

    if (n < 2 || np_sandbox_is_on()
        || atomic_load_explicit(&xunknown, memory_order_relaxed)) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        bytes += range[i].iov_len;
    }

    rc = np_mem_give_back(range, n);

    if (rc < 0 && rc != -ENOMEM) {
        atomic_store_explicit(&xunknown, 1, memory_order_relaxed);
    }

    return rc == (long) bytes ? 0 : -1;
}


void
np_mem_purge_ranges(struct iovec *range, unsigned n)
{
    unsigned i;

    if (np_mem_purge_at_once(range, n) == 0) {
        return;
    }

    for (i = 0; i < n; i++) {
        if (np_mem_purge(range[i].iov_base, range[i].iov_len) != 0) {
            range[i].iov_len = 0;
        }
    }
}


int
np_mem_populate(void *addr, size_t n)
{
    return np_mem_advise(NP_MEM_ADVISE, addr, n, MADV_POPULATE_WRITE);
}


int
np_mem_wipe(void *addr, size_t n)
{
    return np_mem_advise(NP_MEM_ADVISE, addr, n, MADV_WIPEONFORK);
}


int
np_mem_huge(void *addr, size_t n, int wanted)
{
    return np_mem_advise(NP_MEM_ADVISE, addr, n,
                         wanted ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}


static int
np_mem_protect(void *addr, size_t n, int prot)
{
    long rc = np_mem_call(NP_MEM_GUARD, SYS_mprotect, (long) addr, (long) n,
                          prot, 0);

    return rc < 0 ? -1 : 0;
}


void
np_mem_sparse(void *addr, size_t n)
{
    (void) np_mem_call(NP_MEM_ADVISE, SYS_madvise, (long) addr, (long) n,
                       MADV_RANDOM, 0);
}


int
np_mem_guard(void *addr, size_t n)
{
    return np_mem_protect(addr, n, PROT_NONE);
}


int
np_mem_unguard(void *addr, size_t n)
{
    return np_mem_protect(addr, n, NP_MEM_RW);
}


void
np_mem_fail(unsigned ops, unsigned long n, unsigned more)
{
    atomic_store(&np_mem_xnth, 0);
    atomic_store(&np_mem_xops, ops);
    atomic_store(&np_mem_xmore, more);
    atomic_store(&np_mem_xcalls, 0);
    atomic_store(&np_mem_xnth, n);
}


unsigned long
np_mem_calls(void)
{
    return atomic_load(&np_mem_xcalls);
}
