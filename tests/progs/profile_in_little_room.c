/*
 * Files may be only so large (RLIMIT_FSIZE), or the address space is small:
 * the profile has less room, or there is one line and none; the program gets
 * no signal and the memory that it asks for.  A full disk: likewise, what
 * finds no room is counted as lost.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "mounts.h"
#include "profile_laws.h"

#include <fcntl.h>
#include <sys/resource.h>

#define NP_SITES 1024


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


/* after exec: many sites, so that the file would grow */
static int
work(void)
{
    unsigned path;
    void    *m[NP_SITES];

    for (path = 0; path < NP_SITES; path++) {
        m[path] = recurses(path, 10);
        NP_NEED(m[path] != NULL);
    }

    for (path = 0; path < NP_SITES; path++) {
        free(m[path]);
    }

    return 0;
}


/* runs work() in a process of its own with a limit; 1 if it left a file */
static int
limited(int resource, rlim_t limit, np_prof_t *p)
{
    struct rlimit r;
    pid_t         pid = fork();

    if (pid == 0) {
        r.rlim_cur = r.rlim_max = limit;
        NP_NEED(setenv("NGXPOOL_PROFILE", "exact", 1) == 0);
        /* not a file, which may not grow either */
        NP_NEED(dup2(open("/dev/null", O_WRONLY), STDERR_FILENO) == 2);
        NP_NEED(resource < 0 || setrlimit((unsigned) resource, &r) == 0);
        execl("/proc/self/exe", "limited", "work", (char *) NULL);
        _exit(2);
    }

    NP_NEED(np_prof_wait(pid) == 0);

    if (np_prof_open(p, pid, 0) != 0) {
        return 0;
    }

    NP_NEED(p->h->ended == NP_ENDED_EXIT);
    np_laws(p);

    return 1;
}


/* in a file system of so many KiB; -1 if there can be none */
static int
on_small_disk(unsigned kib, np_prof_t *p)
{
    int there;

    if (np_mounts_small("disk", kib) != 0) {
        return -1;
    }

    NP_NEED(chdir("disk") == 0);
    there = limited(-1, 0, p);
    NP_NEED(chdir("..") == 0 && umount2("disk", MNT_DETACH) == 0);

    return there;
}


int
main(int argc, char **argv)
{
    np_prof_t p;
    int       there;

    if (argc == 2 && strcmp(argv[1], "work") == 0) {
        return work();
    }

    NP_NEED(limited(-1, 0, &p) == 1);
    NP_NEED(np_prof_used(&p, NP_TABLE_SITES) > NP_SITES);
    NP_NEED(p.h->table[NP_TABLE_SITES].lost == 0);

    NP_NEED(limited(RLIMIT_FSIZE, 50 << 20, &p) == 1);
    NP_NEED(p.bytes <= 50 << 20);
    NP_NEED(np_prof_used(&p, NP_TABLE_SITES) > NP_SITES);
    NP_NEED(limited(RLIMIT_FSIZE, 1 << 20, &p) == 0);
    NP_NEED(limited(RLIMIT_FSIZE, 0, &p) == 0);

    NP_NEED(limited(RLIMIT_AS, 90 << 20, &p) == 1);
    NP_NEED(p.bytes <= 80 << 20);
    NP_NEED(limited(RLIMIT_AS, 24 << 20, &p) >= 0);

    if (np_mounts_own() != 0 || (there = on_small_disk(600, &p)) == -1) {
        printf("without a full disk\n");
        return 0;
    }

    NP_NEED(there == 1);
    NP_NEED(p.h->table[NP_TABLE_SITES].lost + p.h->table[NP_TABLE_NODES].lost
            > 0);
    NP_NEED(np_prof_site(&p, NP_SITE_OVERFLOW)->allocs > 0);
    NP_NEED(on_small_disk(8, &p) == 0);

    return 0;
}
