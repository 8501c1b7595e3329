/*
 * The module of the programs that load one: allocates in its constructor,
 * frees in its destructor, has thread-local memory of its own.
 */

#include <stdlib.h>
#include <string.h>

static void         *kept;
static __thread char local[3000];
int                 *module_unloaded;

void *module_allocates(size_t size);
char *module_local(void);


__attribute__((constructor)) static void
at_load(void)
{
    kept = malloc(5000);

    if (kept != NULL) {
        memset(kept, 1, 5000);
    }
}


__attribute__((destructor)) static void
at_unload(void)
{
    free(kept);

    if (module_unloaded != NULL) {
        ++*module_unloaded;
    }
}


void *
module_allocates(size_t size)
{
    return malloc(size);
}


char *
module_local(void)
{
    return local;
}
