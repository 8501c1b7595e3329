#ifndef NP_PROGS_MODULE_H
#define NP_PROGS_MODULE_H

/*
 * How a behaviour program loads a module that was built beside it.
 */

#include "keep.h"

#include <dlfcn.h>
#include <limits.h>


/* .libs/name in the folder of the running program, into path */
static inline void
np_module_path(char path[PATH_MAX], const char *name)
{
    char   *slash;
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

    NP_NEED(n > 0);
    path[n] = '\0';
    slash = strrchr(path, '/');
    snprintf(slash + 1, PATH_MAX - (size_t) (slash + 1 - path), ".libs/%s",
             name);
}


static inline void *
np_module_opened(void *handle)
{
    if (handle == NULL) {
        dprintf(STDERR_FILENO, "%s\n", dlerror());
        _exit(1);
    }

    return handle;
}


static inline void *
np_module_open(const char *name, int flags)
{
    char path[PATH_MAX];

    np_module_path(path, name);

    return np_module_opened(dlopen(path, flags));
}


/* in another namespace */
static inline void *
np_module_open_in(Lmid_t where, const char *name, int flags)
{
    char path[PATH_MAX];

    np_module_path(path, name);

    return np_module_opened(dlmopen(where, path, flags));
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
