#ifndef NGX_POOL_CONFIG_H
#define NGX_POOL_CONFIG_H

/*
 * What the pool needs of nginx's ngx_config.h, ngx_core.h, ngx_files.h and
 * ngx_log.h, under the same names and with the same values on LP64 Linux.
 * Read in place of those headers, never beside them: an nginx source keeps
 * its own, and only the machine code of the two meets.
 *
 * Facts from nginx 1.22.1 (Debian 12, package nginx-dev).
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned char u_char;
typedef intptr_t      ngx_int_t;
typedef uintptr_t     ngx_uint_t;
typedef int           ngx_fd_t;
typedef int           ngx_err_t; /* an errno value */

typedef struct ngx_pool_s  ngx_pool_t;
typedef struct ngx_chain_s ngx_chain_t; /* nginx's buffers; opaque here */
typedef struct ngx_log_s   ngx_log_t;

#define NGX_OK       0
#define NGX_ERROR    -1
#define NGX_DECLINED -5

#define ngx_inline          inline
#define ngx_memzero(buf, n) (void) memset(buf, 0, n)

/* the unit of ngx_palloc(), bytes: a platform word */
#define NGX_ALIGNMENT sizeof(unsigned long)

/* the number d, the pointer p, rounded up to a multiple of a, a power of 2 */
#define ngx_align(d, a) (((d) + ((a) -1)) & ~((a) -1))
#define ngx_align_ptr(p, a)                                                   \
    ((u_char *) (((uintptr_t) (p) + ((uintptr_t) (a) -1))                     \
                 & ~((uintptr_t) (a) -1)))

/*
 * A program's log.  Only the first word is known here: messages of a level
 * above log_level are not sent.  What follows it belongs to the program.
 */
struct ngx_log_s {
    ngx_uint_t log_level;
};

#define NGX_LOG_EMERG 1
#define NGX_LOG_ALERT 2
#define NGX_LOG_CRIT  3

#ifdef __cplusplus
}
#endif

#endif
