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

    *v = *(const volatile size_t *) addr;

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


/* a chunk of an arena: it ends before `end`, and the next one, which is always
 * there, says that this one is in use */
static int
np_glibc_is_chunk(uintptr_t chunk, size_t size, uintptr_t end)
{
    uintptr_t next = chunk + size;
    size_t    v;

    if (size < NP_GLIBC_LEAST || next < chunk || next >= end
        || end - next < NP_GLIBC_ALIGN
        || !np_glibc_read(next + sizeof(size_t), &v) || !(v & NP_GLIBC_PREV)) {
        return 0;
    }

    v &= ~(size_t) NP_GLIBC_FLAGS;

    return v >= NP_GLIBC_ALIGN && v <= end - next;
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

    return np_glibc_read(heap + NP_GLIBC_HEAD_SIZE, &v)
           && v % np_mem_page() == 0 && v <= NP_GLIBC_HEAP
           && np_glibc_is_chunk(m - NP_GLIBC_ALIGN, size, heap + v);
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
    uintptr_t end = np_proc_break_end();

    if (chunk >= end) {
        return atomic_load(&np_glibc_xcopies) && size <= NP_GLIBC_MOST
                       && np_glibc_is_chunk(chunk, size,
                                            chunk + 2 * NP_GLIBC_MOST)
                   ? NP_GLIBC_LOST
                   : NP_GLIBC_NONE;
    }

    if (chunk < start || !np_glibc_is_chunk(chunk, size, end)) {
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
