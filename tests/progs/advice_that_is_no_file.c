/*
 * Advice from what is no regular file, or is empty: nobody waits for it, a
 * line says why it is left aside, and the program goes on.
 *
 * only: libngxpool
 * needs: reclaim unchecked unguarded unprofiled
 * expect: exit 0
 */

#include "tells.h"


int
main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "again") == 0) {
        return np_keep(malloc(100)) == NULL;
    }

    NP_NEED(mkfifo("advice.fifo", 0600) == 0);
    NP_NEED(np_tells(
        "NGXPOOL_ADVICE", "advice.fifo",
        "ngxpool: NGXPOOL_ADVICE=advice.fifo: cannot be read: it is no "
        "regular file; going on without\n"));
    NP_NEED(np_tells("NGXPOOL_ADVICE", "/dev/zero", "no regular file"));
    NP_NEED(np_tells("NGXPOOL_ADVICE", "/", "it is a folder"));
    NP_NEED(np_tells("NGXPOOL_ADVICE", "none", "there is no such file"));
    /* root may open it, and who reads it waits */
    NP_NEED(np_tells("NGXPOOL_ADVICE", "/proc/kmsg", "going on without\n"));

    return 0;
}
