/*
 * The profiles that a command and its children left, found by glob(3).
 */
#include "config.h"

#include "cli/np_outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report/np_escape.h"

#define NP_OUTPUTS_SECOND UINT64_C(1000000000)


char *
np_outputs_absolute(const char *pattern)
{
    char  *cwd, *all = NULL;
    size_t size;
    FILE  *f;

    if (*pattern == '/') {
        return strdup(pattern);
    }
    cwd = getcwd(NULL, 0);
    if (cwd == NULL) {
        return NULL;
    }
    f = open_memstream(&all, &size);
    if (f != NULL) {
        for (const char *s = cwd; *s != '\0'; s++) {
            (void) fprintf(f, *s == '%' ? "%c%%" : "%c", *s);
        }
        (void) fprintf(f, "%s%s", strcmp(cwd, "/") == 0 ? "" : "/", pattern);
        if (fclose(f) != 0) {
            free(all);
            all = NULL;
        }
    }
    free(cwd);
    return all;
}


uint64_t
np_outputs_now(void)
{
    struct timespec t;

    /* the clock of file systems; it is behind the other */
    (void) clock_gettime(CLOCK_REALTIME_COARSE, &t);
    return (uint64_t) t.tv_sec * NP_OUTPUTS_SECOND + (uint64_t) t.tv_nsec;
}


/* what glob(3) understands; numbered: the files with a number appended */
static char *
np_outputs_glob(const char *pattern, int numbered)
{
    char  *text = NULL;
    size_t size;
    FILE  *f = open_memstream(&text, &size);

    if (f == NULL) {
        return NULL;
    }
    for (const char *s = pattern; *s != '\0'; s++) {
        if (s[0] == '%' && s[1] == 'p') {
            (void) fputs("[0-9]*", f);
            s++;
        } else if (s[0] == '%' && s[1] == 'n') {
            (void) fputc('*', f);
            s++;
        } else {
            s += s[0] == '%' && s[1] == '%';
            if (strchr("*?[]\\", *s) != NULL) {
                (void) fputc('\\', f);
            }
            (void) fputc(*s, f);
        }
    }
    if (numbered) {
        (void) fputs(".[0-9]*", f);
    }
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}


/* whether the process has this file mapped.  If that cannot be seen, as with a
 * process of another user, it has: what is packed while it is written is lost
 */
static int
np_outputs_is_mapped(uint32_t pid, const struct stat *st)
{
    char          name[32], *line = NULL;
    size_t        size = 0;
    unsigned long inode;
    int           found = 0;
    FILE         *f;

    (void) snprintf(name, sizeof(name), "/proc/%" PRIu32 "/maps", pid);
    f = fopen(name, "re");
    if (f == NULL) {
        return errno != ENOENT && errno != ESRCH;
    }
    while (!found && getline(&line, &size, f) != -1) {
        found = sscanf(line, "%*s %*s %*s %*s %lu", &inode) == 1
                && inode == st->st_ino;
    }
    free(line);
    (void) fclose(f);
    return found;
}


/* whether anybody has the file mapped or open for writing, be it a process that
 * has another number here, in a namespace of its own: no read lease
 * (fcntl(2)) can be had then.  Only the owner of the file can ask. */
static int
np_outputs_is_written(int fd)
{
    /* should somebody open it now: not SIGIO, which would end us */
    if (fcntl(fd, F_SETSIG, SIGURG) != 0) {
        return 0;
    }
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
        (void) fcntl(fd, F_SETLEASE, F_UNLCK);
        return 0;
    }
    return errno == EAGAIN;
}


/* a profile tells its second only; the file's birth is exact, where the file
 * system keeps it */
static int
np_outputs_is_since(int fd, const np_peek_t *peek, uint64_t since)
{
    struct statx x;
    uint64_t     born;

    if (peek->wall < since - since % NP_OUTPUTS_SECOND) {
        return 0;
    }
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &x) != 0
        || (x.stx_mask & STATX_BTIME) == 0) {
        return 1;
    }
    born = (uint64_t) x.stx_btime.tv_sec * NP_OUTPUTS_SECOND
           + x.stx_btime.tv_nsec;
    return born >= since;
}


