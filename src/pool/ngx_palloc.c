/*
 * The pool: small requests advance a pointer in a block, large ones come
 * from the seam and hang on a list; all go together.
 *
 *      ngx_palloc            ngx_pnalloc          size <= max ?
 *            \                   /                   |      |
 *             `-----------------'--> small <---------'      '--> large
 *                                      | nothing fits             | a node
 *                                      v                          v
 *                                    block                      small
 *
 * A later block ends where the first would, but begins with ngx_pool_data_t
 * alone, so every request of max bytes, and every node, fits into a new one:
 *
 *      max <= size - sizeof(ngx_pool_t) < size - sizeof(ngx_pool_data_t)
 *
 * Called by one thread at a time for each pool.  Compiled twice: into
 * libngxpalloc with everything visible, and hidden into libngxpool.so, where
 * the seam and ngx_pagesize are the interposer's.  So nothing here goes past
 * the seam; the cleanups of files, which do, are in ngx_palloc_file.c.
 */

#include "config.h"

#include "ngx_palloc.h"

/* every request a large block of its own, for valgrind and ASan to guard */
#ifndef NGX_DEBUG_PALLOC
#define NGX_DEBUG_PALLOC 0
#endif

#define NP_SAME_OFFSET(t, f, n)                                               \
    _Static_assert(offsetof(t, f) == (n), #t "." #f " is elsewhere in nginx")

_Static_assert(sizeof(ngx_pool_t) == 80, "ngx_pool_t as in nginx");
_Static_assert(sizeof(ngx_pool_data_t) == 32, "ngx_pool_data_t as in nginx");
_Static_assert(sizeof(ngx_pool_large_t) == 16, "ngx_pool_large_t");
_Static_assert(sizeof(ngx_pool_cleanup_t) == 24, "ngx_pool_cleanup_t");
_Static_assert(sizeof(ngx_pool_cleanup_file_t) == 24, "cleanup_file_t");
NP_SAME_OFFSET(ngx_pool_data_t, last, 0);
NP_SAME_OFFSET(ngx_pool_data_t, end, 8);
NP_SAME_OFFSET(ngx_pool_data_t, next, 16);
NP_SAME_OFFSET(ngx_pool_data_t, failed, 24);
NP_SAME_OFFSET(ngx_pool_t, d, 0);
NP_SAME_OFFSET(ngx_pool_t, max, 32);
NP_SAME_OFFSET(ngx_pool_t, current, 40);
NP_SAME_OFFSET(ngx_pool_t, chain, 48);
NP_SAME_OFFSET(ngx_pool_t, large, 56);
NP_SAME_OFFSET(ngx_pool_t, cleanup, 64);
NP_SAME_OFFSET(ngx_pool_t, log, 72);
NP_SAME_OFFSET(ngx_pool_large_t, next, 0);
NP_SAME_OFFSET(ngx_pool_large_t, alloc, 8);
NP_SAME_OFFSET(ngx_pool_cleanup_t, handler, 0);
NP_SAME_OFFSET(ngx_pool_cleanup_t, data, 8);
NP_SAME_OFFSET(ngx_pool_cleanup_t, next, 16);
NP_SAME_OFFSET(ngx_pool_cleanup_file_t, fd, 0);
NP_SAME_OFFSET(ngx_pool_cleanup_file_t, name, 8);
NP_SAME_OFFSET(ngx_pool_cleanup_file_t, log, 16);

/* a block that had more misses than this is passed by at the next */
#define NP_POOL_MISSES 4

/* how many nodes of the large list are looked at for an empty one */
#define NP_POOL_LARGE_TRIES 5

static void *ngx_palloc_block(ngx_pool_t *pool, size_t size);
static void *ngx_palloc_large(ngx_pool_t *pool, size_t size);


/* size is at most max, or that of a node: it fits into a new block */
static ngx_inline void *
ngx_palloc_small(ngx_pool_t *pool, size_t size, int align)
{
    u_char     *m;
    ngx_pool_t *p;

    p = pool->current;

    do {
        m = p->d.last;

        if (align) {
            m = ngx_align_ptr(m, NGX_ALIGNMENT);
        }

        /* signed: aligning may pass the end of a block of an odd size */
        if (p->d.end - m >= (ptrdiff_t) size) {
            p->d.last = m + size;
            return m;
        }

        p = p->d.next;

    } while (p != NULL);

    return ngx_palloc_block(pool, size);
}


void *
ngx_palloc(ngx_pool_t *pool, size_t size)
{
    if (!NGX_DEBUG_PALLOC && size <= pool->max) {
        return ngx_palloc_small(pool, size, 1);
    }

    return ngx_palloc_large(pool, size);
}


void *
ngx_pnalloc(ngx_pool_t *pool, size_t size)
{
    if (!NGX_DEBUG_PALLOC && size <= pool->max) {
        return ngx_palloc_small(pool, size, 0);
    }

    return ngx_palloc_large(pool, size);
}


void *
ngx_pcalloc(ngx_pool_t *pool, size_t size)
{
    void *p;

    p = ngx_palloc(pool, size);
    if (p != NULL) {
        ngx_memzero(p, size);
    }

    return p;
}


/* appends a block and takes the first size bytes of it */
static void *
ngx_palloc_block(ngx_pool_t *pool, size_t size)
{
    size_t      psize;
    u_char     *m;
    ngx_pool_t *p, *block;

    psize = (size_t) (pool->d.end - (u_char *) pool);

    block = ngx_memalign(NGX_POOL_ALIGNMENT, psize, pool->log);
    if (block == NULL) {
        return NULL;
    }

    m = ngx_align_ptr((u_char *) block + sizeof(ngx_pool_data_t),
                      NGX_ALIGNMENT);

    block->d.last = m + size;
    block->d.end = (u_char *) block + psize;
    block->d.next = NULL;
    block->d.failed = 0;

    /* the last block is not charged: it was the new one until now */
    for (p = pool->current; p->d.next != NULL; p = p->d.next) {
        if (p->d.failed++ > NP_POOL_MISSES) {
            pool->current = p->d.next;
        }
    }

    p->d.next = block;

    return m;
}


/* hangs alloc, from the seam, on the list under a new node; without memory
 * for that, frees it and returns NULL */
static void *
np_palloc_link(ngx_pool_t *pool, void *alloc)
{
    ngx_pool_large_t *l;

    l = ngx_palloc_small(pool, sizeof(*l), 1);
    if (l == NULL) {
        ngx_free(alloc);
        return NULL;
    }

    l->alloc = alloc;
    l->next = pool->large;
    pool->large = l;

    return alloc;
}


static void *
ngx_palloc_large(ngx_pool_t *pool, size_t size)
{
    int               n;
    void             *p;
    ngx_pool_large_t *l;

    p = ngx_alloc(size, pool->log);
    if (p == NULL) {
        return NULL;
    }

    /* a bounded search: the cost of a request does not grow with the list */
    l = pool->large;

    for (n = 0; l != NULL && n < NP_POOL_LARGE_TRIES; n++) {
        if (l->alloc == NULL) {
            l->alloc = p;
            return p;
        }

        l = l->next;
    }

    return np_palloc_link(pool, p);
}


void *
ngx_pmemalign(ngx_pool_t *pool, size_t size, size_t alignment)
{
    void *p;

    p = ngx_memalign(alignment, size, pool->log);
    if (p == NULL) {
        return NULL;
    }

    return np_palloc_link(pool, p);
}


ngx_int_t
ngx_pfree(ngx_pool_t *pool, void *p)
{
    ngx_pool_large_t *l;

    for (l = pool->large; l != NULL; l = l->next) {
        if (l->alloc == p) {
            ngx_free(p);
            l->alloc = NULL;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_pool_t *
ngx_create_pool(size_t size, ngx_log_t *log)
{
    size_t      room;
    ngx_pool_t *p;

    if (size < sizeof(ngx_pool_t)) {
        return NULL;
    }

    p = ngx_memalign(NGX_POOL_ALIGNMENT, size, log);
    if (p == NULL) {
        return NULL;
    }

    room = size - sizeof(ngx_pool_t);

    p->d.last = (u_char *) p + sizeof(ngx_pool_t);
    p->d.end = (u_char *) p + size;
    p->d.next = NULL;
    p->d.failed = 0;

    p->max = room < NGX_MAX_ALLOC_FROM_POOL ? room : NGX_MAX_ALLOC_FROM_POOL;
    p->current = p;
    p->chain = NULL;
    p->large = NULL;
    p->cleanup = NULL;
    p->log = log;

    return p;
}


static void
np_palloc_free_large(ngx_pool_t *pool)
{
    ngx_pool_large_t *l;

    for (l = pool->large; l != NULL; l = l->next) {
        if (l->alloc != NULL) {
            ngx_free(l->alloc);
        }
    }
}


void
ngx_reset_pool(ngx_pool_t *pool)
{
    ngx_pool_t *p;

    np_palloc_free_large(pool);

    /* later blocks have a shorter header; nginx rewinds them like the first */
    for (p = pool; p != NULL; p = p->d.next) {
        p->d.last = (u_char *) p + sizeof(ngx_pool_t);
        p->d.failed = 0;
    }

    pool->current = pool;
    pool->chain = NULL;
    pool->large = NULL;
}


void
ngx_destroy_pool(ngx_pool_t *pool)
{
    ngx_pool_t         *p, *next;
    ngx_pool_cleanup_t *c;

    for (c = pool->cleanup; c != NULL; c = c->next) {
        if (c->handler != NULL) {
            c->handler(c->data);
        }
    }

    np_palloc_free_large(pool);

    for (p = pool; p != NULL; p = next) {
        next = p->d.next;
        ngx_free(p);
    }
}


ngx_pool_cleanup_t *
ngx_pool_cleanup_add(ngx_pool_t *p, size_t size)
{
    ngx_pool_cleanup_t *c;

    c = ngx_palloc(p, sizeof(ngx_pool_cleanup_t));
    if (c == NULL) {
        return NULL;
    }

    c->data = NULL;

    if (size != 0) {
        c->data = ngx_palloc(p, size);
        if (c->data == NULL) {
            return NULL;
        }
    }

    c->handler = NULL;
    c->next = p->cleanup;
    p->cleanup = c;

    return c;
}
