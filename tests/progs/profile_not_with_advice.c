/*
 * While advice is followed no profile begins, as what the advised sites
 * allocate would be missing from it: one line says so.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 */

#include "profile.h"
#include "profile_calls.h"
#include "tells.h"


static int
again(void)
{
    np_prof_t p;

    NP_NEED(ngxpool_profile_start(0) == -1);
    NP_NEED(ngxpool_profile_start(524288) == -1);
    NP_NEED(np_prof_open(&p, getpid(), 0) == -1);

    return 0;
}


int
main(int argc, char **argv)
{
    int fd;

    if (argc == 2 && strcmp(argv[1], "again") == 0) {
        return again();
    }

    fd = open("no.advice", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    NP_NEED(fd >= 0 && write(fd, "# no site\n", 10) == 10);
    NP_NEED(np_tells("NGXPOOL_ADVICE", "no.advice",
                     "ngxpool: no profile: NGXPOOL_ADVICE is followed"));

    return 0;
}
