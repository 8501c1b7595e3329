/*
 * The exec family, so that the last words are said before the process becomes
 * another program.  Straight system calls: the children of vfork, which share
 * our memory and may do next to nothing, come through here in every program,
 * and looking libc's functions up would cost each process some pages.  As in
 * glibc, none calls another by its exported name.
 *
 * Sources: execve(2), execveat(2), exec(3), fexecve(3); POSIX execvp for the
 * search and for files without a header, which /bin/sh runs.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/np_attr.h"
#include "preload/np_last_words.h"


static int
np_exec_at(int fd, const char *path, char *const argv[], char *const envp[],
           int flags)
{
    int rc, due = np_last_words_due();

    if (due) {
        np_last_words_exec(fd, path, flags);
    }

    rc = (int) syscall(SYS_execveat, fd, path, argv, envp, flags);

    if (due) {
        np_last_words_undo();
    }

    return rc;
}


static int
np_exec(const char *path, char *const argv[], char *const envp[])
{
    int rc, due = np_last_words_due();

    if (due) {
        np_last_words_exec(AT_FDCWD, path, 0);
    }

    rc = (int) syscall(SYS_execve, path, argv, envp);

    if (due) {
        np_last_words_undo();
    }

    return rc;
}


NP_EXPORT int
execveat(int fd, const char *path, char *const argv[], char *const envp[],
         int flags)
{
    return np_exec_at(fd, path, argv, envp, flags);
}


NP_EXPORT int
execve(const char *path, char *const argv[], char *const envp[])
{
    return np_exec(path, argv, envp);
}


NP_EXPORT int
execv(const char *path, char *const argv[])
{
    return np_exec(path, argv, environ);
}


NP_EXPORT int
fexecve(int fd, char *const argv[], char *const envp[])
{
    /* <unistd.h> has the compiler believe that it is not NULL */
    __asm__("" : "+r"(argv));

    if (fd < 0 || argv == NULL || envp == NULL) {
        errno = EINVAL;
        return -1;
    }

    return np_exec_at(fd, "", argv, envp, AT_EMPTY_PATH);
}


/* the file, run by the shell if the kernel does not know its format */
static int
np_exec_file(const char *path, char *const argv[], char *const envp[])
{
    char **shell;
    size_t n = 0;

    np_exec(path, argv, envp);

    if (errno != ENOEXEC) {
        return -1;
    }

    while (argv[n] != NULL) {
        n++;
    }

    /* sh, the file, the arguments behind the name, NULL */
    shell = __builtin_alloca((n + 3) * sizeof(char *));
    shell[0] = (char *) (uintptr_t) _PATH_BSHELL;
    shell[1] = (char *) (uintptr_t) path;
    shell[2] = NULL;

    if (n > 1) {
        memcpy(shell + 2, argv + 1, n * sizeof(char *));
    }

    return np_exec(_PATH_BSHELL, shell, envp);
}


/* 1 if a failed exec of one folder's file is no reason not to try the next */
static int
np_exec_is_missing(int err)
{
    return err == ENOENT || err == ESTALE || err == ENOTDIR || err == ENODEV
           || err == ETIMEDOUT || err == EACCES;
}


static int
np_exec_search(const char *name, char *const argv[], char *const envp[])
{
    const char *path = getenv("PATH");
    char        file[PATH_MAX];
    size_t      n, length = strnlen(name, NAME_MAX + 1);
    int         denied = 0;

    if (*name == '\0') {
        errno = ENOENT;
        return -1;
    }

    if (strchr(name, '/') != NULL) {
        return np_exec_file(name, argv, envp);
    }

    if (length > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }

    errno = ENOENT;

    for (path = path != NULL ? path : "/bin:/usr/bin";; path += n + 1) {
        n = strcspn(path, ":");

        if (n + length + 2 <= PATH_MAX) {
            memcpy(file, path, n);
            file[n] = '/';
            memcpy(file + n + (n != 0), name, length + 1);
            np_exec_file(file, argv, envp);
            denied |= errno == EACCES;

            if (!np_exec_is_missing(errno)) {
                return -1;
            }
        }

        if (path[n] == '\0') {
            break;
        }
    }

    if (denied) {
        errno = EACCES;
    }

    return -1;
}


NP_EXPORT int
execvpe(const char *name, char *const argv[], char *const envp[])
{
    return np_exec_search(name, argv, envp);
}


NP_EXPORT int
execvp(const char *name, char *const argv[])
{
    return np_exec_search(name, argv, environ);
}


/* the arguments of execl() and its kin, up to and with their NULL, as an
 * array on the caller's stack; `rest` stands behind the NULL */
#define NP_EXEC_ARGV(argv, first, rest)                                       \
    va_list rest;                                                             \
    size_t  np_n_ = 1;                                                        \
                                                                              \
    va_start(rest, first);                                                    \
    while (va_arg(rest, char *) != NULL) {                                    \
        np_n_++;                                                              \
    }                                                                         \
    va_end(rest);                                                             \
                                                                              \
    char **argv = __builtin_alloca((np_n_ + 1) * sizeof(char *));             \
                                                                              \
    va_start(rest, first);                                                    \
    argv[0] = (char *) (uintptr_t) first;                                     \
    for (size_t np_i_ = 1; np_i_ <= np_n_; np_i_++) {                         \
        argv[np_i_] = va_arg(rest, char *);                                   \
    }


NP_EXPORT int
execl(const char *path, const char *first, ...)
{
    NP_EXEC_ARGV(argv, first, rest)
    va_end(rest);

    return np_exec(path, argv, environ);
}


NP_EXPORT int
execlp(const char *name, const char *first, ...)
{
    NP_EXEC_ARGV(argv, first, rest)
    va_end(rest);

    return np_exec_search(name, argv, environ);
}


NP_EXPORT int
execle(const char *path, const char *first, ...)
{
    char *const *envp;

    NP_EXEC_ARGV(argv, first, rest)
    envp = va_arg(rest, char *const *);
    va_end(rest);

    return np_exec(path, argv, envp);
}
