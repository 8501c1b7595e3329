/*
 * The tables of a profile, copied out of its file.
 *
 * zlib reads plain files as they are, so there is one way for both.  The
 * program that writes the file may append records meanwhile, in the order
 * modules, nodes, sites: the number of sites is taken from a first look at the
 * header and all others from a second, so that what a site refers to is there.
 *
 * Every size, count and offset is compared with what this version of the
 * format allows and with the file's length before it is used.  Nothing is
 * mapped: a file that shrinks under our hands is a short read and no SIGBUS.
 */
#include "config.h"

#include "report/np_profile_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "report/np_columns.h"
#include "report/np_planes.h"

/* the library's files are some ten megabytes; more is not read */
#define NP_FILE_MOST   ((uint64_t) 1 << 31)
#define NP_RECORD_MOST 65536
#define NP_FILE_CODED  ((size_t) 1 << 30)

static const struct {
    const char *name;
    uint32_t    size; /* of a record of this version */
    uint32_t    most; /* records: eight times what a program writes, at least;
                         a small gzipped file may claim any number */
} np_file_table[NP_TABLES] = {
    {"arguments", 1, 1 << 20},
    {"modules", sizeof(np_format_module_t), 1 << 15},
    {"nodes", sizeof(np_format_node_t), 1 << 23},
    {"sites", sizeof(np_format_site_t), 1 << 20},
    {"threads", sizeof(np_format_thread_t), 1 << 15},
    {"times", sizeof(np_format_time_t), 1 << 16},
    {"pools", sizeof(np_format_pool_t), 1 << 10},
    {"blocks", sizeof(np_format_block_t), 1 << 16},
};


static int
np_file_bad(char *err, const char *what)
{
    (void) snprintf(err, NP_PROFILE_ERROR, "damaged: %s", what);
    return -1;
}


/* n bytes from offset on; -1: they are not there */
static int
np_file_bytes(gzFile z, uint64_t offset, void *to, uint64_t n, char *err)
{
    char *at = to;
    int   got, code;

    if (gzseek(z, (z_off_t) offset, SEEK_SET) < 0) {
        return np_file_bad(err, "it ends too soon");
    }
    while (n != 0) {
        got = gzread(z, at, n > (1u << 30) ? 1u << 30 : (unsigned) n);
        if (got < 0) {
            (void) gzerror(z, &code);
            return np_file_bad(err, code == Z_ERRNO       ? "it cannot be read"
                                    : code == Z_BUF_ERROR ? "it ends too soon"
                                                          : "its compression");
        }
        if (got == 0) {
            return np_file_bad(err, "it ends too soon");
        }
        at += got;
        n -= (unsigned) got;
    }
    return 0;
}


static int
np_file_table_is_valid(const np_format_header_t *h, unsigned i, char *err)
{
    const np_format_table_t *t = &h->table[i], *o;
    char                     what[80];
    const char              *why = NULL;
    uint64_t                 n = (uint64_t) t->used * t->size, m;

    if (t->size < np_file_table[i].size || t->size > NP_RECORD_MOST
        || (h->version != NP_FORMAT_VERSION
            && t->size != np_file_table[i].size)) {
        why = "have a wrong size";
    } else if (t->used > t->capacity) {
        why = "are more than there is room for";
    } else if (t->used > np_file_table[i].most) {
        why = "are more than a program has";
    } else if (t->used != 0 && t->offset < h->header) {
        why = "are in the header";
    } else if (t->used != 0
               && (t->offset > NP_FILE_MOST || n > NP_FILE_MOST - t->offset)) {
        why = "are too far behind its beginning";
    }
    for (unsigned k = 0; why == NULL && n != 0 && k < i; k++) {
        o = &h->table[k];
        m = (uint64_t) o->used * o->size;
        if (m != 0 && t->offset < o->offset + m && o->offset < t->offset + n) {
            why = "overlap others";
        }
    }
    if (why == NULL) {
        return 1;
    }
    (void) snprintf(what, sizeof(what), "its %s %s", np_file_table[i].name,
                    why);
    return np_file_bad(err, what) == 0;
}


/* what of a file that does not begin as a profile; got bytes are in h.  One
 * that is gzipped, and cut off before anything comes out of it: who knows */
