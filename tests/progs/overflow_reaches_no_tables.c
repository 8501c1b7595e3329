/*
 * A linear overflow from any object, upwards or downwards, meets memory that
 * is not mapped before it meets anything but other objects: not the heap's
 * tables, not thread-local storage, not static data, not a stack.
 *
 * Looked at in /proc/self/maps, for objects of all sizes, with heaps of
 * several threads; and done: children overwrite all that they can, up to the
 * fault, and then allocate and free as if nothing had happened.
 *
 * expect: exit 0
 * only: libngxpool
 * needs: reclaim unchecked unguarded
 */

#include "keep.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

#define THREADS SIZES

static const size_t sizes[]
    = {1,        16,       48,    100,    256,     1000,
       4000,     5000,     20000, 100000, 1 << 20, 30 << 20,
       34 << 20, 33 << 20, 40000, 300000, 64 << 20};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static char             *object[SIZES];
static char              fixed[64];
static char             *stack[SIZES];
static pthread_barrier_t meet;
static sigjmp_buf        out;

typedef struct {
    uintptr_t from, to;
} extent_t;


/* a thread with a heap and thread-local storage of its own, and its stack */
static void *
sleeper(void *number)
{
    stack[(size_t) number] = (char *) &errno;
    NP_NEED(np_keep(malloc(100)) != NULL);
    NP_NEED(np_keep(malloc(35 << 20)) != NULL);
    pthread_barrier_wait(&meet);
    (void) pause();

    return number;
}


static int
holds(extent_t e, const void *m)
{
    return (uintptr_t) m >= e.from && (uintptr_t) m < e.to;
}


/* the lines of maps that touch each other, around m; and how many they are */
static extent_t
around(const void *m, int *lines)
{
    extent_t      e = {0, 0};
    char          line[512];
    FILE         *f = fopen("/proc/self/maps", "re");
    unsigned long from, to;

    NP_NEED(f != NULL);

    while (fgets(line, sizeof(line), f) != NULL) {
        NP_NEED(sscanf(line, "%lx-%lx", &from, &to) == 2);

        if (from != e.to) {
            if (holds(e, m)) {
                break;
            }

            e.from = from;
            *lines = 0;
        }

        e.to = to;
        ++*lines;
    }

    fclose(f);
    NP_NEED(holds(e, m));

    return e;
}


static void
look(const char *m, size_t n)
{
    int      lines;
    extent_t e = around(m, &lines);
    size_t   i;

    /* in the heap two mappings may touch where one grew that may have huge
     * pages, and one that may not */
    NP_NEED(lines <= 2);
    NP_NEED(holds(e, m + n - 1));
    NP_NEED(!holds(e, &errno) && !holds(e, fixed) && !holds(e, &lines));
    NP_NEED(!holds(e, (void *) (uintptr_t) malloc));

    for (i = 0; i < THREADS; i++) {
        NP_NEED(!holds(e, stack[i]));
    }
}


static void
fault(int sig)
{
    (void) sig;
    siglongjmp(out, 1);
}


/* from m on, in steps of step bytes, all is overwritten up to the fault */
static void
overwrite(char *volatile m, volatile long step)
{
    struct sigaction action = {.sa_handler = fault, .sa_flags = SA_NODEFER};

    NP_NEED(sigaction(SIGSEGV, &action, NULL) == 0);

    if (sigsetjmp(out, 1) == 0) {
        for (;; m += step) {
            *m = (char) 0xfe;
        }
    }

    action.sa_handler = SIG_DFL;
    NP_NEED(sigaction(SIGSEGV, &action, NULL) == 0);
}


/* no function of libc that allocates, whose data are gone */
static void
use_the_heap(void)
{
    static char *m[1000];
    size_t       i, k, n;

    for (i = 0; i < 5000; i++) {
        k = i * 7 % 1000;
        free(m[k]);
        n = i % 100 == 0 ? 50000 : i % 4000;
        m[k] = np_keep(malloc(n));
        NP_NEED(m[k] != NULL);
        memset(m[k], (int) i, n);
    }

    for (i = 0; i < SIZES; i++) {
        free(np_keep(object[i]));
    }
}


static void
smash(char *m, long step)
{
    int   status;
    pid_t pid = fork();

    NP_NEED(pid >= 0);

    if (pid == 0) {
        overwrite(m, step);
        use_the_heap();
        _exit(0);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);
    NP_NEED(status == 0);
}


int
main(void)
{
    pthread_t thread;
    size_t    i;

    if ((uintptr_t) &thread >> 46 == 0) {
        np_keep_skip("the address space leaves no room to lie apart");
    }

    NP_NEED(pthread_barrier_init(&meet, NULL, THREADS + 1) == 0);

    for (i = 0; i < SIZES; i++) {
        object[i] = np_keep(malloc(sizes[i]));
        NP_NEED(object[i] != NULL);
        NP_NEED(pthread_create(&thread, NULL, sleeper, (void *) i) == 0);
    }

    pthread_barrier_wait(&meet);

    for (i = 0; i < SIZES; i++) {
        look(object[i], sizes[i]);
    }

    for (i = 0; i < SIZES; i += 3) {
        smash(object[i], 1);
        smash(object[i], -1);
    }

    return 0;
}
