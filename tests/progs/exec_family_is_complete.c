/*
 * Each function of the exec family starts the program with the arguments and
 * the environment that it was given, or fails with the errno that glibc's
 * has.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define SELF "/proc/self/exe"

static char *const args[] = {(char *) "self", (char *) "again", NULL};
static char *const with[] = {(char *) "NP_WITH=1", NULL};
static char        folder[PATH_MAX];


static void
by_execl(void)
{
    execl(SELF, "self", "again", (char *) NULL);
}


static void
by_execlp(void)
{
    execlp("self", "self", "again", (char *) NULL);
}


static void
by_execle(void)
{
    execle(SELF, "self", "again", (char *) NULL, with);
}


static void
by_execv(void)
{
    execv(SELF, args);
}


static void
by_execve(void)
{
    execve(SELF, args, with);
}


static void
by_execvp(void)
{
    execvp("self", args);
}


static void
by_execvpe(void)
{
    execvpe("self", args, with);
}


static void
by_fexecve(void)
{
    fexecve(open(SELF, O_RDONLY | O_CLOEXEC), args, with);
}


static void
by_execveat(void)
{
    execveat(open(folder, O_PATH | O_CLOEXEC), "self", args, with, 0);
}


/* the shell runs what has no header */
static void
by_shell(void)
{
    execlp("script", "script", "3", (char *) NULL);
}


static const struct {
    const char *name;
    void (*start)(void);
    int status;
} ways[] = {
    {"execl", by_execl, 2},       {"execlp", by_execlp, 2},
    {"execle", by_execle, 3},     {"execv", by_execv, 2},
    {"execve", by_execve, 3},     {"execvp", by_execvp, 2},
    {"execvpe", by_execvpe, 3},   {"fexecve", by_fexecve, 3},
    {"execveat", by_execveat, 3}, {"execlp of a script", by_shell, 3},
};


static void
starts(size_t way)
{
    int   status;
    pid_t pid = fork();

    NP_NEED(pid >= 0);

    if (pid == 0) {
        ways[way].start();
        _exit(1);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);

    if (!WIFEXITED(status) || WEXITSTATUS(status) != ways[way].status) {
        dprintf(STDERR_FILENO, "%s: status %x\n", ways[way].name,
                (unsigned) status);
        _exit(1);
    }
}


static void
fexecve_fails(void)
{
    int fd = open(SELF, O_RDONLY | O_CLOEXEC);

    NP_NEED(fd >= 0);
    NP_NEED(fexecve(-1, args, with) == -1 && errno == EINVAL);
    NP_NEED(fexecve(AT_FDCWD, args, with) == -1 && errno == EINVAL);
    NP_NEED(fexecve(fd, args, NULL) == -1 && errno == EINVAL);
    NP_NEED(fexecve(fd, np_keep(NULL), with) == -1 && errno == EINVAL);
    NP_NEED(close(fd) == 0);
}


static void
fails(void)
{
    static char name[NAME_MAX + 2];

    memset(name, 'x', sizeof(name) - 1);
    NP_NEED(execvp(name, args) == -1 && errno == ENAMETOOLONG);
    NP_NEED(execvp("", args) == -1 && errno == ENOENT);
    NP_NEED(execvp("nobody-has-this", args) == -1 && errno == ENOENT);
    NP_NEED(execv("/nowhere/at/all", args) == -1 && errno == ENOENT);
    NP_NEED(execv("/", args) == -1 && errno == EACCES);
    fexecve_fails();
    NP_NEED(setenv("PATH", SELF, 1) == 0);
    NP_NEED(execvp("self", args) == -1 && errno == ENOTDIR);

    /* refused in one folder, and not in the next */
    NP_NEED(setenv("PATH", "/:/nowhere", 1) == 0);
    NP_NEED(execvp("etc", args) == -1 && errno == EACCES);
}


int
main(int argc, char **argv)
{
    char   path[PATH_MAX + 64], self[PATH_MAX];
    size_t i;
    long   n;
    int    fd;

    if (argc > 1) {
        return strcmp(argv[1], "again") == 0 && argc == 2
                   ? getenv("NP_WITH") != NULL ? 3 : 2
                   : 1;
    }

    NP_NEED(getcwd(folder, sizeof(folder)) != NULL);
    n = readlink(SELF, self, sizeof(self) - 1);
    NP_NEED(n > 0);
    self[n] = '\0';
    NP_NEED(symlink(self, "self") == 0);
    fd = open("script", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    NP_NEED(fd >= 0 && write(fd, "exit $1\n", 8) == 8);
    NP_NEED(close(fd) == 0);
    snprintf(path, sizeof(path), "/nowhere:%s:/usr/bin:/bin", folder);
    NP_NEED(setenv("PATH", path, 1) == 0);

    for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        starts(i);
    }

    fails();

    return 0;
}
