#include "config.h"

#include "preload/np_profiling.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/np_attr.h"
#include "base/np_out.h"
#include "heap/np_fast.h"
#include "heap/np_find.h"
#include "heap/np_fork.h"
#include "heap/np_stats.h"
#include "heap/np_watch.h"
#include "os/np_env.h"
#include "os/np_file.h"
#include "os/np_libc.h"
#include "os/np_options.h"
#include "os/np_stray.h"
#include "preload/ngxpool.h"
#include "preload/np_pinning.h"
#include "profile/np_inherit.h"
#include "profile/np_profile.h"
#include "profile/np_stack.h"

int __cxa_atexit(void (*f)(void *), void *arg, void *library);

/* of the command line, what a profile keeps */
#define NP_PROFILING_COMMAND 4096

/* the linker's: the first byte of the library, and the last */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

enum {
    NP_PROFILING_OFF = 0,
    NP_PROFILING_ON,
    NP_PROFILING_CHANGING /* some thread begins, stops or completes it */
};

static struct {
    int        begun; /* there is or was a file */
    int        early; /* the program has not begun */
    atomic_int xon;
} np_profiling;


static void
np_profiling_born(void **thread, const np_watch_birth_t *b,
                  np_watch_note_t *note)
{
    const np_profile_note_t n
        = np_profile_born(thread, b->n, b->size, b->old, b->moved);

    note->site = n.site;
    note->ms = n.ms;
    note->clock = n.clock & (((uint64_t) 1 << 48) - 1);
}


static void
np_profiling_died(void **thread, size_t n, size_t size,
                  const np_watch_note_t *note, int resized)
{
    const np_profile_note_t its
        = {.site = note->site, .ms = note->ms, .clock = note->clock};

    np_profile_died(thread, n, size, &its, resized);
}


static const np_watch_hooks_t np_profiling_hooks = {.born = np_profiling_born,
                                                    .died = np_profiling_died,
                                                    .clock = np_profile_clock,
                                                    .left = np_profile_left};


static void
np_profiling_prepare(void)
{
    np_fork_streams_prepare();
    np_inherit_prepare(np_options.profile_follow == 1 ? np_options.profile_file
                                                      : NULL);
}


static void
np_profiling_parent(void)
{
    np_inherit_parent();
    np_fork_streams_parent();
}


static void
np_profiling_child(void)
{
    np_heap_t *h = np_self;

    np_fork_streams_child();
    np_inherit_child(h->watch != NULL ? h->watch->thread : NULL);

    /* another thread was at it, which is not here to go on */
    if (atomic_load(&np_profiling.xon) == NP_PROFILING_CHANGING) {
        atomic_store(&np_profiling.xon,
                     np_profile_is_on() ? NP_PROFILING_ON : NP_PROFILING_OFF);
    }

    if (!np_profiling.begun) {
        return;
    }

    /* a stray may not take the locks that this takes */
    if (!np_profile_is_on() && !np_is_stray()) {
        np_watch_end();
        atomic_store(&np_profiling.xon, NP_PROFILING_OFF);

    } else if (!np_is_stray()) {
        np_pinning_forked();
    }
}


static void
np_profiling_register(void)
{
    (void) pthread_atfork(np_profiling_prepare, np_profiling_parent,
                          np_profiling_child);
}


void
np_profiling_fork_register(void)
{
    static _Atomic uintptr_t xstage;

    np_fork_once(&xstage, np_profiling_register);
}


/* what was allocated before anybody could listen; it was watched if the
 * options ask for an exact profile (np_watch_early) */
static void
np_profiling_early(void)
{
    np_stats_t s;

    if (np_profiling.early && np_options.profile == NP_PROFILE_EXACT
        && np_stats_collect(&s) == 0 && s.counted) {
        np_profile_early(s.allocs, s.requested, s.frees,
                         s.requested - s.live_requested,
                         s.live_bytes - s.live_requested);
        np_pinning_whole(1);
    }
}


/* the file and all; 0 or -1 */
static int
np_profiling_create(size_t interval)
{
    char command[NP_PROFILING_COMMAND];
    long n = np_file_read("/proc/self/cmdline", command, sizeof(command));
    np_profile_start_t start = {.file = np_options.profile_file,
                                .interval = interval,
                                .depth = (unsigned) np_options.profile_depth,
                                .source = np_pinning_source};

    if (n <= 0) {
        n = (long) strlen(np_env_command()) + 1;
        memcpy(command, np_env_command(), (size_t) n);
    }

    start.command = command;
    start.length = (size_t) n;
    np_stack_init((uintptr_t) __ehdr_start, (uintptr_t) _end, start.depth);

    if (np_profile_start(&start) != 0) {
        return -1;
    }

    /* the heap's first, so that it is locked after this one */
    np_fork_register();
    np_profiling_fork_register();

    return 0;
}


static void
np_profiling_say(const char *why)
{
    char     buf[128];
    np_out_t o;

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o, "ngxpool: no profile: %s\n", why);
    (void) np_out_flush(&o);
}


/* 1 if what the program asks for comes to us.  A program may have a malloc of
 * its own in front of ours: there is nothing to profile then, and what loading
 * libunwind allocates would come from it before the program has begun, which
 * is too early for some (GCL's).  A small request is not. */
static int
np_profiling_is_served(void)
{
    typedef void *(*np_profiling_malloc_pt)(size_t n);

    np_profiling_malloc_pt in_force
        = (np_profiling_malloc_pt) np_libc_in_force("malloc");
    uintptr_t  ours = (uintptr_t) __ehdr_start;
    np_found_t f;
    void      *m;

    if ((uintptr_t) in_force - ours < (uintptr_t) _end - ours) {
        return 1;
    }

    m = in_force != NULL ? in_force(1) : NULL;

    if (np_find(m, &f) != NP_FOUND_SLOT) {
        return 0;
    }

    np_fast_free(m);

    return 1;
}


