/*
 * Descriptors: which numbers are free, and what is there.
 */

#include "config.h"

#include "os/np_fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/np_call.h"
#include "os/np_file.h"
#include "os/np_sandbox.h"

/* where duplicates begin: behind what programs count, close and select() */
#define NP_FD_HIGH 1000


int
np_fd_dup_high(int fd)
{
    int  low;
    long rc;

    /* a refusal may mean that low is past the limit: look further down */
    for (low = NP_FD_HIGH; low > 2; low /= 2) {
        rc = np_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, low);

        if (rc >= 0) {
            return (int) rc;
        }
    }

    return -1;
}


int
np_fd_dup_low(int fd)
{
    long rc = np_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0);

    return rc >= 0 ? (int) rc : -1;
}


/* a message from end[0] to end[1] has n times fd with it; what came of them is
 * at, and how many */
static int
np_fd_carry(const int end[2], int fd, int *at, int n)
{
    union {
        struct cmsghdr head;
        char           room[CMSG_SPACE(NP_FD_MANY * sizeof(int))];
    } with = {.head = {.cmsg_len = CMSG_LEN((size_t) n * sizeof(int)),
                       .cmsg_level = SOL_SOCKET,
                       .cmsg_type = SCM_RIGHTS}};
    char          byte = 0;
    struct iovec  data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message
        = {.msg_iov = &data,
           .msg_iovlen = 1,
           .msg_control = &with,
           .msg_controllen = CMSG_SPACE((size_t) n * sizeof(int))};
    int i;

    for (i = 0; i < n; i++) {
        at[i] = fd;
    }

    memcpy(CMSG_DATA(&with.head), at, (size_t) n * sizeof(int));

    if (np_call(SYS_sendmsg, end[0], &message, MSG_NOSIGNAL) != 1
        || np_call(SYS_recvmsg, end[1], &message, MSG_CMSG_CLOEXEC) != 1
        || message.msg_controllen < CMSG_LEN(0)) {
        return 0;
    }

    n = (int) ((with.head.cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(at, CMSG_DATA(&with.head), (size_t) n * sizeof(int));

    return n;
}


int
np_fd_dup_many(int fd, int *at, int n)
{
    int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int end[2];

    if (np_sandbox_is_on()
        || np_call_6(SYS_socketpair, AF_UNIX, type, 0, end, 0, 0) != 0) {
        return 0;
    }

    n = np_fd_carry(end, fd, at, n);
    np_file_close(end[0]);
    np_file_close(end[1]);

    return n;
}


long
np_fd_allow(long n)
{
    struct rlimit limit;
    rlim_t        before;

    if (np_call_6(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit, 0, 0) != 0) {
        return -1;
    }

    before = limit.rlim_cur;
    limit.rlim_cur = (rlim_t) n;

    return np_call_6(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL, 0, 0) == 0
               ? (long) before
               : -1;
}


int
np_fd_any(void)
{
    long fd
        = np_call_6(SYS_openat, AT_FDCWD, "/", O_PATH | O_CLOEXEC, 0, 0, 0);

    return fd >= 0 ? (int) fd : -1;
}


/* a duplicate of fd at that number; 0 or -1 */
static int
np_fd_dup_at(int fd, int at)
{
    long rc = np_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, at);

    if (rc >= 0 && rc != at) {
        np_file_close((int) rc);
    }

    return rc == at ? 0 : -1;
}


/* fd goes to a number that is none of at, if it is one of them; the number */
static int
np_fd_clear(int fd, const int at[2])
{
    int  low = (at[0] > at[1] ? at[0] : at[1]) + 1;
    long rc;

    if (fd != at[0] && fd != at[1]) {
        return fd;
    }

    rc = np_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, low);
    np_file_close(fd);

    return (int) rc;
}


int
np_fd_pipe_at(const int at[2])
{
    int fd[2], rc;

    if (np_call(SYS_pipe2, fd, O_CLOEXEC | O_NONBLOCK, 0) != 0) {
        return -1;
    }

    /* where all below is taken, these are the lowest free ones */
    fd[0] = np_fd_clear(fd[0], at);
    fd[1] = np_fd_clear(fd[1], at);
    rc = np_fd_dup_at(fd[0], at[0]);

    if (rc == 0) {
        rc = np_fd_dup_at(fd[1], at[1]);

        if (rc != 0) {
            np_file_close(at[0]);
        }
    }

    np_file_close(fd[0]);
    np_file_close(fd[1]);

    return rc;
}


uint64_t
np_fd_identity(int fd)
{
    struct stat st;

    return np_call_6(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH, 0, 0) == 0
               ? (uint64_t) st.st_dev << 40 ^ st.st_ino
               : 0;
}


void
np_fd_close_range(int low, int high)
{
#ifdef SYS_close_range
    if (low < high && !np_sandbox_is_on()
        && np_call(SYS_close_range, low, high, 0) == 0) {
        return;
    }
#endif

    for (; low <= high; low++) {
        np_file_close(low);
    }
}
