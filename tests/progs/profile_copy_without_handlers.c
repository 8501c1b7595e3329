/*
 * A copy of a profiled process that was made without fork handlers, by _Fork()
 * or clone(), leaves its parent's profile alone and has none; so do its
 * children.  The program that it becomes by exec has one.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"
#include "profile_calls.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

static void *object[100];
static char *self[] = {(char *) "/proc/self/exe", (char *) "again", NULL};


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void
none(pid_t pid)
{
    np_prof_t p;

    NP_NEED(np_prof_open(&p, pid, 0) == -1);
}


static void
child(void)
{
    unsigned i;
    pid_t    pid;

    alarm(120);

    for (i = 0; i < 100; i++) {
        free(object[i]);
        object[i] = makes(i * 100);
    }

    NP_NEED(ngxpool_profile_dump() == -1);
    NP_NEED(ngxpool_profile_start(0) == -1);
    none(getpid());

    pid = fork();

    if (pid == 0) {
        free(makes(10));
        none(getpid());
        exit(0);
    }

    NP_NEED(np_prof_wait(pid) == 0);
    pid = vfork();

    if (pid == 0) {
        execv(self[0], self);
        _exit(1);
    }

    NP_NEED(np_prof_wait(pid) == 0);
    exit(0);
}


static void
once(pid_t pid, const np_prof_t *p)
{
    np_format_site_t s;

    if (pid == 0) {
        child();
    }

    NP_NEED(np_prof_wait(pid) == 0);
    s = np_prof_sum(p, (uintptr_t) makes);
    NP_NEED(s.allocs == 100 && s.frees == 0 && s.live_bytes == 100 * 30);
    NP_NEED(p->h->ended == NP_ENDED_NOT);
}


int
main(int argc, char **argv)
{
    np_prof_t p = np_prof_own();
    unsigned  i;

    if (argc > 0 && strcmp(argv[0], "/proc/self/exe") == 0) {
        NP_NEED(makes(1) != NULL);
        NP_NEED(np_prof_sum(&p, (uintptr_t) makes).allocs == 1);
        return 0;
    }

    for (i = 0; i < 100; i++) {
        object[i] = makes(30);
    }

    once(_Fork(), &p);
    once((pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL), &p);

    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);

    return 0;
}
