#include "config.h"

#include "heap/np_guard.h"

#include "base/np_bits.h"
#include "os/np_mem.h"

/* malloc's own alignment */
#define NP_GUARD_ALIGN 16

static _Atomic size_t np_guard_xcount;


/* bytes of the pages between the guards that a block of n leaves in front */
static size_t
np_guard_front(size_t pages, size_t n, size_t align)
{
    return align > np_mem_page() ? 0 : np_align_down(pages - n, align);
}


np_large_t *
np_guard_alloc(size_t n, size_t align)
{
    size_t      page = np_mem_page();
    size_t      pages, front;
    np_large_t *l;
    char       *m;

    if (n > PTRDIFF_MAX / 2 || align > PTRDIFF_MAX / 4) {
        return NULL;
    }

    if (atomic_fetch_add(&np_guard_xcount, 1) >= NP_GUARD_MOST) {
        atomic_fetch_sub(&np_guard_xcount, 1);
        return NULL;
    }

    align = align > NP_GUARD_ALIGN ? align : NP_GUARD_ALIGN;
    pages = np_align_up(n != 0 ? n : 1, page);
    front = np_guard_front(pages, n != 0 ? n : 1, align);
    m = np_mem_map_fenced(pages, align);
    l = m != NULL ? np_large_adopt(m, pages, front) : NULL;

    if (l != NULL) {
        l->guarded = 1;
        return l;
    }

    if (m != NULL) {
        np_mem_unmap(m - page, pages + 2 * page);
    }

    atomic_fetch_sub(&np_guard_xcount, 1);

    return NULL;
}


void
np_guard_unmap(char *start, size_t front, size_t size)
{
    size_t page = np_mem_page();

    if (np_mem_unmap(start - front - page, front + size + 2 * page) != 0) {
        np_mem_purge(start - front, front + size);
    }

    atomic_fetch_sub(&np_guard_xcount, 1);
}


int
np_guard_fits(const np_large_t *l, size_t n)
{
    /* a block without front may have been aligned to more than 16 */
    return n <= l->size && l->size - n < NP_GUARD_ALIGN;
}


int
np_guard_hide(np_large_t *l)
{
    char  *pages = l->start - l->front;
    size_t n = np_large_bytes(l);

    if (!l->guarded || np_mem_guard(pages, n) != 0) {
        return 0;
    }

    /* a wish: locked memory stays */
    (void) np_mem_purge(pages, n);
    l->hidden = 1;

    return 1;
}
