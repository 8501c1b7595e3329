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

#include "report/np_gzip.h"
#include "report/np_planes.h"
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


/* whether nothing of it gets lost; a packed header, if so */
static int
np_pack_header(np_format_header_t *h, const np_profile_file_t *f)
{
    uint64_t end = sizeof(*h);

    *h = f->header;
    if (h->header != sizeof(*h)) {
        return 0;
    }
    h->version = NP_FORMAT_PACKED;
    for (unsigned i = 0; i < NP_TABLES; i++) {
        np_format_table_t *t = &h->table[i];

        if (t->size != np_pack_size[i]) {
            return 0;
        }
        end = (end + NP_PACK_ALIGN - 1) & ~(uint64_t) (NP_PACK_ALIGN - 1);
        t->offset = end;
        t->capacity = t->used = f->used[i];
        end += (uint64_t) t->used * t->size;
    }
    return 1;
}


/* table i of f, whose records are not needed any more */
static int
np_pack_table(np_gzip_t *z, const np_profile_file_t *f, unsigned i,
              const np_format_table_t *t)
{
    size_t n = (size_t) t->used * t->size;
    char  *planes;
    int    rc;

    if (n == 0) {
        return 0;
    }
    planes = malloc(n);
    if (planes == NULL) {
        errno = ENOMEM;
        return -1;
    }
    np_planes_make(planes, f->table[i], (np_table_e) i, t->size, t->used);
    rc = np_gzip_write(z, planes, n);
    free(planes);
    return rc;
}


static int
np_pack_tables(np_gzip_t *z, const np_profile_file_t *f,
               const np_format_header_t *h)
{
    static const char zeros[NP_PACK_ALIGN];
    uint64_t          at = sizeof(*h);

    if (np_gzip_write(z, h, sizeof(*h)) != 0) {
        return -1;
    }
    for (unsigned i = 0; i < NP_TABLES; i++) {
        const np_format_table_t *t = &h->table[i];

        if (np_gzip_write(z, zeros, (size_t) (t->offset - at)) != 0
            || np_pack_table(z, f, i, t) != 0) {
            return -1;
        }
        at = t->offset + (uint64_t) t->used * t->size;
    }
    return 0;
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


int
np_pack(FILE *f, const char *file)
{
    np_gzip_t         *z = np_gzip_open(f);
    np_profile_file_t  p;
    np_format_header_t h;
    char               err[NP_PROFILE_ERROR];
    int                rc, known;

    if (z == NULL) {
        errno = ENOMEM;
        return -1;
    }
    errno = 0;
    known = np_profile_file_read(&p, file, err) == 0;
    if (known && np_pack_header(&h, &p)) {
        rc = np_pack_tables(z, &p, &h);
    } else {
        rc = np_pack_as_it_is(z, file);
    }
    if (known) {
        np_profile_file_free(&p);
    }
    rc |= np_gzip_close(z);
    rc |= fflush(f) != 0;
    if (rc != 0 && errno == 0) {
        errno = EIO;
    }
    return rc != 0 ? -1 : 0;
}
