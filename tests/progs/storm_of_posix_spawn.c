/*
 * Three threads spawn programs at the same time, with file actions, attributes
 * and by popen, while others allocate and free.
 *
 * expect: exit 0
 * timeout: 240
 */

#include "storm.h"

#include <signal.h>
#include <spawn.h>

extern char **environ;

static unsigned spawns, xsurvived;


static void
spawn(unsigned n)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t          attributes;
    sigset_t                   none;
    pid_t                      pid;
    int                        rc;

    NP_NEED(posix_spawn_file_actions_init(&actions) == 0);
    NP_NEED(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0)
            == 0);
    NP_NEED(posix_spawn_file_actions_adddup2(&actions, 2, 1) == 0);
    NP_NEED(posix_spawnattr_init(&attributes) == 0);
    NP_NEED(sigemptyset(&none) == 0);
    NP_NEED(posix_spawnattr_setsigmask(&attributes, &none) == 0);
    NP_NEED(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK)
            == 0);

    rc = posix_spawn(&pid, n % 4 == 0 ? "/nonexistent" : STORM_SELF, &actions,
                     &attributes, storm_argv, environ);
    NP_NEED((rc == 0) == (n % 4 != 0));

    if (rc == 0) {
        storm_reap(pid);
    }

    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
}


static void *
spawning(void *number)
{
    unsigned n = (unsigned) (uintptr_t) number;
    char     text[8];
    FILE    *f;

    for (; n < spawns; n += 3) {
        spawn(n);

        if (n % 8 == 1) {
            f = popen("echo it", "r");
            NP_NEED(f != NULL && fgets(text, sizeof(text), f) == text);
            NP_NEED(strcmp(text, "it\n") == 0);
            NP_NEED(pclose(f) == 0);
        }

        __atomic_fetch_add(&xsurvived, n % 8 == 1 ? 2 : 1, __ATOMIC_RELAXED);
    }

    return NULL;
}


int
main(int argc, char **argv)
{
    pthread_t other[2];

    (void) argv;

    if (storm_is_executed(argc)) {
        return 0;
    }

    spawns = (unsigned) np_keep_scale(150, 3000);
    storm_begin();
    NP_NEED(pthread_create(&other[0], NULL, spawning, (void *) 1) == 0);
    NP_NEED(pthread_create(&other[1], NULL, spawning, (void *) 2) == 0);
    spawning(NULL);
    NP_NEED(pthread_join(other[0], NULL) == 0);
    NP_NEED(pthread_join(other[1], NULL) == 0);
    storm_end("programs spawned", xsurvived);

    return 0;
}