static const char *
np_file_foreign(gzFile z, const np_format_header_t *h, int got)
{
    static const np_format_header_t none;

    if (got == 0) {
        return gzdirect(z) ? "not a profile: it is empty"
                           : "not a profile, or damaged: it ends too soon";
    }
    return got == (int) sizeof(*h) && memcmp(h, &none, sizeof(none)) == 0
               ? "not a profile: the process ended before that had begun"
               : "not a profile of ngxpool";
}


static int
np_file_header(gzFile z, np_format_header_t *h, char *err)
{
    int got;

    memset(h, 0, sizeof(*h));
    if (gzseek(z, 0, SEEK_SET) != 0) {
        return np_file_bad(err, "it cannot be read");
    }
    got = gzread(z, h, sizeof(*h));
    if (got < (int) offsetof(np_format_header_t, header)
        || memcmp(h->magic, NP_FORMAT_MAGIC, sizeof(h->magic)) != 0) {
        (void) snprintf(err, NP_PROFILE_ERROR, "%s",
                        np_file_foreign(z, h, got));
        return -1;
    }
    if (h->version < NP_FORMAT_VERSION || h->version > NP_FORMAT_CODED) {
        (void) snprintf(err, NP_PROFILE_ERROR,
                        "a profile of version %u; this ngxpool reads "
                        "versions %u to %u",
                        h->version, NP_FORMAT_VERSION, NP_FORMAT_CODED);
        return -1;
    }
    if (got < (int) sizeof(*h)) {
        return np_file_bad(err, "it ends too soon");
    }
    if (h->header < sizeof(*h) || h->header > NP_RECORD_MOST) {
        return np_file_bad(err, "its header has a wrong size");
    }
    if (h->scale == 0) {
        return np_file_bad(err, "its counts have no unit");
    }
    for (unsigned i = 0; i < NP_TABLES; i++) {
        if (!np_file_table_is_valid(h, i, err)) {
            return -1;
        }
    }
    return 0;
}


/* table i in planes becomes records */
static int
np_file_unpack(np_profile_file_t *f, unsigned i, char *err)
{
    size_t size = np_file_table[i].size, n = f->used[i];
    char  *records = malloc(n * size + 1);

    if (records == NULL) {
        (void) snprintf(err, NP_PROFILE_ERROR, "no memory");
        return -1;
    }
    np_planes_undo(records, f->table[i], (np_table_e) i, size, n);
    free(f->table[i]);
    f->table[i] = records;
    return 0;
}


/* records of a later version may be longer: their ends are left out */
static int
np_file_table_read(np_profile_file_t *f, gzFile z, unsigned i, char *err)
{
    const np_format_table_t *t = &f->header.table[i];
    size_t                   size = np_file_table[i].size;
    size_t                   n = f->used[i];
    char                    *raw;

    if (n == 0) {
        return 0;
    }
    raw = malloc(n * t->size + 1);
    if (raw == NULL) {
        (void) snprintf(err, NP_PROFILE_ERROR, "no memory");
        return -1;
    }
    f->table[i] = raw;
    if (np_file_bytes(z, t->offset, raw, (uint64_t) n * t->size, err) != 0) {
        return -1;
    }
    if (f->header.version == NP_FORMAT_PACKED) {
        if (np_file_unpack(f, i, err) != 0) {
            return -1;
        }
        raw = f->table[i];
    }
    for (size_t k = 1; t->size != size && k < n; k++) {
        memmove(raw + k * size, raw + k * t->size, size);
    }
    raw[n * size] = '\0';
    return 0;
}


/* the end of a gzipped file tells whether it is whole */
static int
np_file_rest(gzFile z, char *err)
{
    static char rest[65536];
    uint64_t    n = 0;
    int         got;

    do {
        got = gzread(z, rest, sizeof(rest));
        n += got > 0 ? (unsigned) got : 0;
    } while (got > 0 && n < NP_FILE_MOST);
    return got == 0 ? 0 : np_file_bad(err, "its compression");
}


