/*
 * A small heap asks the kernel for no huge pages, whatever the system's
 * setting: it would be resident by 2 MiB at a time.
 *
 * expect: exit 0
 * needs: unguarded
 * only: libngxpool
 */

#include "keep.h"


/* 1 if the mapping that m lies in has the flag in its VmFlags */
static int
has_flag(const void *m, const char *flag)
{
    FILE         *maps = fopen("/proc/self/smaps", "r");
    char          line[512];
    unsigned long from, to;
    int           inside = 0, found = 0;

    NP_NEED(maps != NULL);

    while (fgets(line, sizeof(line), maps) != NULL) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
            inside = (unsigned long) m >= from && (unsigned long) m < to;

        } else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            found = strstr(line, flag) != NULL;
        }
    }

    fclose(maps);

    return found;
}


int
main(void)
{
    void  *first = np_keep(malloc(100));
    size_t i;

    NP_NEED(has_flag(first, " nh"));

    /* what the heap grows by, too */
    for (i = 0; i < 50; i++) {
        NP_NEED(has_flag(np_keep(malloc(100000)), " nh"));
    }

    return 0;
}
