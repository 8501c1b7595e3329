#include "config.h"

#include "heap/np_glibc.h"

#include <stdatomic.h>
#include <stdint.h>

#include "base/np_attr.h"
#include "os/np_mem.h"
#include "os/np_proc.h"

#define NP_GLIBC_ALIGN 16
#define NP_GLIBC_LEAST 32 /* bytes of a chunk; those that end a heap have 16 */

#define NP_GLIBC_PREV   1
#define NP_GLIBC_MAPPED 2
#define NP_GLIBC_ARENA  4
#define NP_GLIBC_FLAGS  7

/* HEAP_MAX_SIZE, without huge pages; the head of a heap has four or five
 * words, and in the first heap of an arena the arena follows */
#define NP_GLIBC_HEAP      ((uintptr_t) 64 << 20)
#define NP_GLIBC_HEAD_MIN  32
#define NP_GLIBC_HEAD_MAX  64
#define NP_GLIBC_HEAD_SIZE 16 /* where the head has the heap's size */

/* larger blocks have mappings of their own, whatever mallopt(3) was told */
#define NP_GLIBC_MOST ((size_t) 1 << 30)

/* no heap is there: the memory of brk(2) */
#define NP_GLIBC_BREAK ((uintptr_t) 0)
/* what a program can address without asking for more: no break ends behind */
#define NP_GLIBC_FAR ((uintptr_t) 1 << 48)
/* at an arena that others change, before its block is none */
#define NP_GLIBC_LOOKS 16

/* where the memory of brk(2) begins; 0: not known yet */
static _Atomic uintptr_t np_glibc_xbreak;
static _Atomic int       np_glibc_xcopies;


/* the word at addr into *v; 0 if it cannot be read.  Sanitizers see no object
 * there that they know of. */
__attribute__((no_sanitize("address", "thread"))) static NP_NOINLINE int
np_glibc_read(uintptr_t addr, size_t *v)
{
    if (addr % sizeof(size_t) != 0
        || !np_mem_is_readable((const void *) addr)) {
        return 0;
    }

    /* what is read next is at least as new */
    *v = atomic_load_explicit((const _Atomic size_t *) addr,
                              memory_order_acquire);

    return 1;
}


static int
np_glibc_is_mapped(uintptr_t m, size_t size)
{
    uintptr_t chunk = m - NP_GLIBC_ALIGN;
    size_t    page = np_mem_page();
    size_t    before, ignore;
    uintptr_t in_page = m & (page - 1);

    if (!np_glibc_read(chunk, &before) || before >= chunk
        || (chunk - before) % page != 0 || (before + size) % page != 0
        || (in_page & (in_page - 1)) != 0) {
        return 0;
    }

    return chunk + size > chunk && np_glibc_read(chunk - before, &ignore)
           && np_glibc_read(chunk + size - sizeof(size_t), &ignore);
}


/* where the heap's memory ends now; 0: that is none */
static uintptr_t
np_glibc_end(uintptr_t heap)
{
    size_t v;

    if (heap == NP_GLIBC_BREAK) {
        return np_proc_break_end();
    }

    return np_glibc_read(heap + NP_GLIBC_HEAD_SIZE, &v)
                   && v % np_mem_page() == 0 && v <= NP_GLIBC_HEAP
               ? heap + v
               : 0;
}


/* bytes of the chunk at next, where that says that the one before is in use;
 * *top: 1 if it may be an arena's top, which ends where its arena does or, for
 * a moment, did: on a page.  Else 0. */
static size_t
np_glibc_next(uintptr_t next, int *top)
{
    size_t v, size;

    if (!np_glibc_read(next + sizeof(size_t), &v) || !(v & NP_GLIBC_PREV)) {
        return 0;
    }

    size = v & ~(size_t) NP_GLIBC_FLAGS;
    *top = (v & NP_GLIBC_FLAGS) == NP_GLIBC_PREV
           && (next + size) % np_mem_page() == 0;

    return size >= NP_GLIBC_ALIGN ? size : 0;
}


/* one look: there is memory at next, and the chunk there ends in time */
static int
np_glibc_is_next(uintptr_t next, uintptr_t heap)
{
    uintptr_t end = np_glibc_end(heap);
    size_t    size;
    int       top;

    if (next >= end || end - next < NP_GLIBC_ALIGN) {
        return 0;
    }

    size = np_glibc_next(next, &top);

    if (size == 0) {
        return 0;
    }

    if (top) {
        end = heap == NP_GLIBC_BREAK ? NP_GLIBC_FAR : heap + NP_GLIBC_HEAP;

    } else {
        /* the arena may have grown */
        end = np_glibc_end(heap);
    }

    return next < end && size <= end - next;
}


