/*
 * A call site with room to grow, by advice: where that room cannot be had,
 * the site still gets what it asked for.
 *
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MIB ((size_t) 1 << 20)
/* the call in grows() ends somewhere behind its begin */
#define CODE 256

extern const char __ehdr_start[] __attribute__((visibility("hidden")));


static __attribute__((noinline, noclone)) void *
grows(void *m, size_t n)
{
    return np_keep(realloc(m, n));
}


static int
advised(void)
{
    static const struct rlimit limit
        = {.rlim_cur = 512 * MIB, .rlim_max = 512 * MIB};
    void *m = grows(malloc(10000), 20000);

    NP_NEED(m != NULL);

    if (malloc_usable_size(m) < 30000) {
        return NP_SKIPPED;
    }

    NP_NEED(setrlimit(RLIMIT_AS, &limit) == 0);
    m = grows(m, 340 * MIB);
    NP_NEED(m != NULL && malloc_usable_size(m) >= 340 * MIB);
    NP_NEED(grows(m, PTRDIFF_MAX / 3 * 2) == NULL);
    free(m);

    return 0;
}


int
main(int argc, char **argv)
{
    const char *name = strrchr(argv[0], '/');
    size_t      at = (size_t) ((uintptr_t) grows - (uintptr_t) __ehdr_start);
    int         fd, status;
    size_t      i;
    pid_t       pid;

    if (argc == 2) {
        return advised();
    }

    name = name != NULL ? name + 1 : argv[0];
    fd = open("advice", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    NP_NEED(fd >= 0);

    for (i = 1; i < CODE; i++) {
        NP_NEED(dprintf(fd, "RESERVE %s - 0x%zx\n", name, at + i) > 0);
    }

    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        NP_NEED(setenv("NGXPOOL_ADVICE", "advice", 1) == 0);
        execl("/proc/self/exe", argv[0], "advised", (char *) NULL);
        _exit(1);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);

    if (WIFEXITED(status) && WEXITSTATUS(status) == NP_SKIPPED) {
        np_keep_skip("advice is not followed in this build or mode");
    }

    NP_NEED(status == 0);

    return 0;
}
