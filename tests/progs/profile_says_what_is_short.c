/*
 * A profile that there is no address space for, or that would be too large a
 * file, says that and nothing of disks.
 *
 * only: libngxpool
 * needs: reclaim
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FOLLOW=0
 * expect: exit 0
 */

#include "tells.h"

#include <sys/resource.h>


static int
limited(int resource, rlim_t limit, const char *what)
{
    struct rlimit r = {.rlim_cur = limit, .rlim_max = limit};
    pid_t         pid = fork();

    if (pid == 0) {
        NP_NEED(setrlimit((unsigned) resource, &r) == 0);
        np_tells_exec("NGXPOOL_PROFILE_FILE", "it");
    }

    return np_tells_wait(pid) == 0 && strstr(np_tells_said, what) != NULL
           && strstr(np_tells_said, "disk") == NULL;
}


int
main(int argc, char **argv)
{
    rlim_t mib;
    int    said = 0;

    if (argc == 2 && strcmp(argv[1], "again") == 0) {
        return np_keep(malloc(100)) == NULL;
    }

    NP_NEED(limited(RLIMIT_FSIZE, 100000,
                    "no profile: files may not be so large (ulimit -f)"));

    /* how much a program and its libraries need, nobody knows */
    for (mib = 4; mib < 32 && !said; mib++) {
        said = limited(RLIMIT_AS, mib << 20,
                       "is the address space limited (ulimit -v)?");
    }

    NP_NEED(said);
    NP_NEED(access("it", F_OK) == -1);

    return 0;
}