/*
 * A chunk of an arena: it ends before the arena does, and the next one, which
 * is always there, says that this one is in use.  That is so at any time, as
 * long as the program has the block; meanwhile others change the next one's
 * size, and the arena's end.  Of the two glibc writes the end first, and may
 * sleep before it writes the head of the top.  Where a chunk became part of
 * the top, and that was trimmed, all between two words that are read here, a
 * second look helps.
 */
static int
np_glibc_is_chunk(uintptr_t chunk, size_t size, uintptr_t heap)
{
    uintptr_t next = chunk + size;
    int       i;

    for (i = 0; i < NP_GLIBC_LOOKS && next > chunk; i++) {
        if (np_glibc_is_next(next, heap)) {
            return 1;
        }
    }

    return 0;
}


/* the same where nothing tells an end */
static int
np_glibc_is_chunk_somewhere(uintptr_t chunk, size_t size)
{
    int    top;
    size_t n;

    if (size > NP_GLIBC_MOST) {
        return 0;
    }

    n = np_glibc_next(chunk + size, &top);

    return n != 0 && n <= 2 * NP_GLIBC_MOST - size;
}


static int
np_glibc_is_in_arena(uintptr_t m, size_t size)
{
    uintptr_t heap = m & ~(NP_GLIBC_HEAP - 1);
    uintptr_t first;
    size_t    arena, v;

    if (heap == 0 || m - heap < NP_GLIBC_HEAD_MIN + NP_GLIBC_ALIGN
        || !np_glibc_read(heap, &arena)) {
        return 0;
    }

    /* the arena stands behind the head of its first heap */
    first = arena & ~(NP_GLIBC_HEAP - 1);

    if (first == 0 || arena - first < NP_GLIBC_HEAD_MIN
        || arena - first > NP_GLIBC_HEAD_MAX || !np_glibc_read(first, &v)
        || v != arena) {
        return 0;
    }

    return np_glibc_is_chunk(m - NP_GLIBC_ALIGN, size, heap);
}


/* where the memory of brk(2) begins, or 0; it stays there */
static uintptr_t
np_glibc_break(void)
{
    uintptr_t start = atomic_load(&np_glibc_xbreak);

    if (start == 0) {
        start = np_proc_break_start();
        atomic_store(&np_glibc_xbreak, start);
    }

    return start;
}


static np_glibc_e
np_glibc_main(uintptr_t chunk, size_t size)
{
    uintptr_t start = np_glibc_break();

    if (chunk >= np_proc_break_end()) {
        return atomic_load(&np_glibc_xcopies)
                       && np_glibc_is_chunk_somewhere(chunk, size)
                   ? NP_GLIBC_LOST
                   : NP_GLIBC_NONE;
    }

    if (chunk < start || !np_glibc_is_chunk(chunk, size, NP_GLIBC_BREAK)) {
        return NP_GLIBC_NONE;
    }

    /* without a start it may be the program's own data */
    return start != 0 ? NP_GLIBC_BLOCK : NP_GLIBC_LOST;
}


np_glibc_e
np_glibc_find(const void *m, size_t *usable)
{
    uintptr_t addr = (uintptr_t) m;
    size_t    size, flags;

    if (addr % NP_GLIBC_ALIGN != 0
        || !np_glibc_read(addr - sizeof(size_t), &size)) {
        return NP_GLIBC_NONE;
    }

    flags = size & NP_GLIBC_FLAGS;
    size -= flags;

    if (size < NP_GLIBC_LEAST || size % NP_GLIBC_ALIGN != 0) {
        return NP_GLIBC_NONE;
    }

    /* the last word of a chunk that is not mapped lies in the next one */
    *usable = size - sizeof(size_t);

    if (flags == NP_GLIBC_MAPPED) {
        *usable = size - NP_GLIBC_ALIGN;
        return np_glibc_is_mapped(addr, size) ? NP_GLIBC_BLOCK : NP_GLIBC_NONE;
    }

    if (flags & NP_GLIBC_MAPPED) {
        return NP_GLIBC_NONE;
    }

    if (flags & NP_GLIBC_ARENA) {
        return np_glibc_is_in_arena(addr, size) ? NP_GLIBC_BLOCK
                                                : NP_GLIBC_NONE;
    }

    return np_glibc_main(addr - NP_GLIBC_ALIGN, size);
}


void
np_glibc_expect_copies(void)
{
    atomic_store(&np_glibc_xcopies, 1);
}
