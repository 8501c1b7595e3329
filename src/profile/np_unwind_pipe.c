#include "config.h"

#include "profile/np_unwind_pipe.h"

#include <stdatomic.h>
#include <stdint.h>

#include "base/np_attr.h"
#include "os/np_fd.h"
#include "os/np_file.h"
#include "os/np_sandbox.h"

/* descriptors that programs give numbers to are lower */
#define NP_UNWIND_PIPE_HIGH 512

static int      np_unwind_ends[2];
static uint64_t np_unwind_identity; /* 0: this libunwind makes none */


/* at most so many of those that were taken, the highest first */
static void
np_unwind_pipe_vacate(unsigned char *taken, int most)
{
    int i = NP_UNWIND_PIPE_HIGH - 1;
    int high;

    while (i >= 0 && most > 0) {
        /* neighbours at once: mostly they are all there are */
        for (high = i; i >= 0 && taken[i] && most > 0; i--, most--) {
            taken[i] = 0;
        }

        if (i < high) {
            np_fd_close_range(i + 1, high);

        } else {
            i--;
        }
    }
}


/* as many duplicates of fd at once as there may be behind `last`, up to
 * NP_UNWIND_PIPE_HIGH: 500 calls took a millisecond.  The last one, or
 * NP_UNWIND_PIPE_HIGH if there are none. */
static int
np_unwind_pipe_flood(unsigned char *taken, int fd, int last)
{
    int at[NP_FD_MANY];
    int i, left = NP_UNWIND_PIPE_HIGH - 1 - last;
    int n = np_fd_dup_many(fd, at, left < NP_FD_MANY ? left : NP_FD_MANY);

    for (i = 0; i < n; i++) {
        if (at[i] < NP_UNWIND_PIPE_HIGH) {
            taken[at[i]] = 1;

        } else {
            np_file_close(at[i]);
        }
    }

    return n > 0 ? at[n - 1] : NP_UNWIND_PIPE_HIGH;
}


/* the free descriptors below NP_UNWIND_PIPE_HIGH become duplicates of fd; 0,
 * or -1 if the process may not have two that are higher */
static int
np_unwind_pipe_occupy(unsigned char *taken, int fd)
{
    int i, other, last = -1;

    while ((i = np_fd_dup_low(fd)) >= 0 && i < NP_UNWIND_PIPE_HIGH) {
        taken[i] = 1;

        if (i > last && i < NP_UNWIND_PIPE_HIGH - 1) {
            last = np_unwind_pipe_flood(taken, fd, i);
        }
    }

    if (i < 0) {
        return -1;
    }

    other = np_fd_dup_low(fd);
    np_file_close(i);

    if (other < 0) {
        return -1;
    }

    np_file_close(other);

    return 0;
}


int
np_unwind_pipe(void (*begin)(void))
{
    unsigned char taken[NP_UNWIND_PIPE_HIGH] = {0};
    long          limit = -1;
    int           i, fd = np_fd_any();

    if (fd == -1) {
        return -1;
    }

    if (np_unwind_pipe_occupy(taken, fd) != 0) {
        /* what is there already stays when the limit is lowered again */
        limit = np_fd_allow(NP_UNWIND_PIPE_HIGH + 2);

        if (limit == -1 || np_unwind_pipe_occupy(taken, fd) != 0) {
            np_unwind_pipe_vacate(taken, 2);
        }
    }

    for (i = 0; i < 2; i++) {
        np_unwind_ends[i] = np_fd_dup_low(fd);
    }

    for (i = 0; i < 2; i++) {
        np_file_close(np_unwind_ends[i]);
    }

    if (np_unwind_ends[1] != -1) {
        begin();
        np_unwind_identity = np_fd_identity(np_unwind_ends[0]);
    }

    np_unwind_pipe_vacate(taken, NP_UNWIND_PIPE_HIGH);
    np_file_close(fd);

    if (limit != -1) {
        (void) np_fd_allow(limit);
    }

    return np_unwind_ends[1] != -1 ? 0 : -1;
}


/* the pipe made again, if a program has closed it and has nothing there; by one
 * thread, not waited for: others cannot ask until then */
static int
np_unwind_pipe_mend(void)
{
    static atomic_flag xmending = ATOMIC_FLAG_INIT;
    int                mended;

    if (atomic_flag_test_and_set(&xmending)) {
        return 0;
    }

    mended = np_fd_identity(np_unwind_ends[0]) == 0
             && np_fd_identity(np_unwind_ends[1]) == 0
             && np_fd_pipe_at(np_unwind_ends) == 0;

    if (mended) {
        np_poke(np_unwind_identity, np_fd_identity(np_unwind_ends[0]));
    }

    atomic_flag_clear(&xmending);

    return mended;
}


int
np_unwind_pipe_is_safe(void)
{
    uint64_t identity = np_peek(np_unwind_identity);

    return identity == 0
           || (np_fd_identity(np_unwind_ends[0]) == identity
               && np_fd_identity(np_unwind_ends[1]) == identity)
           || (!np_sandbox_is_on() && np_unwind_pipe_mend());
}
