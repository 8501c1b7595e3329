/*
 * A profile that the program has stopped says so to the end, though an exec
 * fails in between.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"
#include "profile_calls.h"

int
main(void)
{
    np_prof_t p = np_prof_own();
    int       fd = open("no-program", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);

    NP_NEED(fd >= 0 && write(fd, "\177ELF", 4) == 4 && close(fd) == 0);
    NP_NEED(ngxpool_profile_stop() == 0);
    execl("no-program", "x", (char *) NULL);
    NP_NEED(p.h->ended == NP_ENDED_STOPPED);

    NP_NEED(ngxpool_profile_start(0) == 0);
    NP_NEED(p.h->ended == NP_ENDED_NOT);
    execl("no-program", "x", (char *) NULL);
    NP_NEED(p.h->ended == NP_ENDED_NOT);
    NP_NEED(unlink("no-program") == 0);

    return 0;
}
