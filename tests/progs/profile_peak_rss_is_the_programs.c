/*
 * The peak RSS in a profile is that of the program, not of the one that the
 * process was before; and rises with it.
 *
 * env: NGXPOOL_PROFILE=sample NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <sys/mman.h>

int ngxpool_profile_dump(void) __attribute__((weak));

#define MIB ((size_t) 1 << 20)


static void
touch(size_t n)
{
    char *m = mmap(NULL, n, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    NP_NEED(m != MAP_FAILED);
    memset(m, 1, n);
    NP_NEED(munmap(m, n) == 0);
}


static uint64_t
peak(void)
{
    np_prof_t p = np_prof_own();

    NP_NEED(ngxpool_profile_dump() == 0);

    return p.h->peak_rss;
}


int
main(int argc, char **argv)
{
    char *again[] = {argv[0], (char *) "again", NULL};

    if (argc == 1) {
        touch(100 * MIB);
        NP_NEED(peak() > 100 * MIB);
        execv("/proc/self/exe", again);
        return 1;
    }

    NP_NEED(peak() < 60 * MIB);
    touch(60 * MIB);
    NP_NEED(peak() > 60 * MIB && peak() < 100 * MIB);
    touch(140 * MIB);
    NP_NEED(peak() > 140 * MIB && peak() < 200 * MIB);

    return 0;
}
