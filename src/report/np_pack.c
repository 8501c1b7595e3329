/*
 * A profile made small.
 */
#include "config.h"

#include "report/np_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "report/np_columns.h"
#include "report/np_gzip.h"
#include "report/np_profile_file.h"

/* each table begins at a multiple of this */
#define NP_PACK_ALIGN 16

static const uint32_t np_pack_size[NP_TABLES] = {
    1,
    sizeof(np_format_module_t),
    sizeof(np_format_node_t),
    sizeof(np_format_site_t),
    sizeof(np_format_thread_t),
    sizeof(np_format_time_t),
    sizeof(np_format_pool_t),
    sizeof(np_format_block_t),
};


/* whether nothing of it gets lost; a packed header, if so.  Tables that have
 * room yet are those of a process that may go on to write. */
static int
np_pack_header(np_format_header_t *h, const np_profile_file_t *f, int over)
{
    uint64_t end = sizeof(*h);

    *h = f->header;
    if (h->header != sizeof(*h)) {
        return 0;
    }
    h->version = NP_FORMAT_CODED;
    for (unsigned i = 0; i < NP_TABLES; i++) {
        np_format_table_t *t = &h->table[i];

        if (t->size != np_pack_size[i]) {
            return 0;
        }
        end = (end + NP_PACK_ALIGN - 1) & ~(uint64_t) (NP_PACK_ALIGN - 1);
        t->offset = end;
        t->used = f->used[i];
        t->capacity = over ? t->used : t->capacity;
        end += (uint64_t) t->used * t->size;
    }
    return 1;
}


/* the coded tables of p, whose records are not needed any more, in c->out */
static int
np_pack_tables(np_coder_t *c, const np_profile_file_t *p,
               const np_format_header_t *h)
{
    int rc = 0;

    np_coder_write(c);
    for (unsigned i = 0; i < NP_TABLES && rc == 0; i++) {
        const np_format_table_t *t = &h->table[i];

        if (t->used != 0) {
            rc = np_columns(c, p->table[i], (np_table_e) i, t->size, t->used);
        }
    }
    if (np_coder_close(c) != 0) {
        return -1;
    }
    if (rc != 0) {
        free(c->out);
    }
    return rc;
}


static int
np_pack_coded(FILE *f, const np_profile_file_t *p, const np_format_header_t *h)
{
    np_coder_t    c;
    unsigned char sum[4];
    uLong         crc;
    int           rc = 0;

    if (np_pack_tables(&c, p, h) != 0) {
        errno = ENOMEM;
        return -1;
    }
    crc = crc32_z(crc32(0, NULL, 0), (const void *) h, sizeof(*h));
    crc = crc32_z(crc, c.out, c.n);
    for (unsigned i = 0; i < sizeof(sum); i++) {
        sum[i] = (unsigned char) (crc >> 8 * i);
    }
    if (fwrite(h, sizeof(*h), 1, f) != 1 || fwrite(c.out, 1, c.n, f) != c.n
        || fwrite(sum, sizeof(sum), 1, f) != 1) {
        rc = -1;
    }
    free(c.out);
    return rc;
}


static int
np_pack_as_it_is(np_gzip_t *z, const char *file)
{
    static char buf[65536];
    int         fd = open(file, O_RDONLY | O_CLOEXEC), err;
    ssize_t     n = -1;

    if (fd == -1) {
        return -1;
    }
    while ((n = read(fd, buf, sizeof(buf))) > 0) {
        if (np_gzip_write(z, buf, (size_t) n) != 0) {
            break;
        }
    }
    err = errno;
    (void) close(fd);
    errno = err;
    return n == 0 ? 0 : -1;
}


static int
np_pack_gzipped(FILE *f, const char *file)
{
    np_gzip_t *z = np_gzip_open(f);
    int        rc;

    if (z == NULL) {
        errno = ENOMEM;
        return -1;
    }
    rc = np_pack_as_it_is(z, file);
    rc |= np_gzip_close(z);
    return rc;
}


int
np_pack(FILE *f, const char *file, int over)
{
    np_profile_file_t  p;
    np_format_header_t h;
    char               err[NP_PROFILE_ERROR];
    int                rc, known;

    errno = 0;
    known = np_profile_file_read(&p, file, err) == 0;
    if (known && np_pack_header(&h, &p, over)) {
        rc = np_pack_coded(f, &p, &h);
    } else {
        rc = np_pack_gzipped(f, file);
    }
    if (known) {
        np_profile_file_free(&p);
    }
    rc |= fflush(f) != 0;
    if (rc != 0 && errno == 0) {
        errno = EIO;
    }
    return rc != 0 ? -1 : 0;
}
