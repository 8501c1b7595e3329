/*
 * The seam of libngxpalloc: ngx_alloc() and its kin over the C library.
 *
 * Everything here is weak, so that a program with functions of these names
 * takes the place of this object piece by piece, and a static link never
 * sees a name twice.  libngxpool.so does not contain this object: there the
 * seam stands on the OS layer.
 *
 * No state but ngx_pagesize, which is constant once main() runs: every
 * function may be called from any thread.
 */

#include "config.h"

#include "ngx_alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define NP_WEAK __attribute__((weak))

/* the first priority open to programs: pools may be made in constructors */
#define NP_CONSTRUCTOR __attribute__((constructor(101)))

NP_WEAK ngx_uint_t ngx_pagesize;


NP_CONSTRUCTOR static void
np_alloc_init(void)
{
    if (ngx_pagesize == 0) {
        ngx_pagesize = (ngx_uint_t) sysconf(_SC_PAGESIZE);
    }
}


NP_WEAK void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    void *p;

    p = malloc(size);

    if (p == NULL && log != NULL && log->log_level >= NGX_LOG_EMERG) {
        ngx_log_error_core(NGX_LOG_EMERG, log, errno, "malloc(%uz) failed",
                           size);
    }

    return p;
}


NP_WEAK void *
ngx_calloc(size_t size, ngx_log_t *log)
{
    void *p;

    p = ngx_alloc(size, log);
    if (p != NULL) {
        ngx_memzero(p, size);
    }

    return p;
}


NP_WEAK void *
ngx_memalign(size_t alignment, size_t size, ngx_log_t *log)
{
    int   err;
    void *p;

    err = posix_memalign(&p, alignment, size);
    if (err == 0) {
        return p;
    }

    if (log != NULL && log->log_level >= NGX_LOG_EMERG) {
        ngx_log_error_core(NGX_LOG_EMERG, log, err,
                           "posix_memalign(%uz, %uz) failed", alignment, size);
    }

    return NULL;
}


NP_WEAK void
ngx_free(void *p)
{
    free(p);
}


NP_WEAK void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
                   const char *fmt, ...)
{
    (void) level;
    (void) log;
    (void) err;
    (void) fmt;
}
