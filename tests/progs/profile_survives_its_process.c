/*
 * A profile is whole however its process ends, and says how: by exit, _exit,
 * SIGTERM, a finding of the allocator, or killed at any moment.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <signal.h>

static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void
ends(unsigned how)
{
    uintptr_t twice;

    NP_NEED(makes(10) != NULL);

    switch (how) {

    case 0:
        exit(0);

    case 1:
        _exit(0);

    case 2:
        raise(SIGTERM);
        break;

    case 3:
        NP_NEED(dup2(open("/dev/null", O_WRONLY), STDERR_FILENO) == 2);
        twice = (uintptr_t) makes(10);
        free((void *) twice);
        free((void *) np_keep_size(twice));
        break;

    case 4:
        raise(SIGKILL);
        break;

    default:
        for (;;) {
            free(makes(how));
        }
    }
}


/* 0 if process pid was killed before its profile had a header: no file, an
 * empty one or zeros */
static int
begun(int pid)
{
    char    name[64], first[8] = "", zero[8] = "";
    int     fd;
    ssize_t n;

    np_prof_name(name, sizeof(name), pid, 0);
    fd = open(name, O_RDONLY | O_CLOEXEC);

    if (fd == -1) {
        return 0;
    }

    n = read(fd, first, sizeof(first));
    close(fd);
    NP_NEED(n == 0 || n == (ssize_t) sizeof(first));

    return memcmp(first, zero, sizeof(first)) != 0;
}


int
main(void)
{
    static const np_ended_e as[]
        = {NP_ENDED_EXIT, NP_ENDED_EXIT, NP_ENDED_SIGNAL, NP_ENDED_FATAL,
           NP_ENDED_NOT};
    np_prof_t        p;
    np_format_site_t s;
    pid_t            pid;
    unsigned         i;

    for (i = 0; i < 12; i++) {
        pid = fork();

        if (pid == 0) {
            ends(i);
        }

        if (i > 4) {
            usleep(3000 * i);
            kill(pid, SIGKILL);
        }

        NP_NEED((np_prof_wait(pid) == 0) == (i < 2));

        if (!begun(pid)) {
            NP_NEED(i > 4);
            continue;
        }

        NP_NEED(np_prof_open(&p, pid, 0) == 0);
        np_laws_tables(&p);
        NP_NEED(p.h->ended == (i <= 4 ? as[i] : NP_ENDED_NOT));
        s = np_prof_sum(&p, (uintptr_t) makes);

        if (i <= 4) {
            np_laws(&p);
            NP_NEED(s.allocs == (i == 3 ? 2 : 1));
        }
    }

    return 0;
}
