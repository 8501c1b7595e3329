/*
 * A C program loads a C++ library that throws, with all of libstdc++ behind
 * it, unloads it, and does so again.
 *
 * expect: exit 0
 */

#include "module.h"


int
main(void)
{
    int (*throws)(int);
    void *handle, *m;
    int   n, i;

    for (n = 0; n < 5; n++) {
        handle = np_module_open("module_throwing.so", RTLD_NOW | RTLD_LOCAL);
        m = np_module_symbol(handle, "module_throws");
        memcpy(&throws, &m, sizeof(throws));

        for (i = 0; i < 200; i++) {
            NP_NEED(throws(i) == i);
        }

        NP_NEED(dlclose(handle) == 0);
    }

    return 0;
}
