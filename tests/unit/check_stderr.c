/*
 * Standard error, caught: descriptor 2 is a memfd for a while.  The tested
 * code writes with write(2), so there is no stream to flush.
 */

#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check_suite.h"

static int check_stderr_old = -1;


void
check_stderr_begin(void)
{
    int fd = memfd_create("stderr", MFD_CLOEXEC);

    check_stderr_old = dup(STDERR_FILENO);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_ge(check_stderr_old, 0);
    ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(close(fd), 0);
}


/* an emulator adds a line of its own when its process dies of a signal */
static void
check_strip(char *said)
{
    char *p = strstr(said, "qemu: uncaught target signal ");

    if (p != NULL && (p == said || p[-1] == '\n')) {
        *p = '\0';
    }
}


void
check_stderr_end(char *buf, size_t n)
{
    ssize_t done = pread(STDERR_FILENO, buf, n - 1, 0);

    ck_assert_int_eq(dup2(check_stderr_old, STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(close(check_stderr_old), 0);
    ck_assert_int_ge(done, 0);
    buf[done] = '\0';
    check_strip(buf);
}


int
check_lines(const char *s)
{
    int    n = 0;
    size_t len = strlen(s);

    ck_assert(len == 0 || s[len - 1] == '\n');

    for (; *s != '\0'; s++) {
        n += *s == '\n';
    }

    return n;
}
