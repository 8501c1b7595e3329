/*
 * Writes one byte behind a request of ten from a pool, when told to: a
 * memory checker sees it if the pool was built with NGX_DEBUG_PALLOC, and
 * cannot see it in a pool that serves it from a block.
 *
 *      palloc_overflow within|beyond
 */

#include "config.h"

#include "pool/ngx_palloc.h"

#include <stdlib.h>

#define SIZE 10


int
main(int argc, char **argv)
{
    size_t      n;
    u_char     *p;
    ngx_pool_t *pool;

    if (argc != 2) {
        return EXIT_FAILURE;
    }

    n = strcmp(argv[1], "beyond") == 0 ? SIZE + 1 : SIZE;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, NULL);
    if (pool == NULL) {
        return EXIT_FAILURE;
    }

    p = ngx_pcalloc(pool, SIZE);
    if (p == NULL) {
        return EXIT_FAILURE;
    }

    /* volatile: the compiler writes every byte, one at a time */
    while (n-- > 0) {
        ((volatile u_char *) p)[n] = 'x';
    }

    ngx_destroy_pool(pool);

    return EXIT_SUCCESS;
}
