/*
 * The malloc family: glibc's names and contracts over the heap.  No logic
 * here but what the contracts ask for: errno, argument checks, overflow.
 *
 * None calls another by its exported name, which may be that of somebody in
 * front of us who has been asked already; but reallocarray() does, as glibc's.
 *
 * Sources: malloc(3), posix_memalign(3), malloc_usable_size(3); where these
 * leave a choice, glibc 2.36.
 */

#include "config.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/np_attr.h"
#include "base/np_bits.h"
#include "heap/np_fast.h"
#include "heap/np_route.h"
#include "heap/np_sample.h"
#include "os/np_mem.h"


/* n bytes for the call that returns to address, as advised; NULL: as ever */
static void *
np_malloc_routed(size_t n, const void *address)
{
    return np_unlikely(np_modes & NP_MODE_ROUTE) ? np_route_alloc(n, address)
                                                 : NULL;
}


/* malloc jumps here, straight or by the next one: the return address is its
 * caller's */
NP_NOINLINE static void *
np_malloc_slow(size_t n, np_heap_t *h, size_t c)
{
    void *m = np_malloc_routed(n, __builtin_return_address(0));

    if (m == NULL) {
        m = np_alloc_slow(n, h, c);
    }

    if (m == NULL) {
        errno = ENOMEM;
    }

    return m;
}


/* what malloc leaves to others */
NP_NOINLINE static void *
np_malloc_other(size_t n, np_heap_t *h, size_t c)
{
    return np_sample_alloc(n, h, c, np_malloc_slow);
}


NP_EXPORT void *
malloc(size_t n)
{
    return np_fast_alloc(n, np_malloc_other);
}


NP_EXPORT void
free(void *m)
{
    np_fast_free(m);
}


NP_EXPORT void *
calloc(size_t count, size_t size)
{
    size_t n;
    void  *m = NULL;

    if (!__builtin_mul_overflow(count, size, &n)) {
        m = np_malloc_routed(n, __builtin_return_address(0));
        m = m != NULL ? memset(m, 0, n) : np_alloc_zero(n);
    }

    if (m == NULL) {
        errno = ENOMEM;
    }

    return m;
}


/* a block that grows again and again gets half as much again when it has to
 * move, and is not moved to make it smaller */
NP_NOINLINE static void *
np_malloc_reserve(void *m, size_t n)
{
    size_t usable = np_free_usable(m);
    void *new = NULL;

    if (n <= usable && n >= usable / 4) {
        return m;
    }

    if (n > usable && n < PTRDIFF_MAX / 2) {
        new = np_alloc_resize(m, n + n / 2);
    }

    if (new == NULL) {
        new = np_alloc_resize(m, n);
    }

    if (new == NULL) {
        errno = ENOMEM;
    }

    return new;
}


NP_EXPORT void *
realloc(void *m, size_t n)
{
    if (m == NULL) {
        return np_fast_alloc(n, np_malloc_other);
    }

    if (n == 0) {
        np_fast_free(m);
        return NULL;
    }

    if (np_unlikely(np_modes & NP_MODE_ROUTE)
        && np_route_find(__builtin_return_address(0)) == NP_ROUTE_RESERVE) {
        return np_malloc_reserve(m, n);
    }

    m = np_alloc_resize(m, n);

    if (m == NULL) {
        errno = ENOMEM;
    }

    return m;
}


NP_EXPORT void *
reallocarray(void *m, size_t count, size_t size)
{
    size_t n;

    if (__builtin_mul_overflow(count, size, &n)) {
        errno = ENOMEM;
        return NULL;
    }

    return realloc(m, n);
}


/* any alignment: rounded up to a power of two, as glibc does */
static void *
np_malloc_aligned(size_t align, size_t n)
{
    void *m;

    if (align > SIZE_MAX / 2 + 1) {
        errno = EINVAL;
        return NULL;
    }

    if (!np_is_power_of_2(align)) {
        align = align < 2 ? 1 : (size_t) 2 << np_log2(align);
    }

    m = np_alloc_aligned(align, n);

    if (m == NULL) {
        errno = ENOMEM;
    }

    return m;
}


NP_EXPORT void *
memalign(size_t align, size_t n)
{
    return np_malloc_aligned(align, n);
}


NP_EXPORT void *
aligned_alloc(size_t align, size_t n)
{
    return np_malloc_aligned(align, n);
}


NP_EXPORT int
posix_memalign(void **m, size_t align, size_t n)
{
    void *new;

    if (!np_is_power_of_2(align) || align % sizeof(void *) != 0) {
        return EINVAL;
    }

    new = np_alloc_aligned(align, n);

    if (new == NULL) {
        return ENOMEM;
    }

    *m = new;

    return 0;
}


NP_EXPORT void *
valloc(size_t n)
{
    return np_malloc_aligned(np_mem_page(), n);
}


NP_EXPORT void *
pvalloc(size_t n)
{
    size_t page = np_mem_page();

    if (n > SIZE_MAX - page) {
        errno = ENOMEM;
        return NULL;
    }

    return np_malloc_aligned(page, np_align_up(n, page));
}


NP_EXPORT size_t
malloc_usable_size(void *m)
{
    return np_free_usable(m);
}


/* C23: sizes are the program's promise, which check mode looks at */
void free_sized(void *m, size_t n);
void free_aligned_sized(void *m, size_t align, size_t n);


NP_EXPORT void
free_sized(void *m, size_t n)
{
    np_fast_free_sized(m, n, 1);
}


NP_EXPORT void
free_aligned_sized(void *m, size_t align, size_t n)
{
    np_fast_free_sized(m, n, align);
}


/* names by which old programs and libraries reach the same functions */
void  cfree(void *m) NP_ALIAS(free);
void *__libc_malloc(size_t n) NP_ALIAS(malloc);
void  __libc_free(void *m) NP_ALIAS(free);
void *__libc_calloc(size_t count, size_t size) NP_ALIAS(calloc);
void *__libc_realloc(void *m, size_t n) NP_ALIAS(realloc);
void *__libc_memalign(size_t align, size_t n) NP_ALIAS(memalign);
void *__libc_valloc(size_t n) NP_ALIAS(valloc);
void *__libc_pvalloc(size_t n) NP_ALIAS(pvalloc);
int   __posix_memalign(void **m, size_t align, size_t n)
    NP_ALIAS(posix_memalign);
