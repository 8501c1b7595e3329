/*
 * dlclose, so that a profile does not mistake the addresses of one module for
 * those of another that was loaded in its place.
 *
 * Source: dlclose(3).
 */

#include "config.h"

#include <dlfcn.h>

#include "base/np_attr.h"
#include "os/np_libc.h"
#include "profile/np_module.h"
#include "profile/np_profile.h"


NP_EXPORT int
dlclose(void *module)
{
    int (*real)(void *) = (int (*)(void *)) np_libc_find("dlclose");
    int rc;

    if (real == NULL) {
        return -1;
    }

    rc = real(module);

    /* also while it is stopped: it may go on */
    if (np_profile_has_file()) {
        np_module_unloaded();
    }

    return rc;
}
