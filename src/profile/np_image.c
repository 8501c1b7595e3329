#include "config.h"

#include "profile/np_image.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "base/np_bits.h"
#include "base/np_out.h"
#include "os/np_file.h"
#include "os/np_mem.h"
#include "os/np_sandbox.h"

/* tried when files of the name exist already: .1, .2 ... */
#define NP_IMAGE_NAMES 100
/* what is allocated at once, at first; later a share of what there is */
#define NP_IMAGE_PIECE ((size_t) 16 << 10)
#define NP_IMAGE_SHARE 4
/* where the address space or the file size is limited, less room is tried */
#define NP_IMAGE_LEAST 64

np_image_t np_image;
np_lock_t  np_profile_lock = NP_LOCK_INIT(NP_RANK_PROFILE);

static const struct {
    uint32_t size;
    uint32_t capacity;
    int      scales; /* with the room that there is */
} np_image_tables[NP_TABLES] = {
    [NP_TABLE_COMMAND] = {1, 8192, 0},
    [NP_TABLE_MODULES] = {sizeof(np_format_module_t), 4096, 0},
    [NP_TABLE_NODES] = {sizeof(np_format_node_t), 1 << 20, 1},
    [NP_TABLE_SITES] = {sizeof(np_format_site_t), 1 << 17, 1},
    [NP_TABLE_THREADS] = {sizeof(np_format_thread_t), 4096, 0},
    [NP_TABLE_TIMES] = {sizeof(np_format_time_t), 2048, 0},
    [NP_TABLE_POOLS] = {sizeof(np_format_pool_t), 64, 0},
    [NP_TABLE_BLOCKS] = {sizeof(np_format_block_t), 8192, 1},
};


/* lays the tables out, with 1/part of the room; bytes of the file */
static size_t
np_image_layout(np_format_header_t *h, uint32_t part)
{
    size_t   at = np_align_up(sizeof(*h), np_mem_page());
    unsigned t;

    memset(h, 0, sizeof(*h));
    memcpy(h->magic, NP_FORMAT_MAGIC, sizeof(h->magic));
    h->version = NP_FORMAT_VERSION;
    h->header = sizeof(*h);
    h->page = (uint32_t) np_mem_page();

    for (t = 0; t < NP_TABLES; t++) {
        h->table[t].offset = at;
        h->table[t].size = np_image_tables[t].size;
        h->table[t].capacity = np_image_tables[t].capacity
                               / (np_image_tables[t].scales ? part : 1);
        at += np_align_up((size_t) h->table[t].size * h->table[t].capacity,
                          np_mem_page());
    }

    return at;
}


/* the pattern's file, or the first of its names that does not exist; or the
 * error's number.  Beside a folder or a device nobody looks for it. */
static int
np_image_open(const char *pattern, char *name, size_t n)
{
    np_out_t o;
    size_t   length;
    unsigned type;
    int      fd, i;

    if (np_file_name(name, n, pattern) != 0) {
        return -EINVAL;
    }

    length = strlen(name);
    /* a sandbox may kill for the question; such a name cannot be had anyway */
    type = np_sandbox_is_on() ? 0 : np_file_type(name, 1);

    if (type != 0 && type != S_IFREG) {
        return type == S_IFDIR ? -EISDIR : -ENODEV;
    }

    fd = np_file_create_new(name);

    for (i = 1; fd < 0 && i < NP_IMAGE_NAMES && np_file_type(name, 0) != 0;
         i++) {
        np_out_init(&o, -1, name + length, n - length);
        np_outf(&o, ".%d", i);

        if (np_out_flush(&o) != 0) {
            return -ENAMETOOLONG;
        }

        fd = np_file_create_new(name);
    }

    return fd;
}


/* the file mapped, as large as may be; header as it shall be.  0, or the
 * number of the error by which not even the least of it could be had */
static int
np_image_map(int fd, np_image_t *image, np_format_header_t *h)
{
    uint32_t part;
    int      rc = 0;

    for (part = 1; part <= NP_IMAGE_LEAST; part *= 4) {
        image->bytes = np_image_layout(h, part);
        rc = image->bytes > np_file_limit() ? -EFBIG
                                            : np_file_resize(fd, image->bytes);

        if (rc != 0) {
            continue;
        }

        image->header = np_mem_map_file(fd, image->bytes, &rc);

        if (image->header != NULL) {
            /* reading holes ahead costs a process 5 ms */
            np_mem_sparse(image->header, image->bytes);
            return 0;
        }

        rc = rc == -ENOMEM ? rc : -EOPNOTSUPP;
    }

    return rc;
}


