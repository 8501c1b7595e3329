/*
 * Commits each kind of misuse of the heap, in a child of its own for each of
 * several sizes, and prints what became of it, a line a kind:
 *
 *      KIND | small | large | huge
 *
 *      found   the child ended by SIGABRT after a line `ngxpool: fatal: ...`
 *      trap    it ended by SIGSEGV
 *      junk    it read nothing but what check mode fills freed memory with
 *      no      nothing was noticed
 *
 * or the list of all outcomes, by size, where sizes differ.  misuse-table runs
 * it under each setting and compares that with the manual page.
 */

#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../progs/keep.h"

#define MISUSE_JUNK   0xdf
#define MISUSE_JUNKED 3
#define MISUSE_SIZES  11
#define MISUSE_GROUPS 3

typedef void (*misuse_pt)(size_t n);

/* multiples of 16, so that nothing is left over in front of a guard; the huge
 * one is not of a page, so that something is without */
static const size_t misuse_sizes[MISUSE_GROUPS][MISUSE_SIZES + 1] = {
    {16, 32, 48, 112, 256, 272, 512, 1008, 2048, 3008, 4000, 0},
    {5008, 20000, 65536, 300000, 3 << 20, 0},
    {(40 << 20) + 112, 0},
};


static char *
misuse_alloc(size_t n)
{
    char *m = np_keep(malloc(n));

    NP_NEED(m != NULL);
    memset(m, 'x', n);

    return np_keep(m);
}


static void
misuse_free(void *m)
{
    free(np_keep(m));
}


static void
misuse_at_once(size_t n)
{
    char *m = misuse_alloc(n);

    misuse_free(m);
    misuse_free(m);
}


static void
misuse_after_others(size_t n)
{
    char    *m[64];
    unsigned i, count = n > 1 << 20 ? 6 : 64;

    for (i = 0; i < count; i++) {
        m[i] = misuse_alloc(n);
    }

    for (i = 1; i < count; i++) {
        misuse_free(m[i]);
    }

    misuse_free(m[count / 2]);
}


static pthread_barrier_t misuse_meet;
static char             *misuse_handed;


static void *
misuse_other(void *unused)
{
    pthread_barrier_wait(&misuse_meet);
    misuse_free(misuse_handed);
    pthread_barrier_wait(&misuse_meet);
    /* does not end: that allocates and frees, too */
    (void) pause();

    return unused;
}


/* freed here and by another thread; the owner then allocates until it must
 * have looked at what others freed */
static void
misuse_two_threads(size_t n)
{
    pthread_t thread;
    unsigned  i;

    NP_NEED(pthread_barrier_init(&misuse_meet, NULL, 2) == 0);
    NP_NEED(pthread_create(&thread, NULL, misuse_other, NULL) == 0);
    misuse_handed = misuse_alloc(n);
    NP_NEED(misuse_alloc(n) != NULL);
    pthread_barrier_wait(&misuse_meet);
    pthread_barrier_wait(&misuse_meet);
    misuse_free(misuse_handed);

    for (i = 0; i < (n > 4096 ? 4 : 5000); i++) {
        NP_NEED(misuse_alloc(n) != NULL);
    }
}


/* another object lies where the freed one was, if that can be had */
static void
misuse_after_reuse(size_t n)
{
    char    *m, *beside;
    unsigned i, count = n > 1 << 20 ? 6 : 64;

    beside = misuse_alloc(n);
    m = misuse_alloc(n);
    misuse_free(m);

    for (i = 0; i < count && np_keep(malloc(n)) != m; i++) {
        /* kept */
    }

    misuse_free(m);
    misuse_free(beside);
}


static void
misuse_invalid(size_t n)
{
    static char memory[8192] __attribute__((aligned(4096)));
    char        local[64] __attribute__((aligned(64)));

    misuse_free(misuse_alloc(n));
    misuse_free(n % 3 == 0   ? memory + n % 4096 / 16 * 16
                : n % 3 == 1 ? np_keep(local)
                             : (char *) (n * 16));
}


static void
misuse_interior(size_t n)
{
    misuse_free(misuse_alloc(n + 32) + 16);
}


static void
misuse_misaligned(size_t n)
{
    misuse_free(misuse_alloc(n) + 1);
}


