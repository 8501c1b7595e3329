/*
 * The module that opens the one beside it by its plain name, which only its
 * own RUNPATH leads to.  The calls must come back here, so they are not the
 * last thing that is done.
 */

#define _GNU_SOURCE

#include <dlfcn.h>

void *module_open(int flags);
void *module_open_in(Lmid_t where, int flags);


void *
module_open(int flags)
{
    void *volatile opened = dlopen("module_allocating.so", flags);

    return opened;
}


void *
module_open_in(Lmid_t where, int flags)
{
    void *volatile opened = dlmopen(where, "module_allocating.so", flags);

    return opened;
}