/* nothing is said of a program that is not ours to serve: `ngxpool run` has,
 * and others start such programs unknowingly */
static int
np_profiling_begin(size_t interval)
{
    if (!np_profiling_is_served()) {
        return -1;
    }

    if (!np_options.reclaim) {
        np_profiling_say("NGXPOOL_RECLAIM=off keeps no objects apart");
        return -1;
    }

    if (np_modes & NP_MODE_ROUTE) {
        np_profiling_say("NGXPOOL_ADVICE is followed, and what it moves "
                         "elsewhere would be missing");
        return -1;
    }

    /* before there is a file that nothing is written to; the program may not
     * have allocated yet */
    if (np_heap_get() == NULL || np_watch_prepare() != 0) {
        np_profiling_say("out of memory");
        return -1;
    }

    if (!np_profiling.begun) {
        if (np_profiling_create(interval) != 0) {
            return -1;
        }

        np_profiling.begun = 1;

        if (interval == 0) {
            np_profiling_early();
        }

    } else if (np_profile_has_file()) {
        np_profile_resume();

    } else if (np_options.profile_follow != 1
               || np_inherit_begin(np_options.profile_file) != 0) {
        /* a child that was not to be followed */
        return -1;
    }

    if (!np_profiling.early) {
        np_profile_gap();
    }

    return np_watch_begin(&np_profiling_hooks, interval);
}


/* 1 if it is in that state, and in a change from now on, which the caller
 * ends; who comes meanwhile is refused */
static int
np_profiling_turn(int state)
{
    return atomic_compare_exchange_strong(&np_profiling.xon, &state,
                                          NP_PROFILING_CHANGING);
}


NP_EXPORT int
ngxpool_profile_start(size_t interval)
{
    int rc;

    if (!np_profiling_turn(NP_PROFILING_OFF)) {
        return -1;
    }

    if (np_profiling.begun) {
        interval = np_watch_interval;
    }

    rc = np_profiling_begin(interval);
    atomic_store(&np_profiling.xon,
                 rc == 0 ? NP_PROFILING_ON : NP_PROFILING_OFF);

    return rc;
}


NP_EXPORT int
ngxpool_profile_stop(void)
{
    if (!np_profiling_turn(NP_PROFILING_ON)) {
        return -1;
    }

    np_watch_end();
    np_pinning_whole(0);
    np_profile_end(NP_ENDED_STOPPED, np_pinning_survey);
    atomic_store(&np_profiling.xon, NP_PROFILING_OFF);

    return 0;
}


NP_EXPORT int
ngxpool_profile_dump(void)
{
    int rc = -1;

    if (!np_profiling_turn(NP_PROFILING_ON)) {
        return -1;
    }

    if (np_profile_is_on()) {
        np_profile_end(NP_ENDED_STOPPED, np_pinning_survey);
        np_profile_resume();
        rc = 0;
    }

    atomic_store(&np_profiling.xon, NP_PROFILING_ON);

    return rc;
}


/* begins and stops by turns.  Not safe on top of every call that a signal can
 * interrupt: whoever asks for it chooses a quiet moment. */
static void
np_profiling_signal(int sig NP_UNUSED)
{
    int err = errno;

    if (ngxpool_profile_stop() != 0) {
        (void) ngxpool_profile_start(np_options.profile != NP_PROFILE_OFF
                                         ? np_options.profile
                                         : 524288);
    }

    errno = err;
}


/* the destructors of other libraries free what they had, behind our own */
static void
np_profiling_last(void *unused NP_UNUSED)
{
    if (atomic_load(&np_profiling.xon) != NP_PROFILING_OFF) {
        np_profile_resume();
        np_profile_end(NP_ENDED_EXIT, np_pinning_survey);
        /* libc's own lists of such functions are yet to be freed */
        np_profile_close();
    }
}


/* 1 if the kernel sends it for what a call or an instruction did: to return
 * from its handler would be to do that again, for ever */
static int
np_profiling_is_fault(int sig)
{
    return sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGFPE
           || sig == SIGTRAP || sig == SIGSYS || sig == SIGABRT;
}


static void
np_profiling_signal_init(void)
{
    struct sigaction action
        = {.sa_handler = np_profiling_signal, .sa_flags = SA_RESTART};

    char     buf[128];
    np_out_t o;
    int      sig = (int) np_options.profile_signal;

    if (!np_profiling_is_fault(sig) && sigaction(sig, &action, NULL) == 0) {
        return;
    }

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o,
            "ngxpool: NGXPOOL_PROFILE_SIGNAL=%d: not a signal that can be "
            "used so; using off\n",
            sig);
    (void) np_out_flush(&o);
}


void
np_profiling_init(void)
{
    if (np_options.profile_signal != 0) {
        np_profiling_signal_init();
    }

    if (np_options.profile == NP_PROFILE_OFF) {
        return;
    }

    np_profiling.early = 1;

    if (ngxpool_profile_start(np_options.profile) != 0) {
        np_watch_end();
    }

    np_profiling.early = 0;

    if (!np_profiling.begun) {
        return;
    }

    /* registered before libc does so for the libraries' destructors, of no
     * library: called after them */
    (void) __cxa_atexit(np_profiling_last, NULL, NULL);
}


void
np_profiling_end(np_ended_e how)
{
    np_profile_end(how, np_pinning_survey);
}


void
np_profiling_resume(void)
{
    np_profile_exec_failed();
}
