/*
 * A module that allocates when it is loaded and frees when it is unloaded
 * comes and goes; what it allocated for the program stays and can be freed.
 * Modules that are not there leave an error text.
 *
 * expect: exit 0
 */

#include "module.h"


int
main(void)
{
    void *(*allocates)(size_t);
    int   unloaded = 0, n;
    void *handle, *m, *made;

    for (n = 0; n < 300; n++) {
        handle = np_module_open("module_allocating.so",
                                n % 2 ? RTLD_NOW : RTLD_LAZY | RTLD_GLOBAL);
        m = np_module_symbol(handle, "module_allocates");
        memcpy(&allocates, &m, sizeof(allocates));
        *(int **) np_module_symbol(handle, "module_unloaded") = &unloaded;
        made = allocates((size_t) n * 40 + 1);
        NP_NEED(made != NULL);
        np_keep_fill(made, (size_t) n * 40 + 1, (unsigned) n);
        NP_NEED(dlclose(handle) == 0);
        NP_NEED(unloaded == n + 1);
        NP_NEED(np_keep_is_filled(made, (size_t) n * 40 + 1, (unsigned) n));
        free(made);
        NP_NEED(dlopen("/nonexistent/module.so", RTLD_NOW) == NULL);
        NP_NEED(strstr(dlerror(), "nonexistent") != NULL);
    }

    return 0;
}
