/*
 * The seam of the pool's tests: a table of blocks over malloc().  A block is
 * released when it is freed, so that valgrind and ASan see a later use.
 */

#include "config.h"

#include "palloc_seam.h"

#include <errno.h>
#include <stdlib.h>

#define SEAM_GUARD 32
#define SEAM_FRESH 0xa5
#define SEAM_FENCE 0x5e

seam_message_t seam_message;
ngx_uint_t     ngx_pagesize = 4096;

static struct {
    seam_block_t *block;
    size_t        room;
    size_t        given;
    size_t        calls;
    size_t        frees;
    size_t        live;
    size_t        errors;
    size_t        fail; /* 0: no failure ordered */
    int           every;
} seam;


/* what an allocating test cannot do without is there or the test ends */
static void *
seam_need(void *p)
{
    if (p == NULL) {
        abort();
    }

    return p;
}


void
seam_start(void)
{
    size_t i;

    for (i = 0; i < seam.given; i++) {
        if (seam.block[i].freed == 0) {
            free(seam.block[i].addr);
        }
    }

    free(seam.block);
    memset(&seam, 0, sizeof(seam));
    memset(&seam_message, 0, sizeof(seam_message));
    ngx_pagesize = 4096;
}


void
seam_fail(size_t n, int every)
{
    seam.fail = n;
    seam.every = every;
}


size_t
seam_calls(void)
{
    return seam.calls;
}


size_t
seam_given(void)
{
    return seam.given;
}


size_t
seam_live(void)
{
    return seam.live;
}


size_t
seam_errors(void)
{
    return seam.errors;
}


const seam_block_t *
seam_block(size_t i)
{
    if (i >= seam.given) {
        abort();
    }

    return &seam.block[i];
}


static int
seam_refuses(void)
{
    seam.calls++;

    if (seam.fail == 0) {
        return 0;
    }

    if (seam.fail > 1) {
        seam.fail--;
        return 0;
    }

    seam.fail = seam.every ? 1 : 0;
    errno = ENOMEM;
    return 1;
}


static void *
seam_give(size_t size, size_t align)
{
    size_t        n;
    u_char       *m;
    seam_block_t *b;

    if (seam_refuses()) {
        return NULL;
    }

    if (seam.given == seam.room) {
        seam.room = seam.room * 2 + 64;
        n = seam.room * sizeof(seam_block_t);
        seam.block = seam_need(realloc(seam.block, n));
    }

    n = ngx_align(size + SEAM_GUARD, align ? align : 16);
    m = seam_need(aligned_alloc(align ? align : 16, n));
    memset(m, SEAM_FRESH, size);
    memset(m + size, SEAM_FENCE, SEAM_GUARD);

    b = &seam.block[seam.given++];
    b->addr = m;
    b->size = size;
    b->align = align;
    b->freed = 0;
    seam.live++;

    return m;
}


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    (void) log;

    return seam_give(size, 0);
}


void *
ngx_calloc(size_t size, ngx_log_t *log)
{
    void *p;

    p = ngx_alloc(size, log);
    if (p != NULL) {
        memset(p, 0, size);
    }

    return p;
}


void *
ngx_memalign(size_t alignment, size_t size, ngx_log_t *log)
{
    (void) log;

    return seam_give(size, alignment);
}


static int
seam_fence_is_whole(const seam_block_t *b)
{
    size_t i;

    for (i = 0; i < SEAM_GUARD; i++) {
        if (b->addr[b->size + i] != SEAM_FENCE) {
            return 0;
        }
    }

    return 1;
}


void
ngx_free(void *p)
{
    size_t        i;
    seam_block_t *b;

    for (i = seam.given; i-- > 0; /* void */) {
        b = &seam.block[i];

        if (b->addr != p || b->freed != 0) {
            continue;
        }

        if (!seam_fence_is_whole(b)) {
            seam.errors++;
        }

        b->freed = ++seam.frees;
        seam.live--;
        free(p);
        return;
    }

    seam.errors++;
}


void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
                   const char *fmt, ...)
{
    seam_message.count++;
    seam_message.level = level;
    seam_message.log = log;
    seam_message.err = err;
    seam_message.fmt = fmt;
}
