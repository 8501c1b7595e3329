/*
 * A first look at a file.
 */
#include "config.h"

#include "report/np_peek.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "format/np_format.h"
#include "report/np_escape.h"

#define NP_PEEK_CHUNK 65536                /* bytes read at once */
#define NP_PEEK_MOST  ((uint64_t) 1 << 31) /* of a file, as np_profile_file.c */


/* the first word of the command, as far as there is room for it */
static void
np_peek_name(np_peek_t *p, int fd, const np_format_table_t *t)
{
    char        word[PATH_MAX];
    const char *slash;
    size_t      size = t->used < sizeof(word) - 1 ? t->used : sizeof(word) - 1;
    ssize_t     n = -1;

    if (t->offset <= INT64_MAX) {
        n = pread(fd, word, size, (off_t) t->offset);
    }
    word[n > 0 ? n : 0] = '\0';
    slash = strrchr(word, '/');
    (void) snprintf(p->name, sizeof(p->name), "%.*s", NP_PEEK_NAME - 1,
                    slash != NULL ? slash + 1 : word);
    np_escape_line(p->name);
}


int
np_peek(np_peek_t *p, int fd)
{
    np_format_header_t h;

    memset(p, 0, sizeof(*p));
    if (pread(fd, &h, sizeof(h), 0) != sizeof(h)
        || memcmp(h.magic, NP_FORMAT_MAGIC, sizeof(h.magic)) != 0
        || h.version != NP_FORMAT_VERSION) {
        return -1;
    }
    p->pid = h.pid;
    p->parent = h.parent;
    p->wall = h.wall;
    p->ended = h.ended != NP_ENDED_NOT;
    np_peek_name(p, fd, &h.table[NP_TABLE_COMMAND]);
    return 0;
}


/* as in np_profile_file.c; a longer record is of a later version */
static int
np_peek_sites_are_valid(const np_format_table_t *t)
{
    return t->size >= sizeof(np_format_site_t) && t->size <= NP_PEEK_CHUNK
           && t->used <= t->capacity && t->offset <= NP_PEEK_MOST
           && (uint64_t) t->used * t->size <= NP_PEEK_MOST - t->offset;
}


uint64_t
np_peek_allocated(int fd)
{
    np_format_header_t       h;
    const np_format_table_t *t = &h.table[NP_TABLE_SITES];
    char                     chunk[NP_PEEK_CHUNK];
    uint64_t                 sum = 0, bytes;
    uint32_t                 done, n;
    size_t                   size;

    if (pread(fd, &h, sizeof(h), 0) != sizeof(h)
        || !np_peek_sites_are_valid(t)) {
        return 0;
    }
    for (done = 0; done < t->used; done += n) {
        n = NP_PEEK_CHUNK / t->size;
        n = n < t->used - done ? n : t->used - done;
        size = (size_t) n * t->size;
        if (pread(fd, chunk, size,
                  (off_t) (t->offset + (uint64_t) done * t->size))
            != (ssize_t) size) {
            return 0;
        }
        for (uint32_t i = 0; i < n; i++) {
            memcpy(&bytes,
                   chunk + (size_t) i * t->size
                       + offsetof(np_format_site_t, alloc_bytes),
                   sizeof(bytes));
            sum += bytes;
        }
    }
    return sum;
}
