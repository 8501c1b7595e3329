#ifndef NGX_ALLOC_H
#define NGX_ALLOC_H

/*
 * The seam between the pool and the system: all memory of all pools comes
 * and goes through these functions, and the two facts of the outside world
 * that a pool needs (the page size, a log) stand beside them.
 *
 * libngxpalloc has them over malloc(3) in an object of its own, as weak
 * symbols: a program that defines one of these names itself (nginx does)
 * gets its own, in the static and in the shared library.  Whoever defines
 * one of the three that allocate answers for ngx_free() too, unless free(3)
 * takes what they return.
 *
 * Any thread may call any of these at any time.  errno is what malloc(3) and
 * posix_memalign(3) leave.  Source: nginx, src/os/unix/ngx_alloc.c.
 */

#include "ngx_pool_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Bytes of a page, a power of two.  Set before the constructors of programs
 * and of libraries that link this one; a value that a program gave it by
 * then stays.  Pools read it when they are created, and only then.
 */
extern ngx_uint_t ngx_pagesize;

/*
 * size bytes, aligned as malloc(3) does, contents undefined, owned by the
 * caller until ngx_free().  NULL: out of memory, and log, if it is not NULL,
 * was told (NGX_LOG_EMERG).
 */
void *ngx_alloc(size_t size, ngx_log_t *log);

/* the same, and all bytes are zero; the memory comes from ngx_alloc() */
void *ngx_calloc(size_t size, ngx_log_t *log);

/*
 * size bytes at a multiple of alignment bytes, a power of two that is a
 * multiple of sizeof(void *).  NULL: out of memory, or another alignment.
 */
void *ngx_memalign(size_t alignment, size_t size, ngx_log_t *log);

/* p is what one of the three above returned, or NULL, which does nothing */
void ngx_free(void *p);

/*
 * Gets every message at least as urgent as log->log_level asks for: level is
 * NGX_LOG_EMERG (most urgent) to NGX_LOG_CRIT, err an errno value or 0, fmt
 * nginx's format, of which the pool uses %s (bytes up to a zero) and %uz
 * (size_t).  The one in the library does nothing: to see the messages a
 * program defines its own.
 */
void ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
                        const char *fmt, ...);

#ifdef __cplusplus
}
#endif

#endif
