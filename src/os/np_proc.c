/*
 * The process as the kernel sees it.  Nothing that a child does not inherit is
 * remembered between calls, so that all of this is right in the child of any
 * kind of fork.
 */

#include "config.h"

#include "os/np_proc.h"

#include <link.h>
#include <linux/membarrier.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include "base/np_call.h"
#include "os/np_clock.h"
#include "os/np_file.h"
#include "os/np_mem.h"
#include "os/np_sandbox.h"

/* of /proc/self/stat, on one line */
#define NP_PROC_STAT 4096
/* of other files at a time: small stacks come here */
#define NP_PROC_PIECE 256

/* fields of /proc/self/stat, proc(5) */
#define NP_PROC_START_BRK 47
#define NP_PROC_THREADS   20

/* the golden ratio in 64 bits, the step of splitmix64 */
#define NP_PROC_STEP 0x9e3779b97f4a7c15u


int
np_proc_pid(void)
{
    return (int) np_call(SYS_getpid, 0, 0, 0);
}


int
np_proc_tid(void)
{
    return (int) np_call(SYS_gettid, 0, 0, 0);
}


/* a sandbox may know nothing of prctl, but files are what a profile needs */
void
np_proc_name(char name[NP_PROC_NAME])
{
    long n;

    memset(name, 0, NP_PROC_NAME);

    if (!np_sandbox_is_on()
        && np_call_6(SYS_prctl, PR_GET_NAME, name, 0, 0, 0, 0) == 0) {
        /* an older, longer name may stand behind it */
        n = (long) strnlen(name, NP_PROC_NAME);
        memset(name + n, 0, (size_t) (NP_PROC_NAME - n));
        return;
    }

    n = np_file_read("/proc/thread-self/comm", name, NP_PROC_NAME - 1);

    if (n > 0 && name[n - 1] == '\n') {
        name[n - 1] = '\0';
    }
}


NP_NORETURN void
np_proc_exit(int status)
{
    for (;;) {
        (void) np_call(SYS_exit_group, status, 0, 0);
    }
}


void
np_proc_sleep(unsigned ms)
{
    struct timespec t = {ms / 1000, (long) (ms % 1000) * 1000000};

    (void) np_call(SYS_nanosleep, &t, NULL, 0);
}


int
np_proc_barrier_prepare(void)
{
    return np_call(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
                   0, 0)
                   == 0
               ? 0
               : -1;
}


