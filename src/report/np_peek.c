/*
 * A first look at a file.
 */
#include "config.h"

#include "report/np_peek.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "format/np_format.h"
#include "report/np_escape.h"


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
    p->clock = h.clock;
    p->ended = h.ended != NP_ENDED_NOT;
    np_peek_name(p, fd, &h.table[NP_TABLE_COMMAND]);
    return 0;
}
