/*
 * A call site stays the one that it is, however often modules that it has
 * nothing to do with are loaded and unloaded; so does what calls through a
 * module that stays.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "module.h"
#include "profile_laws.h"

#define ROUNDS 50


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static NP_SITE int
compares(const void *a, const void *b)
{
    free(makes(*(const char *) a == *(const char *) b ? 10 : 20));

    return 0;
}


static void
round_of(int *unloaded)
{
    char  pair[2] = {0, 1};
    void *handle = np_module_open("module_allocating.so", RTLD_NOW);

    *(int **) np_module_symbol(handle, "module_unloaded") = unloaded;
    NP_NEED(dlclose(handle) == 0);
    free(makes(30));
    qsort(pair, 2, 1, compares);
}


int
main(void)
{
    np_prof_t        p = np_prof_own();
    np_format_site_t s;
    int              i, unloaded = 0;

    for (i = 0; i < ROUNDS; i++) {
        round_of(&unloaded);
    }

    NP_NEED(unloaded == ROUNDS);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.frees == 2 * ROUNDS && s.node == 2);
    np_laws(&p);

    return 0;
}
