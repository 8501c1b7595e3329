#include "config.h"

#include "heap/np_seam.h"

#include "base/np_bits.h"
#include "base/np_check.h"
#include "heap/np_literal.h"
#include "map/np_apart.h"
#include "map/np_window.h"
#include "os/np_mem.h"

/* in front of a piece of the books: how long it is */
#define NP_SEAM_HEAD 64
/* a pool of the books: 64 KiB with the head in front */
#define NP_SEAM_BOOKS_POOL (((size_t) 64 << 10) - NP_SEAM_HEAD)

ngx_uint_t ngx_pagesize;
ngx_log_t  np_seam_books;
ngx_log_t  np_seam_objects;

static ngx_pool_t *np_seam_pool;
static size_t      np_seam_bytes;


void
np_seam_init(void)
{
    ngx_pagesize = np_mem_page();
}


static void *
np_seam_map(size_t size)
{
    size_t n = np_align_up(size + NP_SEAM_HEAD, np_mem_page());
    char  *m;

    if (n < size) {
        return NULL;
    }

    m = np_apart_map(n, np_mem_page());

    if (m == NULL) {
        return NULL;
    }

    *(size_t *) (void *) m = n;
    np_seam_bytes += n;

    return m + NP_SEAM_HEAD;
}


void *
ngx_memalign(size_t alignment, size_t size, ngx_log_t *log)
{
    np_assert(alignment <= NP_SEAM_HEAD);
    (void) alignment;

    return log == &np_seam_objects ? np_literal_chunk(size)
                                   : np_seam_map(size);
}


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    return ngx_memalign(NP_SEAM_HEAD, size, log);
}


/* a mapping is zero, but a chunk of the heap may have been used before */
void *
ngx_calloc(size_t size, ngx_log_t *log)
{
    char  *m = ngx_alloc(size, log);
    size_t i;

    for (i = 0; m != NULL && i < size; i++) {
        m[i] = 0;
    }

    return m;
}


void
ngx_free(void *p)
{
    char  *m = p;
    size_t n;

    if (np_window_granule(p) < np_peek(np_window.granules)) {
        np_literal_chunk_free(p);
        return;
    }

    m -= NP_SEAM_HEAD;
    n = *(size_t *) (void *) m;
    np_seam_bytes -= n;
    np_mem_unmap(m, n);
}


void *
np_seam_book_locked(size_t n)
{
    if (np_seam_pool == NULL) {
        np_seam_pool = ngx_create_pool(NP_SEAM_BOOKS_POOL, &np_seam_books);

        if (np_seam_pool == NULL) {
            return NULL;
        }
    }

    return ngx_pcalloc(np_seam_pool, n);
}


size_t
np_seam_books_bytes(void)
{
    return np_seam_bytes;
}