static void
np_outputs_forget(np_output_t *v)
{
    free(v->path);
    free(v->shown);
}


static int
np_outputs_add(np_outputs_t *o, const char *path, uint64_t since)
{
    np_output_t *v;
    np_peek_t    peek;
    struct stat  st;
    uint64_t     allocated;
    int          bad, written;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);

    if (fd == -1) {
        return 0;
    }
    bad = fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)
          || np_peek(&peek, fd) != 0 || !np_outputs_is_since(fd, &peek, since);
    allocated = bad ? 0 : np_peek_allocated(fd);
    written = !bad && np_outputs_is_written(fd);
    (void) close(fd);
    if (bad) {
        return 0;
    }
    v = realloc(o->v, (o->n + 1) * sizeof(*v));
    if (v == NULL) {
        return -1;
    }
    o->v = v;
    v += o->n;
    v->path = strdup(path);
    v->shown = strdup(path);
    if (v->path == NULL || v->shown == NULL) {
        np_outputs_forget(v);
        return -1;
    }
    np_escape_text(v->shown);
    v->peek = peek;
    v->allocated = allocated;
    v->running
        = !peek.ended && (written || np_outputs_is_mapped(peek.pid, &st));
    o->n++;
    return 0;
}


static int
np_outputs_order(const void *a, const void *b)
{
    const np_output_t *x = a, *y = b;

    if (x->peek.wall != y->peek.wall) {
        return x->peek.wall < y->peek.wall ? -1 : 1;
    }
    return strcmp(x->path, y->path);
}


/* the command's own: after an exec there are several, and the busiest counts;
 * without one (--only) it is the busiest of all */
static void
np_outputs_choose(np_outputs_t *o, pid_t command)
{
    for (unsigned i = 1; i < o->n; i++) {
        const np_output_t *best = &o->v[o->main], *v = &o->v[i];
        int                own = v->peek.pid == (uint32_t) command;
        int                best_own = best->peek.pid == (uint32_t) command;

        if (own > best_own
            || (own == best_own && v->allocated > best->allocated)) {
            o->main = i;
        }
    }
}


int
np_outputs_find(np_outputs_t *o, const char *pattern, uint64_t since,
                pid_t command)
{
    int rc = 0;

    memset(o, 0, sizeof(*o));
    for (int numbered = 0; numbered < 2 && rc == 0; numbered++) {
        char  *text = np_outputs_glob(pattern, numbered);
        glob_t g;

        if (text == NULL) {
            return -1;
        }
        /* a command's name may begin with a dot */
        if (glob(text, GLOB_NOSORT | GLOB_PERIOD, NULL, &g) == 0) {
            for (size_t i = 0; i < g.gl_pathc && rc == 0; i++) {
                rc = np_outputs_add(o, g.gl_pathv[i], since);
            }
            globfree(&g);
        }
        free(text);
    }
    /* "%p.prof.1" may fit both "%n" and its numbered twin */
    if (o->n != 0) {
        qsort(o->v, o->n, sizeof(*o->v), np_outputs_order);
    }
    for (unsigned i = 1; i < o->n; i++) {
        if (strcmp(o->v[i].path, o->v[i - 1].path) == 0) {
            np_outputs_forget(&o->v[i]);
            memmove(&o->v[i], &o->v[i + 1], (o->n - i - 1) * sizeof(*o->v));
            o->n--;
            i--;
        }
    }
    np_outputs_choose(o, command);
    return rc;
}


void
np_outputs_free(np_outputs_t *o)
{
    for (unsigned i = 0; i < o->n; i++) {
        np_outputs_forget(&o->v[i]);
    }
    free(o->v);
    memset(o, 0, sizeof(*o));
}
