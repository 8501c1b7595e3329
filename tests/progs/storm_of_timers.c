/*
 * Timers of all kinds strike a program that allocates, frees, starts threads
 * and forks: setitimer's three clocks, a timer of the thread's own, one that
 * starts a thread each time.  Handlers walk the stack wherever they come.
 * Where they have interrupted no call that is unsafe, they allocate, free what
 * others made and leave objects behind, as POSIX allows.
 *
 * expect: exit 0
 * timeout: 240
 */

#include "storm.h"

#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#define FRAMES  64
#define OBJECTS 64

enum {
    REAL,
    VIRTUAL,
    PROF,
    OWN,
    KINDS
};

static const int signals[KINDS] = {SIGALRM, SIGVTALRM, SIGPROF, SIGUSR1};
static const int clocks[OWN] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};

static unsigned xstruck[KINDS]; /* signals handled */
static unsigned xallocated;     /* handlers that did */
static unsigned xstarted;       /* threads that a timer started */
static int      xdone;

/* this thread is in no call that a handler must not make, too */
static __thread volatile sig_atomic_t idle;
static __thread storm_head_t         *left[OBJECTS];
static __thread uint64_t              random_state;
static __thread timer_t               own;


static unsigned
count(const unsigned *n)
{
    return __atomic_load_n(n, __ATOMIC_RELAXED);
}


/* once, and again when its handler is done: a thread that is slow, or has
 * slow handlers, would do nothing else.  The timer may be gone. */
static void
arm_own(void)
{
    const struct itimerspec once = {{0, 0}, {0, 300000}};

    (void) timer_settime(own, 0, &once, NULL);
}


static void
handle(int sig)
{
    void    *frame[FRAMES];
    int      err = errno;
    unsigned i, n = 0;

    for (i = 0; i < KINDS; i++) {
        if (signals[i] == sig) {
            n = __atomic_add_fetch(&xstruck[i], 1, __ATOMIC_RELAXED);
        }
    }

    NP_NEED(n != 0);
    storm_event();

    if (n % 4 == 0) {
        NP_NEED(backtrace(frame, FRAMES) > 2);
    }

    if (idle) {
        idle = 0;

        for (i = 0; i < 10; i++) {
            storm_step(left, OBJECTS, &random_state);
        }

        idle = 1;
        __atomic_fetch_add(&xallocated, 1, __ATOMIC_RELAXED);
    }

    if (sig == SIGUSR1) {
        arm_own();
    }

    errno = err;
}


static void
set_itimers(long us)
{
    const struct itimerval every = {{0, us}, {0, us}};
    unsigned               i;

    for (i = 0; i < OWN; i++) {
        NP_NEED(setitimer(clocks[i], &every, NULL) == 0);
    }
}


/* by a thread of libc's for each time that it is due */
static void
started(union sigval unused)
{
    (void) unused;
    storm_use(count(&xstarted));
    __atomic_fetch_add(&xstarted, 1, __ATOMIC_RELAXED);
}


/* half of the time in malloc and free, half of it looking at what it has */
static void *
struck(void *alternate)
{
    struct sigevent event
        = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
    stack_t       stack = {.ss_sp = alternate, .ss_size = 65536};
    storm_head_t *mine[OBJECTS] = {NULL};
    uint64_t      state = 98;
    unsigned      i, n = 0;

    random_state = 99;
    NP_NEED(sigaltstack(&stack, NULL) == 0);
    event._sigev_un._tid = gettid();
    NP_NEED(timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &own) == 0);
    arm_own();

    while (!__atomic_load_n(&xdone, __ATOMIC_RELAXED)) {
        for (i = 0; i < OBJECTS && !storm_rests(n++); i++) {
            storm_step(mine, OBJECTS, &state);
        }

        idle = 1;

        for (i = 0; i < OBJECTS; i++) {
            NP_NEED(mine[i] == NULL
                    || np_keep_is_filled(mine[i] + 1,
                                         mine[i]->n < 100 ? mine[i]->n : 100,
                                         mine[i]->seed));
        }

        idle = 0;
    }

    NP_NEED(timer_delete(own) == 0);

    for (i = 0; i < OBJECTS; i++) {
        storm_drop(mine[i]);
        storm_drop(left[i]);
    }

    return NULL;
}


/* a child has no timers until it starts its own */
static void
run_child(unsigned n)
{
    storm_use(n);
    set_itimers(500);
    storm_use(n + 1);
    /* they outlive exec, which forgets the handlers */
    set_itimers(0);

    if (n % 4 == 0) {
        execv(STORM_SELF, storm_argv);
    }

    _exit(n % 4 == 0);
}


static int
is_over(unsigned children)
{
    unsigned most = (unsigned) np_keep_scale(40, 1000);
    unsigned i;

    for (i = 0; i < KINDS; i++) {
        if (count(&xstruck[i]) < most) {
            return 0;
        }
    }

    return children >= most && count(&xallocated) >= most
           && count(&xstarted) >= most;
}


int
main(int argc, char **argv)
{
    const struct itimerspec every = {{0, 2000000}, {0, 2000000}};
    struct sigaction        action = {.sa_handler = handle};
    struct sigevent         event
        = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = started};
    static char stack[65536];
    unsigned    i, n;
    pthread_t   thread;
    timer_t     timer;
    void       *frame[FRAMES];
    pid_t       pid;

    (void) argv;

    if (storm_is_executed(argc)) {
        return 0;
    }

    /* the first one loads libgcc_s */
    NP_NEED(backtrace(frame, FRAMES) > 0);
    action.sa_flags = SA_RESTART | SA_ONSTACK;

    for (i = 0; i < KINDS; i++) {
        NP_NEED(sigaction(signals[i], &action, NULL) == 0);
    }

    storm_begin();
    /* ends storm_begin's alarm */
    set_itimers(1000);
    NP_NEED(pthread_create(&thread, NULL, struck, stack) == 0);
    NP_NEED(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    NP_NEED(timer_settime(timer, 0, &every, NULL) == 0);

    for (n = 0; !is_over(n); n++) {
        pid = fork();

        if (pid == 0) {
            run_child(n);
        }

        storm_reap(pid);
    }

    NP_NEED(timer_delete(timer) == 0);
    __atomic_store_n(&xdone, 1, __ATOMIC_RELAXED);
    NP_NEED(pthread_join(thread, NULL) == 0);
    set_itimers(0);
    storm_end("children amid timers", n);

    return 0;
}
