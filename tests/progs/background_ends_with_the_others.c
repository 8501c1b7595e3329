/*
 * With a purging thread a process ends as it does without: when the last
 * thread of the program has ended by pthread_exit, libc calls exit(0), whose
 * handlers run in a thread that lets signals through.  So it is with threads
 * that outlive main, and with main alone, which is the process that the
 * worker starts.
 *
 * expect: exit 9
 * env: NGXPOOL_BACKGROUND=1
 * timeout: 60
 */

#include "keep.h"

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

static int   worked;
static char *alone[] = {(char *) "alone", (char *) "alone", NULL};


static void
handler(void)
{
    sigset_t blocked;

    NP_NEED(pthread_sigmask(SIG_SETMASK, NULL, &blocked) == 0);
    NP_NEED(sigismember(&blocked, SIGTERM) == 0);
    free(np_keep(malloc(100)));
    _exit(worked ? 9 : 8);
}


static void *
work(void *unused)
{
    int   status;
    pid_t pid;

    NP_NEED(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, alone, environ)
            == 0);
    NP_NEED(waitpid(pid, &status, 0) == pid);
    NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 8);

    /* looked at meanwhile, with main gone, and not ended */
    sleep(2);
    free(np_keep(malloc(100)));
    worked = 1;

    return unused;
}


int
main(int argc, char **argv)
{
    pthread_t thread;

    (void) argv;
    NP_NEED(atexit(handler) == 0);

    if (argc == 1) {
        NP_NEED(pthread_create(&thread, NULL, work, NULL) == 0);
    }

    pthread_exit(NULL);
}