/* memory of another allocator: the program's own mapping */
static void
misuse_foreign(size_t n)
{
    char *m = mmap(NULL, n + 4096, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    NP_NEED(m != MAP_FAILED);
    misuse_free(m + 64);
}


static void
misuse_overflow(size_t n)
{
    char *m = misuse_alloc(n);

    m[np_keep_size(n)] ^= 0x55;
    np_keep(m);
    misuse_free(m);
}


/* from an object through to the next one's data */
static void
misuse_overflow_next(size_t n)
{
    char    *m, *beside;
    size_t   i, more = n > 4096 ? 8192 : n + 64;
    unsigned k;

    m = misuse_alloc(n);

    /* the lowest of several, so that something lies behind it */
    for (k = 0; k < 7; k++) {
        beside = misuse_alloc(n);
        m = beside < m ? beside : m;
    }

    for (i = 0; i < more; i++) {
        m[np_keep_size(n + i)] = 'y';
    }

    np_keep(m);
    misuse_free(m);
}


static void
misuse_read(size_t n)
{
    volatile unsigned char *m = (volatile unsigned char *) misuse_alloc(n);
    size_t                  i;

    misuse_free((void *) (uintptr_t) m);

    for (i = 0; i < n; i++) {
        if (m[i] != MISUSE_JUNK) {
            return;
        }
    }

    _exit(MISUSE_JUNKED);
}


static void
misuse_write(size_t n)
{
    char *m = misuse_alloc(n);

    misuse_free(m);
    m[np_keep_size(n / 2)] = 'w';
    np_keep(m);
}


static void
misuse_sized(size_t n)
{
    void (*drop)(void *m, size_t n) = (void (*)(void *, size_t))(
        uintptr_t) dlsym(RTLD_DEFAULT, "free_sized");

    NP_NEED(drop != NULL);
    drop(misuse_alloc(n), n / 2);
}


static const struct {
    const char *name;
    misuse_pt   commit;
} misuse_kinds[] = {
    {"double free, at once", misuse_at_once},
    {"after other frees", misuse_after_others},
    {"by two threads", misuse_two_threads},
    {"after reuse", misuse_after_reuse},
    {"free, never allocated", misuse_invalid},
    {"inside an object", misuse_interior},
    {"misaligned", misuse_misaligned},
    {"of foreign memory", misuse_foreign},
    {"overflow by a byte", misuse_overflow},
    {"into the next object", misuse_overflow_next},
    {"read of freed memory", misuse_read},
    {"write to it", misuse_write},
    {"sized free, other size", misuse_sized},
};

#define MISUSE_KINDS (sizeof(misuse_kinds) / sizeof(misuse_kinds[0]))


static const char *
misuse_outcome(int status, const char *said)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT
        && strncmp(said, "ngxpool: fatal: ", 16) == 0) {
        return "found";
    }

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) {
        return "trap";
    }

    if (WIFEXITED(status) && *said == '\0') {
        switch (WEXITSTATUS(status)) {

        case 0:
            return "no";

        case MISUSE_JUNKED:
            return "junk";
        }
    }

    return "?";
}


static const char *
misuse_run(misuse_pt commit, size_t n)
{
    char    said[4096];
    int     fds[2], status;
    pid_t   pid;
    size_t  have = 0;
    ssize_t r;

    NP_NEED(pipe(fds) == 0);
    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        NP_NEED(dup2(fds[1], STDERR_FILENO) == STDERR_FILENO);
        close(fds[0]);
        close(fds[1]);
        commit(n);
        _exit(0);
    }

    close(fds[1]);

    while (have < sizeof(said) - 1
           && (r = read(fds[0], said + have, sizeof(said) - 1 - have)) > 0) {
        have += (size_t) r;
    }

    said[have] = '\0';
    close(fds[0]);
    NP_NEED(waitpid(pid, &status, 0) == pid);

    return misuse_outcome(status, said);
}


/* " | OUTCOME", or " | SIZE:OUTCOME ..." */
static void
misuse_group(misuse_pt commit, const size_t *sizes)
{
    const char *outcome[MISUSE_SIZES];
    size_t      i;
    int         same = 1;

    for (i = 0; sizes[i] != 0; i++) {
        outcome[i] = misuse_run(commit, sizes[i]);
        same = same && outcome[i] == outcome[0];
    }

    if (same) {
        dprintf(STDOUT_FILENO, " | %s", outcome[0]);
        return;
    }

    dprintf(STDOUT_FILENO, " |");

    for (i = 0; sizes[i] != 0; i++) {
        dprintf(STDOUT_FILENO, " %zu:%s", sizes[i], outcome[i]);
    }
}


int
main(void)
{
    size_t i, g;

    for (i = 0; i < MISUSE_KINDS; i++) {
        dprintf(STDOUT_FILENO, "%s", misuse_kinds[i].name);

        for (g = 0; g < MISUSE_GROUPS; g++) {
            misuse_group(misuse_kinds[i].commit, misuse_sizes[g]);
        }

        dprintf(STDOUT_FILENO, "\n");
    }

    return 0;
}
