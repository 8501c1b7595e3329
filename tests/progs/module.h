#ifndef NP_PROGS_MODULE_H
#define NP_PROGS_MODULE_H

/*
 * How a behaviour program loads a module that was built beside it.
 */

#include "keep.h"

#include <dlfcn.h>
#include <limits.h>


/* dlopen of .libs/name in the folder of the running program */
static inline void *
np_module_open(const char *name, int flags)
{
    char    path[PATH_MAX];
    char   *slash;
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    void   *handle;

    NP_NEED(n > 0);
    path[n] = '\0';
    slash = strrchr(path, '/');
    snprintf(slash + 1, sizeof(path) - (size_t) (slash + 1 - path), ".libs/%s",
             name);
    handle = dlopen(path, flags);

    if (handle == NULL) {
        dprintf(STDERR_FILENO, "%s\n", dlerror());
        _exit(1);
    }

    return handle;
}


/* the address of a function or variable of that module */
static inline void *
np_module_symbol(void *handle, const char *name)
{
    void *m = dlsym(handle, name);

    NP_NEED(m != NULL);

    return m;
}

#endif
