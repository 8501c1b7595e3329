#ifndef NP_PROGS_PROFILE_H
#define NP_PROGS_PROFILE_H

/*
 * How a behaviour program reads the profile of a process, its own or a
 * child's: the file is mapped, and its records are looked at where they are.
 * Nothing here allocates.
 *
 * A call site is known by a function that allocates: NP_SITE functions begin
 * at multiples of 512 bytes and are shorter, so a return address tells which
 * one it is in.  They keep what malloc returned before they return it, so
 * that the call is no tail call.
 */

#include "keep.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "format/np_format.h"

#define NP_SITE_BYTES 512
#define NP_SITE       __attribute__((noinline, aligned(NP_SITE_BYTES)))

typedef struct {
    const char               *base;
    const np_format_header_t *h;
    size_t                    bytes;
} np_prof_t;


static inline const void *
np_prof_record(const np_prof_t *p, np_table_e t, size_t i)
{
    return p->base + p->h->table[t].offset + i * p->h->table[t].size;
}


static inline const np_format_site_t *
np_prof_site(const np_prof_t *p, size_t i)
{
    return (const np_format_site_t *) np_prof_record(p, NP_TABLE_SITES, i);
}


static inline const np_format_node_t *
np_prof_node(const np_prof_t *p, size_t i)
{
    return (const np_format_node_t *) np_prof_record(p, NP_TABLE_NODES, i);
}


static inline uint32_t
np_prof_used(const np_prof_t *p, np_table_e t)
{
    return p->h->table[t].used;
}


/* the name of the profile of process pid, in the working directory, by
 * NGXPOOL_PROFILE_FILE=%p.prof; number is appended if it is not 0 */
static inline void
np_prof_name(char *name, size_t n, int pid, int number)
{
    if (number == 0) {
        snprintf(name, n, "%d.prof", pid);

    } else {
        snprintf(name, n, "%d.prof.%d", pid, number);
    }
}


/* 0, or -1 if there is no such file */
static inline int
np_prof_open(np_prof_t *p, int pid, int number)
{
    char        name[64];
    struct stat st;
    int         fd;
    void       *m;

    np_prof_name(name, sizeof(name), pid, number);
    fd = open(name, O_RDONLY | O_CLOEXEC);

    if (fd == -1) {
        return -1;
    }

    NP_NEED(fstat(fd, &st) == 0);
    NP_NEED((st.st_mode & 07777) == 0600);
    m = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    NP_NEED(m != MAP_FAILED);
    close(fd);
    p->base = (const char *) m;
    p->h = (const np_format_header_t *) m;
    p->bytes = (size_t) st.st_size;

    return 0;
}


/* the last of a process that had one after the other, by exec */
static inline np_prof_t
np_prof_last(int pid)
{
    np_prof_t p, next;
    int       n;

    NP_NEED(np_prof_open(&p, pid, 0) == 0);

    for (n = 1; np_prof_open(&next, pid, n) == 0; n++) {
        p = next;
    }

    return p;
}


/* the calling process's own */
static inline np_prof_t
np_prof_own(void)
{
    return np_prof_last(getpid());
}


/* the figures of all sites whose innermost `frames` frames are in the
 * functions, innermost first */
static inline np_format_site_t
np_prof_path(const np_prof_t *p, const uintptr_t *function, unsigned frames)
{
    np_format_site_t        sum;
    const np_format_site_t *s;
    const np_format_node_t *node;
    uint32_t                i, k;
    size_t                  j;

    memset(&sum, 0, sizeof(sum));

    for (i = NP_SITE_FIRST; i < np_prof_used(p, NP_TABLE_SITES); i++) {
        s = np_prof_site(p, i);
        node = np_prof_node(p, s->node);

        for (k = 0; k < frames; k++) {
            if (node->address / NP_SITE_BYTES != function[k] / NP_SITE_BYTES) {
                break;
            }

            node = np_prof_node(p, node->parent);
        }

        if (k < frames) {
            continue;
        }

        /* all of the 64-bit figures, from allocs on */
        for (j = offsetof(np_format_site_t, allocs);
             j < offsetof(np_format_site_t, first_ms); j += sizeof(uint64_t)) {
            *(uint64_t *) ((char *) &sum + j)
                += *(const uint64_t *) ((const char *) s + j);
        }

        for (k = 0; k < NP_SIZES; k++) {
            sum.size[k] += s->size[k];
        }

        for (k = 0; k < NP_LIVES; k++) {
            sum.life[k] += s->life[k];
        }

        /* how many sites */
        sum.node++;
    }

    return sum;
}


/* of all sites in one function */
static inline np_format_site_t
np_prof_sum(const np_prof_t *p, uintptr_t function)
{
    return np_prof_path(p, &function, 1);
}


/* waits for the child; its status */
static inline int
np_prof_wait(pid_t pid)
{
    int status;

    NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);

    return status;
}


/* the latest module of the profile whose path ends so */
static inline const np_format_module_t *
np_prof_module(const np_prof_t *p, const char *name)
{
    const np_format_module_t *m;
    uint32_t                  i;

    for (i = np_prof_used(p, NP_TABLE_MODULES); i-- > 0;) {
        m = (const np_format_module_t *) np_prof_record(p, NP_TABLE_MODULES,
                                                        i);

        if (strlen(m->path) >= strlen(name)
            && strcmp(m->path + strlen(m->path) - strlen(name), name) == 0) {
            return m;
        }
    }

    return NULL;
}

#endif
