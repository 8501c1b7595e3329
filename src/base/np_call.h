#ifndef NP_CALL_H
#define NP_CALL_H

/*
 * System calls with the one error policy of the in-process side: the result,
 * or the negative error number; errno is as it was before.  Raw, because some
 * of libc's wrappers are cancellation points and an allocator must not be one.
 *
 * All arguments are widened to long here: the kernel reads whole registers.
 */

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/np_attr.h"

/* up to three arguments, and up to six */
#define np_call(nr, a, b, c)                                                  \
    np_call_long(nr, (long) (a), (long) (b), (long) (c), 0, 0, 0)

#define np_call_6(nr, a, b, c, d, e, f)                                       \
    np_call_long(nr, (long) (a), (long) (b), (long) (c), (long) (d),          \
                 (long) (e), (long) (f))


#if defined(__x86_64__)

/* in line: libc's syscall() lies in a page that few programs have */
NP_INLINE long
np_call_long(long nr, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long          rc;

    __asm__ volatile("syscall"
                     : "=a"(rc)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                       "r"(r9)
                     : "rcx", "r11", "memory");

    return rc;
}

#else

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

#endif
