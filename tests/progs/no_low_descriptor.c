/*
 * The allocator keeps none of the low file descriptors: in a program that
 * starts with only 0, 1 and 2, the first one it opens is 3.
 *
 * expect: exit 0
 * report: file
 */

#include "keep.h"


int
main(int argc, char **argv)
{
    if (argc == 1) {
        /* anew, without what this program inherited */
        NP_NEED(close_range(3, ~0U, 0) == 0);
        execl("/proc/self/exe", argv[0], "again", (char *) NULL);
        _exit(1);
    }

    free(np_keep(malloc(3000000)));
    NP_NEED(open("/dev/null", O_RDONLY) == 3);
    NP_NEED(open("/dev/null", O_RDONLY) == 4);

    return 0;
}
