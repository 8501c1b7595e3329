#ifndef NGX_PALLOC_H
#define NGX_PALLOC_H

/*
 * nginx's memory pools: structures laid out as nginx lays them out on LP64,
 * functions that return what nginx's return.
 *
 *   first block                          later blocks, of the same size
 *   +-----------------+                  +--------+
 *   | d   last, end,  |   .-- d.next --> | d      |  --> ... NULL
 *   |     next, failed| --'              +--------+ 32
 *   | max, current,   |                  | used   |
 *   | chain, large,   |                  |        |
 *   | cleanup, log    |                  +--------+ d.last
 *   +-----------------+ 80               | free   |
 *   | used            |                  +--------+ d.end
 *   +-----------------+ d.last
 *   | free            |   large ---> [ next | alloc ] ---> ... NULL
 *   +-----------------+ d.end              (nodes lie in the blocks)
 *
 * A pool belongs to one thread at a time and takes no lock; different pools
 * may be used by different threads at once.  All memory comes from the seam
 * in ngx_alloc.h.  NULL means out of memory, and leaves the pool whole: what
 * it gave out before stays good, nothing is lost at ngx_destroy_pool().
 *
 * Sources: nginx 1.22.1, src/core/ngx_palloc.c (layout and behaviour), and
 * the "Pool" section of its development guide.
 */

#include "ngx_alloc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* the largest request that a block serves, whatever its size, bytes */
#define NGX_MAX_ALLOC_FROM_POOL (ngx_pagesize - 1)
/* the usual size of a pool that lives long, bytes */
#define NGX_DEFAULT_POOL_SIZE (16 * 1024)
/* blocks begin at multiples of this, and their sizes should be, bytes */
#define NGX_POOL_ALIGNMENT 16
/* the smallest sensible size of a pool, bytes: two large blocks fit */
#define NGX_MIN_POOL_SIZE                                                     \
    ngx_align((sizeof(ngx_pool_t) + 2 * sizeof(ngx_pool_large_t)),            \
              NGX_POOL_ALIGNMENT)

typedef void (*ngx_pool_cleanup_pt)(void *data);

typedef struct ngx_pool_cleanup_s ngx_pool_cleanup_t;
typedef struct ngx_pool_large_s   ngx_pool_large_t;

struct ngx_pool_cleanup_s {
    ngx_pool_cleanup_pt handler; /* NULL: nothing to do, or done already */
    void               *data;
    ngx_pool_cleanup_t *next; /* the one added before */
};

struct ngx_pool_large_s {
    ngx_pool_large_t *next;
    void             *alloc; /* NULL: freed, the node can be used again */
};

/* start of block <= last <= end; [last, end) was not handed out */
typedef struct {
    u_char     *last;
    u_char     *end;
    ngx_pool_t *next;
    ngx_uint_t  failed; /* how often a request went past it to a new block */
} ngx_pool_data_t;

/* the fields behind d are there in the first block only */
struct ngx_pool_s {
    ngx_pool_data_t     d;
    size_t              max;     /* larger requests are large */
    ngx_pool_t         *current; /* the search begins here */
    ngx_chain_t        *chain; /* free for the program; reset makes it NULL */
    ngx_pool_large_t   *large; /* newest first */
    ngx_pool_cleanup_t *cleanup; /* newest first */
    ngx_log_t          *log;     /* handed to the seam; may be NULL */
};

/* what the two file cleanups want as their data */
typedef struct {
    ngx_fd_t   fd;
    u_char    *name; /* ends in a zero byte; the pool does not copy it */
    ngx_log_t *log;
} ngx_pool_cleanup_file_t;

/*
 * A pool whose blocks have size bytes, its own structure included: a multiple
 * of NGX_POOL_ALIGNMENT, at least NGX_MIN_POOL_SIZE.  Requests of up to
 * min(size - sizeof(ngx_pool_t), NGX_MAX_ALLOC_FROM_POOL) bytes are served
 * from blocks.  The caller owns it until ngx_destroy_pool().  NULL: out of
 * memory, or less than sizeof(ngx_pool_t) (where nginx would overrun).
 */
ngx_pool_t *ngx_create_pool(size_t size, ngx_log_t *log);

/* runs the cleanups, newest first, then frees large blocks, then blocks */
void ngx_destroy_pool(ngx_pool_t *pool);

/*
 * Takes back all that the pool gave out: large blocks are freed, blocks kept
 * and rewound to sizeof(ngx_pool_t), the later ones too.  Runs no cleanups
 * and leaves their list, whose nodes lie in the rewound memory: a pool that
 * has any is not to be reset.
 */
void ngx_reset_pool(ngx_pool_t *pool);

/*
 * size bytes at a multiple of NGX_ALIGNMENT (large ones: as ngx_alloc() does),
 * contents undefined.  They belong to the pool and live until it is reset or
 * destroyed, large ones also until ngx_pfree().  Zero bytes: a pointer that
 * may be the next request's too.  NULL: out of memory.
 */
void *ngx_palloc(ngx_pool_t *pool, size_t size);

/* the same, but small requests are not aligned: for strings */
void *ngx_pnalloc(ngx_pool_t *pool, size_t size);

/* ngx_palloc(), and all bytes are zero */
void *ngx_pcalloc(ngx_pool_t *pool, size_t size);

/*
 * A large block of size bytes, however few, at a multiple of alignment bytes
 * (what ngx_memalign() takes).  NULL: out of memory, or a bad alignment.
 */
void *ngx_pmemalign(ngx_pool_t *pool, size_t size, size_t alignment);

/*
 * Frees the large block p of this pool: NGX_OK.  NGX_DECLINED, and nothing
 * is done, for any other pointer but NULL, which may also be NGX_OK (as in
 * nginx: it matches a block freed before).  Searches the list of large blocks.
 */
ngx_int_t ngx_pfree(ngx_pool_t *pool, void *p);

/*
 * A new cleanup, run before those that are there: the caller sets handler
 * (NULL until then).  data points at size bytes of the pool, or is NULL when
 * size is 0.  NULL: out of memory, nothing was added.
 */
ngx_pool_cleanup_t *ngx_pool_cleanup_add(ngx_pool_t *p, size_t size);

/*
 * Runs the newest cleanup that is ngx_pool_cleanup_file() on fd now, and not
 * again at ngx_destroy_pool().  Does nothing if there is none.
 */
void ngx_pool_run_cleanup_file(ngx_pool_t *p, ngx_fd_t fd);

/*
 * Handlers; data is an ngx_pool_cleanup_file_t.  The first closes fd, the
 * second unlinks name and closes fd.  A failure goes to its log, if any
 * (ALERT for the close, CRIT for the unlink); a name that is gone is none.
 */
void ngx_pool_cleanup_file(void *data);
void ngx_pool_delete_file(void *data);

#ifdef __cplusplus
}
#endif

#endif
