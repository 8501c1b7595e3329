/*
 * A profile that is to have the name of a FIFO, or of a link to a device: one
 * line, and nothing beside it.
 *
 * only: libngxpool
 * needs: reclaim
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FOLLOW=0
 * expect: exit 0
 */

#include "tells.h"


int
main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "again") == 0) {
        return np_keep(malloc(100)) == NULL;
    }

    NP_NEED(mkfifo("profile.fifo", 0600) == 0
            && symlink("/dev/null", "null") == 0);
    NP_NEED(
        np_tells("NGXPOOL_PROFILE_FILE", "profile.fifo",
                 "ngxpool: no profile: what is no regular file has that "
                 "name; NGXPOOL_PROFILE_FILE names another: profile.fifo\n"));
    NP_NEED(access("profile.fifo.1", F_OK) == -1);
    NP_NEED(np_tells("NGXPOOL_PROFILE_FILE", "null", "no regular file"));
    NP_NEED(access("null.1", F_OK) == -1);

    return 0;
}
