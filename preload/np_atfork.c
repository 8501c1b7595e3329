/*
 * Fork handlers of the program are registered behind ours (np_fork.h).  What
 * pthread_atfork(3) of each module calls is libc's __register_atfork.
 */

#include "config.h"

#include <errno.h>
#include <stddef.h>

#include "base/np_attr.h"
#include "heap/np_fork.h"
#include "os/np_libc.h"

typedef void (*np_atfork_pt)(void);

int __register_atfork(np_atfork_pt prepare, np_atfork_pt parent,
                      np_atfork_pt child, void *module);


NP_EXPORT int
__register_atfork(np_atfork_pt prepare, np_atfork_pt parent,
                  np_atfork_pt child, void *module)
{
    int (*real)(np_atfork_pt, np_atfork_pt, np_atfork_pt, void *);

    /* comes through here itself */
    np_fork_register();

    real = np_libc_find("__register_atfork");

    return real != NULL ? real(prepare, parent, child, module) : ENOMEM;
}
