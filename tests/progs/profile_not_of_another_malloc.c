/*
 * A program that has a malloc of its own is not profiled: what loading
 * libunwind allocates would come from that malloc, before the program has
 * begun.  One whose malloc is a step in front of ours is.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OWN_ROOM  (1 << 20)
#define OWN_LARGE 256 /* what the constructors of a library may ask for */

static char   own[OWN_ROOM] __attribute__((aligned(64)));
static size_t used;
static int    runs; /* main() */

/* NP_STEP=1: go on to the next malloc */
static void *(*next_malloc)(size_t);
static void (*next_free)(void *);


static int
step(void)
{
    if (next_malloc == NULL && getenv("NP_STEP") != NULL) {
        next_malloc
            = (void *(*) (size_t))(uintptr_t) dlsym(RTLD_NEXT, "malloc");
        next_free = (void (*)(void *))(uintptr_t) dlsym(RTLD_NEXT, "free");
    }

    return next_malloc != NULL;
}


void *
malloc(size_t n)
{
    char *m;

    if (step()) {
        return next_malloc(n);
    }

    /* as GCL's, which has its memory from main() on */
    if ((!runs && n > OWN_LARGE) || n > OWN_ROOM - 64 - used) {
        abort();
    }

    m = own + used;
    used += (n + 63) / 64 * 64;

    return m;
}


void
free(void *m)
{
    if (step()) {
        next_free(m);
    }
}


void *
calloc(size_t count, size_t size)
{
    /* kept, as gcc makes a call of calloc of the two */
    void *m = np_keep(malloc(count * size));

    return m != NULL ? memset(m, 0, count * size) : NULL;
}


/* what lies behind m is copied with it, as no size is known */
void *
realloc(void *m, size_t n)
{
    void *grown = malloc(n);

    if (m != NULL && grown != NULL) {
        memmove(grown, m, n);
    }

    return grown;
}


/* this program again, `what` it is to show; its process has no profile yet,
 * whatever has started the first */
static void
run(const char *what)
{
    int   status;
    pid_t pid = fork();

    NP_NEED(pid >= 0);

    if (pid == 0) {
        execl("/proc/self/exe", "profile_not_of_another_malloc", what,
              (char *) NULL);
        _exit(1);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid && status == 0);
}


int
main(int argc, char **argv)
{
    np_prof_t p;

    runs = 1;

    if (argc == 1) {
        run("own");
        NP_NEED(setenv("NP_STEP", "1", 1) == 0);
        run("step");
        return 0;
    }

    free(np_keep(malloc(1000)));

    if (strcmp(argv[1], "own") == 0) {
        NP_NEED(np_prof_open(&p, getpid(), 0) == -1);

    } else {
        NP_NEED(np_prof_open(&p, getpid(), 0) == 0);
        NP_NEED(p.h->clock >= 1000);
    }

    return 0;
}
