#include "config.h"

#include "os/np_sandbox.h"

#include <sys/prctl.h>

#include "base/np_call.h"

int np_sandbox_seen;


void
np_sandbox_init(void)
{
    if (np_call(SYS_prctl, PR_GET_SECCOMP, 0, 0) != 0) {
        np_poke(np_sandbox_seen, 1);
    }
}


void
np_sandbox_note(int option)
{
    if (option == PR_SET_SECCOMP || option == PR_SET_NO_NEW_PRIVS) {
        np_poke(np_sandbox_seen, 1);
    }
}
