/*
 * prctl, to learn when the program forbids itself system calls
 * (os/np_sandbox.h); it goes on to the kernel as libc's does.
 *
 * Source: prctl(2).
 */

#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/prctl.h>

#include "base/np_attr.h"
#include "base/np_call.h"
#include "os/np_sandbox.h"


NP_EXPORT int
prctl(int option, ...)
{
    unsigned long arg[4];
    va_list       args;
    long          rc;
    int           i;

    va_start(args, option);

    for (i = 0; i < 4; i++) {
        arg[i] = va_arg(args, unsigned long);
    }

    va_end(args);

    np_sandbox_note(option);
    rc = np_call_6(SYS_prctl, option, arg[0], arg[1], arg[2], arg[3], 0);

    if (rc < 0) {
        errno = (int) -rc;
        return -1;
    }

    return (int) rc;
}
