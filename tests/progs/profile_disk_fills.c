/*
 * The disk of the profile becomes full while that grows: there is one line,
 * what finds no room is counted as lost, and nothing happens to the program.
 * On a file system that is read-only there is one line and no profile.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "mounts.h"
#include "profile_laws.h"

#include <errno.h>

#define SITES 4096


static NP_SITE void *
recurses(unsigned path, unsigned depth)
{
    void *m;

    if (depth == 0) {
        m = malloc(100);

    } else if (path & 1) {
        m = recurses(path >> 1, depth - 1);
        np_keep_size(1);

    } else {
        m = recurses(path >> 1, depth - 1);
        np_keep_size(2);
    }

    return np_keep(m);
}


static void
use_sites(unsigned from, unsigned to)
{
    void    *m[64];
    unsigned i, k;

    for (i = from; i < to; i += 64) {
        for (k = 0; k < 64; k++) {
            m[k] = recurses(i + k, 12);
            NP_NEED(m[k] != NULL);
        }

        for (k = 0; k < 64; k++) {
            free(m[k]);
        }
    }
}


/* after exec */
static int
work(int fill)
{
    static char zero[4096];
    ssize_t     n;
    int         fd;

    use_sites(0, 256);

    if (fill) {
        fd = open("filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        NP_NEED(fd >= 0);

        do {
            n = write(fd, zero, sizeof(zero));
        } while (n > 0);

        NP_NEED(errno == ENOSPC);
    }

    use_sites(0, SITES);

    return 0;
}


static void
run(const char *how, np_prof_t *p)
{
    pid_t pid = fork();

    if (pid == 0) {
        NP_NEED(setenv("NGXPOOL_PROFILE", "exact", 1) == 0);
        NP_NEED(setenv("NGXPOOL_REPORT", "report.%p", 1) == 0);
        NP_NEED(dup2(open("../said", O_WRONLY | O_CREAT | O_TRUNC, 0600),
                     STDERR_FILENO)
                == 2);
        execl("/proc/self/exe", "work", how, (char *) NULL);
        _exit(2);
    }

    NP_NEED(np_prof_wait(pid) == 0);

    if (p != NULL) {
        NP_NEED(np_prof_open(p, pid, 0) == 0);
        NP_NEED(p->h->ended == NP_ENDED_EXIT);
        np_laws(p);
    }
}


/* whether that is what was said, but for a report that went there */
static int
says(const char *what)
{
    char    text[4096];
    int     fd = open("../said", O_RDONLY | O_CLOEXEC);
    ssize_t n;

    NP_NEED(fd >= 0);
    n = read(fd, text, sizeof(text) - 1);
    NP_NEED(n >= 0);
    close(fd);
    text[n] = '\0';

    return strstr(text, what) != NULL;
}


int
main(int argc, char **argv)
{
    np_prof_t p;

    if (argc == 2) {
        return work(strcmp(argv[1], "fill") == 0);
    }

    if (np_mounts_own() != 0 || np_mounts_small("disk", 1200) != 0) {
        np_keep_skip("no file system can be mounted here");
    }

    NP_NEED(chdir("disk") == 0);
    run("fill", &p);
    NP_NEED(np_prof_site(&p, NP_SITE_OVERFLOW)->allocs > 0);
    NP_NEED(p.h->table[NP_TABLE_SITES].lost + p.h->table[NP_TABLE_NODES].lost
            > 0);
    NP_NEED(!says("ngxpool: no profile"));
    NP_NEED(says("ngxpool: the disk of the profile is full"));

    NP_NEED(chdir("..") == 0 && umount2("disk", MNT_DETACH) == 0);
    NP_NEED(mount("none", "disk", "tmpfs", MS_RDONLY, "size=1200k") == 0);
    NP_NEED(chdir("disk") == 0);
    run("not", NULL);
    NP_NEED(says("ngxpool: no profile: the file cannot be created"));

    return 0;
}
