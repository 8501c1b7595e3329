/*
 * A gzip member written to a stream, by zlib.
 */
#include "config.h"

#include "report/np_gzip.h"

#include <stdlib.h>
#include <zlib.h>

/* of zlib: the largest window, and a gzip header in front */
#define NP_GZIP_WINDOW (15 + 16)
#define NP_GZIP_MEMORY 8

struct np_gzip_s {
    z_stream      z;
    FILE         *f;
    unsigned char out[16384];
};


np_gzip_t *
np_gzip_open(FILE *f)
{
    np_gzip_t *z = calloc(1, sizeof(*z));

    if (z == NULL) {
        return NULL;
    }
    z->f = f;
    if (deflateInit2(&z->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, NP_GZIP_WINDOW,
                     NP_GZIP_MEMORY, Z_DEFAULT_STRATEGY)
        != Z_OK) {
        free(z);
        return NULL;
    }
    return z;
}


static int
np_gzip_run(np_gzip_t *z, int flush)
{
    do {
        size_t n;

        z->z.next_out = z->out;
        z->z.avail_out = sizeof(z->out);
        if (deflate(&z->z, flush) == Z_STREAM_ERROR) {
            return -1;
        }
        n = sizeof(z->out) - z->z.avail_out;
        if (fwrite(z->out, 1, n, z->f) != n) {
            return -1;
        }
    } while (z->z.avail_out == 0);
    return 0;
}


int
np_gzip_write(np_gzip_t *z, const void *data, size_t n)
{
    z->z.next_in = (z_const Bytef *) data;
    while (n > 0) {
        uInt step = n > 1u << 30 ? 1u << 30 : (uInt) n;

        z->z.avail_in = step;
        if (np_gzip_run(z, Z_NO_FLUSH) != 0) {
            return -1;
        }
        n -= step;
    }
    return 0;
}


int
np_gzip_close(np_gzip_t *z)
{
    int rc = np_gzip_run(z, Z_FINISH);

    (void) deflateEnd(&z->z);
    free(z);
    return rc;
}
