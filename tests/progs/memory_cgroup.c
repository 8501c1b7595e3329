/*
 * In a memory cgroup of 96 MiB a process that has 48 MiB at a time, of another
 * size each time, is never killed: what was freed is used again or given back.
 * One that takes more than there is, is killed as with any malloc.
 *
 * only: libngxpool
 * expect: exit 0
 * needs: reclaim unchecked unguarded unprofiled
 */

#include "keep.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ROOM ((size_t) 96 << 20)
#define HAVE ((size_t) 48 << 20)

static char group[128];


/* 0 or -1 */
static int
put(const char *folder, const char *file, const char *text)
{
    char    name[256];
    ssize_t n = -1;
    int     fd;

    snprintf(name, sizeof(name), "%s/%s", folder, file);
    fd = open(name, O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        n = write(fd, text, strlen(text));
        close(fd);
    }

    return n == (ssize_t) strlen(text) ? 0 : -1;
}


/* a group with that limit; 0, or -1 where none can be made */
static int
make_group(void)
{
    static const struct {
        const char *folder;
        const char *limit;
    } kinds[] = {{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
                 {"/sys/fs/cgroup", "memory.max"}};
    char   text[32];
    size_t i;

    snprintf(text, sizeof(text), "%zu", ROOM);

    for (i = 0; i < 2; i++) {
        snprintf(group, sizeof(group), "%s/ngxpool_test_%d", kinds[i].folder,
                 (int) getpid());

        if (mkdir(group, 0755) == 0) {
            if (put(group, kinds[i].limit, text) == 0) {
                /* no swapping instead, where that can be said */
                (void) put(group, "memory.swap.max", "0");
                (void) put(group, "memory.swappiness", "0");
                return 0;
            }

            rmdir(group);
        }
    }

    return -1;
}


static void
hold(size_t size, size_t bytes)
{
    void  *all = NULL, **m;
    size_t sum;

    for (sum = 0; sum < bytes; sum += size) {
        m = malloc(size);
        NP_NEED(m != NULL);
        memset(m, 1, size);
        *m = all;
        all = m;
    }

    while ((m = all) != NULL) {
        all = *m;
        free(m);
    }
}


static void
in_turn(void)
{
    static const size_t sizes[]
        = {64, 1000, 1 << 20, 320, 5000, 100000, 3000, 16, 6 << 20, 48};
    size_t i;

    for (i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
        hold(sizes[i % (sizeof(sizes) / sizeof(sizes[0]))], HAVE);
    }
}


/* its status, in the group */
static int
in_group(int too_much)
{
    int   status;
    pid_t pid = fork();

    NP_NEED(pid >= 0);

    if (pid == 0) {
        if (put(group, "cgroup.procs", "0") != 0) {
            _exit(NP_SKIPPED);
        }

        if (too_much) {
            hold(1000, 2 * ROOM);
        } else {
            in_turn();
        }

        _exit(0);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);

    return status;
}


int
main(void)
{
    int status, more;

    if (make_group() != 0) {
        np_keep_skip("no memory cgroup can be made here");
    }

    status = in_group(0);
    more = in_group(1);
    rmdir(group);

    if (WIFEXITED(status) && WEXITSTATUS(status) == NP_SKIPPED) {
        np_keep_skip("the memory cgroup takes no process");
    }

    NP_NEED(status == 0);
    NP_NEED(WIFSIGNALED(more) && WTERMSIG(more) == SIGKILL);

    return 0;
}
