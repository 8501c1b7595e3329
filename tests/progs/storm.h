#ifndef NP_PROGS_STORM_H
#define NP_PROGS_STORM_H

/*
 * The weather of the storm programs: threads that allocate and free all the
 * time, their own objects and each other's, and threads that come and go.
 * Objects know what is in them.
 *
 * Whoever waits here has an alarm for the case that it waits for ever; no
 * test depends on time otherwise.
 */

#include "keep.h"

#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>

#define STORM_THREADS 3
#define STORM_SHARED  64
#define STORM_GUARD   120 /* seconds */

/* before each object's bytes */
typedef struct {
    size_t   n;
    unsigned seed;
} storm_head_t;

static storm_head_t *storm_shared[STORM_SHARED];
static pthread_t     storm_thread[STORM_THREADS];
static int           storm_xstop;
static unsigned      storm_xbegun; /* threads that have allocated */
static unsigned      storm_xevents;
/* where freed memory never comes back, objects are small, and a thread rests
 * after so many for each event, so that copying the process stays cheap */
static int storm_frugal;


static inline storm_head_t *
storm_make(uint64_t *state)
{
    uint64_t r = np_keep_random(state);
    size_t   n
        = r % 64 == 0 ? r / 64 % 300000 : r / 64 % (storm_frugal ? 100 : 3000);
    storm_head_t *m = (storm_head_t *) malloc(sizeof(*m) + n);

    NP_NEED(m != NULL);
    m->n = n;
    m->seed = (unsigned) (r >> 40);
    np_keep_fill(m + 1, n < 100 ? n : 100, m->seed);

    return m;
}


static inline void
storm_drop(storm_head_t *m)
{
    if (m != NULL) {
        NP_NEED(np_keep_is_filled(m + 1, m->n < 100 ? m->n : 100, m->seed));
        free(m);
    }
}


static inline void
storm_step(storm_head_t **mine, unsigned n, uint64_t *state)
{
    unsigned      i = (unsigned) (np_keep_random(state) % n);
    unsigned      k = (unsigned) (np_keep_random(state) % STORM_SHARED);
    storm_head_t *m;

    storm_drop(mine[i]);
    m = storm_make(state);

    if (i % 4 == 0) {
        m = __atomic_exchange_n(&storm_shared[k], m, __ATOMIC_ACQ_REL);
    }

    mine[i] = m;
}


/* what a process or a short thread does that is to show that it can */
static inline void
storm_use(unsigned seed)
{
    storm_head_t *mine[32] = {NULL};
    uint64_t      state = (uint64_t) seed * 2 + 1;
    unsigned      i;

    for (i = 0; i < 100; i++) {
        storm_step(mine, 32, &state);
    }

    for (i = 0; i < 32; i++) {
        storm_drop(mine[i]);
    }
}


static inline void *
storm_short(void *number)
{
    storm_use((unsigned) (uintptr_t) number);

    return NULL;
}


/* a process was made, or a signal sent, or the like */
static inline void
storm_event(void)
{
    __atomic_fetch_add(&storm_xevents, 1, __ATOMIC_RELAXED);
}


static inline int
storm_rests(unsigned n)
{
    return storm_frugal
           && n / 200 > __atomic_load_n(&storm_xevents, __ATOMIC_RELAXED);
}


static inline void *
storm_work(void *number)
{
    storm_head_t *mine[256] = {NULL};
    uint64_t      state = (uintptr_t) number + 1;
    unsigned      i, n = 0;
    pthread_t     t;

    do {
        if (storm_rests(n)) {
            sched_yield();
            continue;
        }

        storm_step(mine, 256, &state);

        if (++n == 1) {
            __atomic_fetch_add(&storm_xbegun, 1, __ATOMIC_RELAXED);
        }

        /* one of them starts threads */
        if (number == NULL && n % 256 == 0) {
            NP_NEED(
                pthread_create(&t, NULL, storm_short, (void *) (uintptr_t) n)
                == 0);
            NP_NEED(pthread_join(t, NULL) == 0);
        }
    } while (!__atomic_load_n(&storm_xstop, __ATOMIC_RELAXED));

    for (i = 0; i < 256; i++) {
        storm_drop(mine[i]);
    }

    return NULL;
}


static inline void
storm_begin(void)
{
    const char *reclaim = getenv("NGXPOOL_RECLAIM");
    uintptr_t   i;

    storm_frugal = reclaim != NULL && strcmp(reclaim, "off") == 0;
    alarm((unsigned) np_keep_scale(STORM_GUARD, 20 * STORM_GUARD));

    for (i = 0; i < STORM_THREADS; i++) {
        NP_NEED(pthread_create(&storm_thread[i], NULL, storm_work, (void *) i)
                == 0);
    }

    while (__atomic_load_n(&storm_xbegun, __ATOMIC_RELAXED) < STORM_THREADS) {
        sched_yield();
    }
}


/* says how many processes came through */
static inline void
storm_end(const char *what, unsigned n)
{
    unsigned i;

    __atomic_store_n(&storm_xstop, 1, __ATOMIC_RELAXED);

    for (i = 0; i < STORM_THREADS; i++) {
        NP_NEED(pthread_join(storm_thread[i], NULL) == 0);
    }

    /* a thread that a timer started may come after the timer is gone */
    for (i = 0; i < STORM_SHARED; i++) {
        storm_drop(
            __atomic_exchange_n(&storm_shared[i], NULL, __ATOMIC_ACQ_REL));
    }

    printf("%u %s\n", n, what);
}


/* its status */
static inline int
storm_wait(pid_t pid)
{
    int status;

    NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
    storm_event();

    return status;
}


static inline void
storm_reap(pid_t pid)
{
    NP_NEED(storm_wait(pid) == 0);
}


/* what the program does that a child executes: it has one more argument */
static inline int
storm_is_executed(int argc)
{
    if (argc > 1) {
        alarm(STORM_GUARD);
        storm_use((unsigned) argc);
    }

    return argc > 1;
}

#define STORM_SELF "/proc/self/exe"

static char *const storm_argv[] = {(char *) STORM_SELF, (char *) "1", NULL};

#endif
