#ifndef NP_PROGS_LIBC_H
#define NP_PROGS_LIBC_H

/*
 * The C library's own malloc family in a program that has another one, as a
 * library has it that was opened with RTLD_DEEPBIND.
 */

#include "keep.h"

#include <dlfcn.h>
#include <malloc.h>

typedef struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*memalign)(size_t, size_t);
    void (*free)(void *);
    size_t (*usable)(void *);
    struct mallinfo2 (*info)(void);
    int (*option)(int, int);
} np_libc_t;


static inline void
np_libc_symbol(void *handle, const char *name, void *field)
{
    void *m = dlsym(handle, name);

    NP_NEED(m != NULL);
    memcpy(field, &m, sizeof(m));
}


static inline np_libc_t
np_libc(void)
{
    np_libc_t c;
    void     *handle = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);

    NP_NEED(handle != NULL);
    np_libc_symbol(handle, "malloc", &c.malloc);
    np_libc_symbol(handle, "calloc", &c.calloc);
    np_libc_symbol(handle, "memalign", &c.memalign);
    np_libc_symbol(handle, "free", &c.free);
    np_libc_symbol(handle, "malloc_usable_size", &c.usable);
    np_libc_symbol(handle, "mallinfo2", &c.info);
    np_libc_symbol(handle, "mallopt", &c.option);
    NP_NEED(!np_keep_is_preloaded() || c.malloc != malloc);

    return c;
}

#endif
