/*
 * Names of C++ and Rust functions, by libiberty, which limits how deep it
 * follows a name into itself.
 */
#include "config.h"

#include "report/np_demangle.h"

#include <stddef.h>
#include <string.h>

#include <libiberty/demangle.h>

/* a short name may stand for a very long one, by reference to its own parts */
#define NP_DEMANGLE_FROM 4096


char *
np_demangle(const char *linkage)
{
    if (linkage[0] != '_' || (linkage[1] != 'Z' && linkage[1] != 'R')
        || strlen(linkage) > NP_DEMANGLE_FROM) {
        return NULL;
    }
    return cplus_demangle(linkage,
                          DMGL_AUTO | DMGL_PARAMS | DMGL_ANSI | DMGL_RET_DROP);
}