int
np_proc_barrier(void)
{
    return np_call(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0
               ? 0
               : -1;
}


uint64_t
np_proc_block(void)
{
    uint64_t all = UINT64_MAX, old = 0;

    (void) np_call_6(SYS_rt_sigprocmask, SIG_BLOCK, &all, &old, sizeof(old), 0,
                     0);

    return old;
}


void
np_proc_unblock(uint64_t signals)
{
    (void) np_call_6(SYS_rt_sigprocmask, SIG_SETMASK, &signals, NULL,
                     sizeof(signals), 0, 0);
}


/* the number behind blanks at s; *end (may be NULL) is behind it */
static size_t
np_proc_number(const char *s, const char **end)
{
    size_t n = 0;

    while (*s == ' ' || *s == '\t') {
        s++;
    }

    for (; *s >= '0' && *s <= '9'; s++) {
        n = n * 10 + (size_t) (*s - '0');
    }

    if (end != NULL) {
        *end = s;
    }

    return n;
}


/* 0: the kernel refuses to say */
static size_t
np_proc_peak_told(void)
{
    char buf[NP_PROC_PIECE];

    return np_file_find("/proc/thread-self/status", "\nVmHWM:", buf,
                        sizeof(buf))
                   >= 0
               ? np_proc_number(buf, NULL) * 1024
               : 0;
}


/* getrusage(2) costs a tenth of a look into the file, but remembers the
 * programs that the process was before: what it says counts once it is more
 * than they had */
static size_t
np_proc_peak(void)
{
    static size_t before = SIZE_MAX;
    struct rusage r;
    size_t        all, peak;

    if (np_sandbox_is_on()
        || np_call(SYS_getrusage, RUSAGE_SELF, &r, 0) != 0) {
        return np_proc_peak_told();
    }

    all = (size_t) r.ru_maxrss * 1024;

    if (all > np_peek(before)) {
        return all;
    }

    peak = np_proc_peak_told();
    np_poke(before, peak < all ? all : 0);

    return peak;
}


size_t
np_proc_rss(size_t *peak)
{
    char        buf[NP_PROC_PIECE];
    const char *s;
    long n = np_file_read("/proc/thread-self/statm", buf, sizeof(buf) - 1);

    *peak = 0;

    if (n <= 0) {
        return 0;
    }

    buf[n] = '\0';
    (void) np_proc_number(buf, &s);
    *peak = np_proc_peak();

    return np_proc_number(s, NULL) * np_mem_page();
}


void
np_proc_memory(np_proc_memory_t *m)
{
    struct rusage r = {0};

    m->rss = np_proc_rss(&m->peak);
    (void) getrusage(RUSAGE_SELF, &r);
    m->minor_faults = (size_t) r.ru_minflt;
    m->major_faults = (size_t) r.ru_majflt;
}


/* where the program ends in memory, and the break begins, at random soon
 * behind; 0 if the break is elsewhere, as when ld.so was told to run it */
static uintptr_t
np_proc_image_end(void)
{
    uintptr_t addr = getauxval(AT_PHDR);
    size_t    n = addr != 0 ? getauxval(AT_PHNUM) : 0;
    const ElfW(Phdr) *p = (const ElfW(Phdr) *) addr;
    uintptr_t here = 0, end = 0;

    for (; n > 0; n--, p++) {
        if (p->p_type == PT_PHDR) {
            here = p->p_vaddr;
        }

        if (p->p_type == PT_LOAD && p->p_vaddr + p->p_memsz > end) {
            end = p->p_vaddr + p->p_memsz;
        }
    }

    /* from the program's own count to addresses */
    end += addr - here;

    return here != 0 && end <= np_proc_break_end() ? end : 0;
}


/* /proc/self/stat into buf; the command's end in it, which is where its
 * second field ends, or NULL */
static const char *
np_proc_stat_read(char buf[NP_PROC_STAT])
{
    long n = np_file_read("/proc/self/stat", buf, NP_PROC_STAT - 1);

    if (n <= 0) {
        return NULL;
    }

    buf[n] = '\0';

    /* the command's name may hold anything */
    return strrchr(buf, ')');
}


/* a number of it, behind the second; s from np_proc_stat_read() */
static size_t
np_proc_stat_number(const char *s, int wanted)
{
    int field;

    for (field = 2; s != NULL && field < wanted; field++) {
        s = strchr(s + 1, ' ');
    }

    return s == NULL ? 0 : np_proc_number(s, NULL);
}


unsigned
np_proc_threads(void)
{
    char buf[NP_PROC_STAT];

    return (unsigned) np_proc_stat_number(np_proc_stat_read(buf),
                                          NP_PROC_THREADS);
}


/* the state is the main thread's, behind the command's name */
int
np_proc_is_last(void)
{
    char        buf[NP_PROC_STAT];
    const char *s = np_proc_stat_read(buf);

    return s != NULL && strncmp(s, ") Z ", 4) == 0
           && np_proc_stat_number(s, NP_PROC_THREADS) == 2;
}


uintptr_t
np_proc_break_start(void)
{
    char      buf[NP_PROC_STAT];
    uintptr_t start
        = np_proc_stat_number(np_proc_stat_read(buf), NP_PROC_START_BRK);

    return start != 0 ? start : np_proc_image_end();
}


uintptr_t
np_proc_break_end(void)
{
    return (uintptr_t) np_call(SYS_brk, 0, 0, 0);
}


uint64_t
np_proc_random(void)
{
    /* asked once, and not in a sandbox: few allow this call */
    static _Atomic long xpersonality = -1;

    static _Atomic uint64_t xcount;
    uint64_t                n, v, seed[2];
    long                    rc;
    const void             *auxv;
    int                     err = errno;

    n = atomic_fetch_add_explicit(&xcount, 1, memory_order_relaxed);
    rc = atomic_load_explicit(&xpersonality, memory_order_relaxed);

    if (rc == -1) {
        rc = np_sandbox_is_on() ? 0
                                : np_call(SYS_personality, 0xffffffff, 0, 0);
        rc = rc < 0 ? 0 : rc;
        atomic_store_explicit(&xpersonality, rc, memory_order_relaxed);
    }

    if (rc & ADDR_NO_RANDOMIZE) {
        return np_proc_mix(n * NP_PROC_STEP);
    }

    rc = np_call(SYS_getrandom, &v, sizeof(v), GRND_NONBLOCK);

    if (rc == (long) sizeof(v)) {
        return v;
    }

    auxv = (const void *) getauxval(AT_RANDOM);
    errno = err;

    if (auxv != NULL) {
        memcpy(seed, auxv, sizeof(seed));
    } else {
        seed[0] = np_clock_ns();
        seed[1] = (uint64_t) np_proc_pid();
    }

    return np_proc_mix(seed[0] + np_proc_mix(seed[1] + n * NP_PROC_STEP));
}


uint64_t
np_proc_mix(uint64_t x)
{
    x += NP_PROC_STEP;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;

    return x ^ (x >> 31);
}
