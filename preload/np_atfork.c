/*
 * Fork handlers of the program are registered behind ours (np_fork.h,
 * np_profiling.h).  What pthread_atfork(3) of each module calls is libc's
 * __register_atfork.
 */

#include "config.h"

#include <errno.h>
#include <stddef.h>

#include "base/np_attr.h"
#include "heap/np_fork.h"
#include "os/np_libc.h"
#include "preload/np_profiling.h"

typedef void (*np_atfork_pt)(void);

int __register_atfork(np_atfork_pt prepare, np_atfork_pt parent,
                      np_atfork_pt child, void *module);

/* the compiler's: which module this is, as its own calls say */
extern void *__dso_handle __attribute__((visibility("hidden")));


NP_EXPORT int
__register_atfork(np_atfork_pt prepare, np_atfork_pt parent,
                  np_atfork_pt child, void *module)
{
    int (*real)(np_atfork_pt, np_atfork_pt, np_atfork_pt, void *);

    /* both come through here themselves */
    np_fork_register();

    if (module != __dso_handle) {
        np_profiling_fork_register();
    }

    real = np_libc_find("__register_atfork");

    return real != NULL ? real(prepare, parent, child, module) : ENOMEM;
}
