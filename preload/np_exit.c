/*
 * Ways out of the process that run no destructors: _exit and the exec family
 * are passed on to libc after the last words.  The real functions are looked
 * up when the library starts, because a child of vfork, which may call only
 * these, must not.
 *
 * Sources: _exit(2), execve(2), exec(3), fexecve(3).
 */

#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/np_attr.h"
#include "os/np_env.h"
#include "os/np_proc.h"
#include "preload/np_last_words.h"

static struct {
    int (*execve)(const char *, char *const[], char *const[]);
    int (*execv)(const char *, char *const[]);
    int (*execvp)(const char *, char *const[]);
    int (*execvpe)(const char *, char *const[], char *const[]);
    int (*fexecve)(int, char *const[], char *const[]);
    int (*execveat)(int, const char *, char *const[], char *const[], int);
} np_exit_real;


__attribute__((constructor)) static void
np_exit_init(void)
{
    if (np_exit_real.execveat != NULL) {
        return;
    }

    np_exit_real.execve = dlsym(RTLD_NEXT, "execve");
    np_exit_real.execv = dlsym(RTLD_NEXT, "execv");
    np_exit_real.execvp = dlsym(RTLD_NEXT, "execvp");
    np_exit_real.execvpe = dlsym(RTLD_NEXT, "execvpe");
    np_exit_real.fexecve = dlsym(RTLD_NEXT, "fexecve");
    np_exit_real.execveat = dlsym(RTLD_NEXT, "execveat");
}


/* what the real function is called with, between the last words and, if it
 * comes back, the way to later ones */
#define NP_EXIT_EXEC(path, call)                                              \
    do {                                                                      \
        int np_rc_;                                                           \
                                                                              \
        np_exit_init();                                                       \
        np_last_words_exec(path);                                             \
        np_rc_ = np_exit_real.call;                                           \
        np_last_words_undo();                                                 \
        return np_rc_;                                                        \
    } while (0)


/* the file that execvp() would run, into buf; or the name itself */
static const char *
np_exit_search(const char *name, char buf[PATH_MAX])
{
    const char *path = getenv("PATH");
    size_t      n, length = strlen(name);

    if (strchr(name, '/') != NULL || path == NULL) {
        return name;
    }

    for (; *path != '\0'; path += n + (path[n] == ':')) {
        n = strcspn(path, ":");

        if (n + length + 2 > PATH_MAX) {
            continue;
        }

        memcpy(buf, path, n);
        buf[n] = '/';
        memcpy(buf + n + (n != 0), name, length + 1);

        if (access(buf, X_OK) == 0) {
            return buf;
        }
    }

    return name;
}


NP_EXPORT int
execve(const char *path, char *const argv[], char *const envp[])
{
    NP_EXIT_EXEC(path, execve(path, argv, envp));
}


NP_EXPORT int
execv(const char *path, char *const argv[])
{
    NP_EXIT_EXEC(path, execv(path, argv));
}


NP_EXPORT int
execvp(const char *name, char *const argv[])
{
    char buf[PATH_MAX];

    NP_EXIT_EXEC(np_exit_search(name, buf), execvp(name, argv));
}


NP_EXPORT int
execvpe(const char *name, char *const argv[], char *const envp[])
{
    char buf[PATH_MAX];

    NP_EXIT_EXEC(np_exit_search(name, buf), execvpe(name, argv, envp));
}


NP_EXPORT int
fexecve(int fd, char *const argv[], char *const envp[])
{
    NP_EXIT_EXEC("/", fexecve(fd, argv, envp));
}


NP_EXPORT int
execveat(int fd, const char *path, char *const argv[], char *const envp[],
         int flags)
{
    NP_EXIT_EXEC("/", execveat(fd, path, argv, envp, flags));
}


/* the arguments of execl() and its kin, up to and with their NULL, as an
 * array on the caller's stack */
#define NP_EXIT_ARGV(argv, first)                                             \
    va_list np_args_;                                                         \
    size_t  np_n_ = 1;                                                        \
                                                                              \
    va_start(np_args_, first);                                                \
    while (va_arg(np_args_, char *) != NULL) {                                \
        np_n_++;                                                              \
    }                                                                         \
    va_end(np_args_);                                                         \
                                                                              \
    char **argv = __builtin_alloca((np_n_ + 1) * sizeof(char *));             \
                                                                              \
    va_start(np_args_, first);                                                \
    argv[0] = (char *) (uintptr_t) first;                                     \
    for (size_t np_i_ = 1; np_i_ <= np_n_; np_i_++) {                         \
        argv[np_i_] = va_arg(np_args_, char *);                               \
    }


NP_EXPORT int
execl(const char *path, const char *first, ...)
{
    NP_EXIT_ARGV(argv, first);
    va_end(np_args_);

    return execv(path, argv);
}


NP_EXPORT int
execlp(const char *name, const char *first, ...)
{
    NP_EXIT_ARGV(argv, first);
    va_end(np_args_);

    return execvp(name, argv);
}


NP_EXPORT int
execle(const char *path, const char *first, ...)
{
    char *const *envp;

    NP_EXIT_ARGV(argv, first);
    envp = va_arg(np_args_, char *const *);
    va_end(np_args_);

    return execve(path, argv, envp);
}


NP_EXPORT void
_exit(int status)
{
    np_last_words();
    np_proc_exit(status);
}


NP_EXPORT void
_Exit(int status)
{
    np_last_words();
    np_proc_exit(status);
}