/* all tables from n bytes that np_columns() has written, and their sum */
static int
np_file_decode(np_profile_file_t *f, const unsigned char *in, size_t n,
               char *err)
{
    np_coder_t c;
    uLong      crc = crc32(0, NULL, 0);
    uint32_t   sum = 0;

    if (n < sizeof(sum)) {
        return np_file_bad(err, "it ends too soon");
    }
    n -= sizeof(sum);
    memcpy(&sum, in + n, sizeof(sum));
    crc = crc32_z(crc, (const void *) &f->header, sizeof(f->header));
    if (crc32_z(crc, in, n) != sum) {
        return np_file_bad(err, "its sum, or it ends too soon");
    }
    np_coder_read(&c, in, n);
    for (unsigned i = 0; i < NP_TABLES; i++) {
        size_t size = np_file_table[i].size, used = f->used[i];

        if (used == 0) {
            continue;
        }
        f->table[i] = calloc(used * size + 1, 1);
        if (f->table[i] == NULL
            || np_columns(&c, f->table[i], (np_table_e) i, size, used) < 0) {
            (void) snprintf(err, NP_PROFILE_ERROR, "no memory");
            return -1;
        }
        if (!np_coder_is_whole(&c)) {
            return np_file_bad(err, "it ends too soon");
        }
    }
    return 0;
}


/* likewise, of a file whose header was read */
static int
np_file_coded(np_profile_file_t *f, gzFile z, char *err)
{
    size_t         n = 0, room = 1 << 16;
    unsigned char *in = NULL, *larger;
    int            got = 1, rc = -1;

    if (f->header.header != sizeof(f->header)) {
        return np_file_bad(err, "its header has a wrong size");
    }
    for (; got > 0; n += (unsigned) got) {
        room = n == room ? 2 * room : room;
        larger = room <= NP_FILE_CODED ? realloc(in, room) : NULL;
        if (larger == NULL) {
            free(in);
            (void) snprintf(err, NP_PROFILE_ERROR, "no memory");
            return -1;
        }
        in = larger;
        got = gzread(z, in + n, (unsigned) (room - n));
        if (got < 0) {
            free(in);
            return np_file_bad(err, "it cannot be read");
        }
    }
    rc = np_file_decode(f, in, n, err);
    free(in);
    return rc;
}


static int
np_file_tables(np_profile_file_t *f, gzFile z, char *err)
{
    uint32_t sites;

    if (np_file_header(z, &f->header, err) != 0) {
        return -1;
    }
    sites = f->header.table[NP_TABLE_SITES].used;
    f->gzipped = !gzdirect(z);
    if (f->header.version == NP_FORMAT_CODED) {
        for (unsigned i = 0; i < NP_TABLES; i++) {
            f->used[i] = f->header.table[i].used;
        }
        return np_file_coded(f, z, err);
    }
    if (!f->gzipped && np_file_header(z, &f->header, err) != 0) {
        return -1;
    }
    for (unsigned i = 0; i < NP_TABLES; i++) {
        f->used[i] = f->header.table[i].used;
    }
    if (f->used[NP_TABLE_SITES] > sites) {
        f->used[NP_TABLE_SITES] = sites;
    }
    if (!f->gzipped) {
        f->bytes = f->header.header;
    }
    for (unsigned i = 0; i < NP_TABLES; i++) {
        if (np_file_table_read(f, z, i, err) != 0) {
            return -1;
        }
        if (!f->gzipped) {
            f->bytes += (uint64_t) f->used[i] * f->header.table[i].size;
        }
    }
    return f->gzipped ? np_file_rest(z, err) : 0;
}


/* -1, and err says why */
static int
np_file_open(np_profile_file_t *f, const char *name, char *err)
{
    struct stat st;
    int         fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) != 0) {
        (void) snprintf(err, NP_PROFILE_ERROR, "%s", strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        (void) snprintf(err, NP_PROFILE_ERROR,
                        "not a profile: it is no regular file");
    } else {
        f->bytes = (uint64_t) st.st_size;
        return fd;
    }
    if (fd >= 0) {
        (void) close(fd);
    }
    return -1;
}


int
np_profile_file_read(np_profile_file_t *f, const char *name,
                     char err[NP_PROFILE_ERROR])
{
    gzFile z;
    int    rc, fd;

    memset(f, 0, sizeof(*f));
    fd = np_file_open(f, name, err);
    if (fd < 0) {
        return -1;
    }
    z = gzdopen(fd, "r");
    if (z == NULL) {
        (void) close(fd);
        (void) snprintf(err, NP_PROFILE_ERROR, "no memory");
        return -1;
    }
    rc = np_file_tables(f, z, err);
    (void) gzclose_r(z);
    if (rc != 0) {
        np_profile_file_free(f);
    }
    return rc;
}


void
np_profile_file_free(np_profile_file_t *f)
{
    for (unsigned i = 0; i < NP_TABLES; i++) {
        free(f->table[i]);
        f->table[i] = NULL;
    }
}
