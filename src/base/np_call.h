#ifndef NP_CALL_H
#define NP_CALL_H

/*
 * System calls with the one error policy of the in-process side: the result,
 * or the negative error number; errno is as it was before.  Raw, because some
 * of libc's wrappers are cancellation points and an allocator must not be one.
 *
 * All arguments are widened to long here: syscall(2) reads whole registers.
 */

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/np_attr.h"

#define np_call(nr, a, b, c)                                                  \
    np_call_long(nr, (long) (a), (long) (b), (long) (c), 0, 0, 0)

#define np_call_6(nr, a, b, c, d, e, f)                                       \
    np_call_long(nr, (long) (a), (long) (b), (long) (c), (long) (d),          \
                 (long) (e), (long) (f))


NP_INLINE long
np_call_long(long nr, long a, long b, long c, long d, long e, long f)
{
    int  err = errno;
    long rc = syscall(nr, a, b, c, d, e, f);

    if (rc == -1) {
        rc = -errno;
        errno = err;
    }

    return rc;
}

#endif
