/*
 * A module that is opened with RTLD_DEEPBIND has the program's malloc: each
 * frees, resizes and asks about what the other allocated.  So has one that is
 * linked with no library, and one that dlmopen(LM_ID_BASE) opened.
 *
 * expect: exit 0
 */

#include "module.h"

#include <malloc.h>

typedef struct {
    void *(*make)(size_t);
    void *(*resize)(void *, size_t);
    void (*drop)(void *);
    void *(*malloc)(void);
    char *(*copy)(const char *);
    char *(*line)(const char *);
} module_t;


static void
find(void *handle, const char *name, void *field)
{
    void *m = np_module_symbol(handle, name);

    memcpy(field, &m, sizeof(m));
}


static void
use(void *handle)
{
    static const size_t sizes[] = {1, 24, 500, 4095, 30000, 400000, 3 << 20};
    module_t            module;
    size_t              i, n;
    char               *m;

    find(handle, "module_make", &module.make);
    find(handle, "module_resize", &module.resize);
    find(handle, "module_drop", &module.drop);
    find(handle, "module_malloc", &module.malloc);
    find(handle, "module_copy", &module.copy);
    find(handle, "module_line", &module.line);
    NP_NEED(module.malloc() == (void *) malloc);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        n = sizes[i];
        m = module.make(n);
        NP_NEED(m != NULL && malloc_usable_size(np_keep(m)) >= n);
        np_keep_fill(m, n, 1);
        m = realloc(np_keep(m), n * 2);
        NP_NEED(m != NULL && np_keep_is_filled(m, n, 1));
        m = module.resize(m, n);
        NP_NEED(m != NULL && np_keep_is_filled(m, n, 1));
        free(np_keep(m));

        m = np_keep(malloc(n));
        NP_NEED(m != NULL);
        np_keep_fill(m, n, 2);
        m = module.resize(m, n * 2);
        NP_NEED(m != NULL && np_keep_is_filled(m, n, 2));
        module.drop(m);
    }

    m = module.copy("copied");
    NP_NEED(m != NULL && strcmp(m, "copied") == 0);
    free(np_keep(m));
    module.drop(np_keep(strdup("the program's")));

    m = module.line("/proc/self/status");
    NP_NEED(m != NULL && strncmp(m, "Name:", 5) == 0);
    free(np_keep(m));
}


int
main(void)
{
    void *handle;

    if (!np_keep_is_preloaded()) {
        np_keep_skip("with libc's malloc nothing is to be shown");
    }

    handle = np_module_open("module_bound.so", RTLD_NOW | RTLD_DEEPBIND);
    use(handle);
    NP_NEED(dlclose(handle) == 0);

    handle = np_module_open("module_unbound.so",
                            RTLD_LAZY | RTLD_LOCAL | RTLD_DEEPBIND);
    use(handle);
    NP_NEED(dlclose(handle) == 0);

    handle = np_module_open_in(LM_ID_BASE, "module_bound.so",
                               RTLD_NOW | RTLD_DEEPBIND);
    use(handle);

    /* errors are what they were */
    NP_NEED(dlopen("/nonexistent/module.so", RTLD_NOW | RTLD_DEEPBIND)
            == NULL);
    NP_NEED(strstr(dlerror(), "nonexistent") != NULL);
    NP_NEED(dlopen(NULL, RTLD_NOW | RTLD_DEEPBIND) != NULL);

    return 0;
}
