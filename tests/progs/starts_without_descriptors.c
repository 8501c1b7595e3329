/*
 * A program that is started with no descriptor at all gets the lowest numbers
 * for its own files, and nothing is written into them, whatever the library
 * was asked to write.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof NGXPOOL_REPORT=%p.report
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile.h"

#include <errno.h>
#include <signal.h>

#define OWN 12


static NP_SITE void *
recurses(unsigned depth)
{
    void *m = depth == 0 ? malloc(100) : recurses(depth - 1);

    return np_keep(m);
}


static void
handles(int sig)
{
    free(recurses(sig == SIGUSR1 ? 3 : 4));
}


/* standard error is one of the files: a status tells what went wrong */
static int
work(void)
{
    const char *mode = getenv("NGXPOOL_PROFILE");
    char        name[16];
    unsigned    i;
    struct stat st;
    np_prof_t   p;

    if (signal(SIGUSR1, handles) == SIG_ERR) {
        return 2;
    }

    for (i = 0; i < OWN; i++) {
        snprintf(name, sizeof(name), "own.%u", i);

        if (open(name, O_RDWR | O_CREAT | O_TRUNC, 0600) != (int) i) {
            return 10 + (int) i;
        }
    }

    for (i = 0; i < 20; i++) {
        free(recurses(i));
    }

    /* the way that libunwind goes alone */
    raise(SIGUSR1);

    for (i = 0; i < OWN; i++) {
        if (fstat((int) i, &st) != 0 || st.st_size != 0) {
            return 30 + (int) i;
        }
    }

    if (mode != NULL && strcmp(mode, "exact") == 0) {
        p = np_prof_own();

        if (np_prof_sum(&p, (uintptr_t) recurses).allocs != 21) {
            return 50;
        }
    }

    return 0;
}


static void
start(const char *profile)
{
    char        name[64];
    struct stat st;
    np_prof_t   p;
    unsigned    i;
    int         status;
    pid_t       pid = fork();

    if (pid == 0) {
        NP_NEED(setenv("NGXPOOL_PROFILE", profile, 1) == 0);
        NP_NEED(close_range(0, ~0U, 0) == 0);
        execl("/proc/self/exe", "bare", "work", (char *) NULL);
        _exit(99);
    }

    status = np_prof_wait(pid);

    if (status != 0) {
        dprintf(STDERR_FILENO, "%s: status %d\n", profile,
                WEXITSTATUS(status));
        _exit(1);
    }

    for (i = 0; i < OWN; i++) {
        snprintf(name, sizeof(name), "own.%u", i);
        NP_NEED(stat(name, &st) == 0 && st.st_size == 0);
    }

    snprintf(name, sizeof(name), "%d.report", (int) pid);
    NP_NEED(stat(name, &st) == 0 && st.st_size > 100);

    if (strcmp(profile, "off") != 0) {
        NP_NEED(np_prof_open(&p, pid, 0) == 0);
        NP_NEED(p.h->ended == NP_ENDED_EXIT);
    }
}


int
main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "work") == 0) {
        return work();
    }

    start("off");
    start("exact");
    start("sample:100");

    return 0;
}
