/*
 * The cleanups of a pool that close and unlink files, for programs that link
 * libngxpalloc; libngxpool.so does not contain them.
 *
 * Called by the thread that uses the pool.  A failure goes to the log of the
 * file, never to the caller: a pool that ends cannot be stopped.
 */

#include "config.h"

#include "ngx_palloc.h"

#include <errno.h>
#include <unistd.h>


void
ngx_pool_run_cleanup_file(ngx_pool_t *p, ngx_fd_t fd)
{
    ngx_pool_cleanup_t      *c;
    ngx_pool_cleanup_file_t *file;

    for (c = p->cleanup; c != NULL; c = c->next) {
        if (c->handler != ngx_pool_cleanup_file) {
            continue;
        }

        file = c->data;

        if (file->fd == fd) {
            c->handler(file);
            c->handler = NULL;
            return;
        }
    }
}


static void
np_palloc_complain(ngx_uint_t level, const ngx_pool_cleanup_file_t *file,
                   const char *fmt)
{
    int err;

    err = errno;

    if (file->log != NULL && file->log->log_level >= level) {
        ngx_log_error_core(level, file->log, err, fmt, file->name);
    }
}


void
ngx_pool_cleanup_file(void *data)
{
    ngx_pool_cleanup_file_t *file = data;

    if (close(file->fd) == -1) {
        np_palloc_complain(NGX_LOG_ALERT, file, "close() \"%s\" failed");
    }
}


void
ngx_pool_delete_file(void *data)
{
    ngx_pool_cleanup_file_t *file = data;

    if (unlink((const char *) file->name) == -1 && errno != ENOENT) {
        np_palloc_complain(NGX_LOG_CRIT, file, "unlink() \"%s\" failed");
    }

    ngx_pool_cleanup_file(file);
}