static int
np_image_reserve(np_image_t *image, np_table_e t, size_t bytes, size_t most)
{
    size_t page = np_mem_page();
    size_t from = image->reserved[t];
    size_t piece = np_align_up(NP_IMAGE_PIECE, page);
    size_t to = np_align_up(bytes + from / NP_IMAGE_SHARE, piece);

    to = to < most ? to : np_align_up(most, page);

    if (np_mem_populate(image->table[t] + from, to - from) != 0) {
        /* not a whole piece: what is needed */
        to = np_align_up(bytes, page);

        if (np_mem_populate(image->table[t] + from, to - from) != 0) {
            return 0;
        }
    }

    image->reserved[t] = to;

    return 1;
}


int
np_image_create_locked(const char *pattern, char *name, size_t n)
{
    np_image_t         image;
    np_format_header_t h;
    int                fd = np_image_open(pattern, name, n);
    unsigned           t;
    int                rc;

    memset(&image, 0, sizeof(image));

    if (fd < 0) {
        return fd;
    }

    rc = np_image_map(fd, &image, &h);

    if (rc == 0
        && np_mem_populate(image.header, np_align_up(sizeof(h), h.page))
               != 0) {
        (void) np_mem_unmap(image.header, image.bytes);
        rc = -ENOSPC;
    }

    if (rc != 0) {
        np_file_close(fd);
        np_file_remove(name);
        return rc;
    }

    np_file_close(fd);
    memcpy(image.header, &h, sizeof(h));

    for (t = 0; t < NP_TABLES; t++) {
        image.table[t] = (char *) image.header + h.table[t].offset;
    }

    np_image = image;

    return 0;
}


/* what from and the old one's tables say; -1 if there is no room for it */
static int
np_image_fill(const np_image_t *old, const np_format_header_t *from)
{
    np_format_header_t *h = np_image.header;
    uint32_t            used;
    unsigned            t;

    /* the places of the tables come last, and are the new file's */
    memcpy(h, from, offsetof(np_format_header_t, table));

    for (t = 0; t < NP_TABLES; t++) {
        used = from->table[t].used;

        if (used == 0) {
            continue;
        }

        if (!np_image_reserve_locked((np_table_e) t, used - 1)) {
            return -1;
        }

        memcpy(np_image.table[t], old->table[t],
               (size_t) used * np_image_tables[t].size);
        h->table[t].used = used;
        h->table[t].lost = from->table[t].lost;
    }

    return 0;
}


int
np_image_copy_locked(const char *pattern, const np_format_header_t *h)
{
    char       name[PATH_MAX];
    np_image_t old = np_image;
    int        rc;

    np_image.header = NULL;
    rc = np_image_create_locked(pattern, name, sizeof(name));

    if (rc == 0 && np_image_fill(&old, h) != 0) {
        np_image_drop();
        np_file_remove(name);
        rc = -ENOSPC;
    }

    (void) np_mem_unmap(old.header, old.bytes);

    return rc;
}


void
np_image_drop(void)
{
    np_image_t old = np_image;

    np_image.header = NULL;
    (void) np_mem_unmap(old.header, old.bytes);
}


int
np_image_reserve_locked(np_table_e t, size_t i)
{
    np_format_table_t *table = &np_image.header->table[t];
    size_t             bytes = (i + 1) * table->size;

    if (np_likely(bytes <= np_image.reserved[t])) {
        return 1;
    }

    if (i >= table->capacity || np_image.refused) {
        return 0;
    }

    if (!np_image_reserve(&np_image, t, bytes,
                          (size_t) table->capacity * table->size)) {
        np_image.refused = 1;
        np_poke(np_image.full, 1);
        return 0;
    }

    return 1;
}


void
np_image_retry_locked(void)
{
    np_image.refused = 0;
}


void
np_image_lose(np_table_e t)
{
    np_format_table_t *table = &np_image.header->table[t];
    uint32_t           lost = np_peek(table->lost);

    if (lost != UINT32_MAX) {
        np_poke(table->lost, lost + 1);
    }
}


void *
np_image_append_locked(np_table_e t)
{
    np_format_table_t *table = &np_image.header->table[t];
    void              *record;

    if (!np_image_reserve_locked(t, table->used)) {
        np_image_lose(t);
        return NULL;
    }

    record = np_image_record(t, table->used);
    __atomic_store_n(&table->used, table->used + 1, __ATOMIC_RELEASE);

    return record;
}


size_t
np_image_bytes(void)
{
    size_t   n = np_align_up(sizeof(np_format_header_t), np_mem_page());
    unsigned t;

    for (t = 0; t < NP_TABLES; t++) {
        n += np_image.reserved[t];
    }

    return n;
}
