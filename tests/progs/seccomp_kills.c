/*
 * What libngxpool(7) says of system calls: a filter kills the process at any
 * other, but for those that the program makes itself.  Requests of all kinds,
 * old threads and new, the child of a fork, also counted, checked, profiled,
 * and with all descriptors closed before, as daemons do (sshd).
 *
 * only: libngxpool
 * needs: unprofiled
 * expect: exit 0
 */

#include "keep.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define OBJECTS 100000
#define MOST    64

static pthread_barrier_t barrier;

/* the program's: threads, fork, NP_NEED, the ends */
static const int own[] = {
    SYS_clone,      SYS_clone3,         SYS_set_robust_list, SYS_rseq,
    SYS_mprotect,   SYS_rt_sigprocmask, SYS_rt_sigaction,    SYS_exit,
    SYS_exit_group, SYS_write,          SYS_wait4,           SYS_sched_yield,
    SYS_gettid,
};

static const int plain[]
    = {SYS_mmap, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, -1};

static const int profiled[]
    = {SYS_mmap,       SYS_munmap,         SYS_mremap,
       SYS_madvise,    SYS_futex,          SYS_openat,
       SYS_read,       SYS_write,          SYS_close,
       SYS_newfstatat, SYS_mincore,        SYS_getpid,
       SYS_gettid,     SYS_getrandom,      SYS_prlimit64,
       SYS_ftruncate,  SYS_rt_sigprocmask, -1};

/* and when a second thread comes to count */
static const int exact[]
    = {SYS_mmap,           SYS_munmap,     SYS_mremap,    SYS_madvise,
       SYS_futex,          SYS_openat,     SYS_read,      SYS_write,
       SYS_close,          SYS_newfstatat, SYS_mincore,   SYS_getpid,
       SYS_gettid,         SYS_getrandom,  SYS_prlimit64, SYS_ftruncate,
       SYS_rt_sigprocmask, SYS_membarrier, SYS_nanosleep, -1};

static const struct {
    const char *name;
    const char *value;
    const int  *calls;
    int         closes;
} modes[] = {
    {"NP_MODE", "plain", plain, 0},
    {"NGXPOOL_CHECK", "1", plain, 0},
    {"NGXPOOL_RECLAIM", "off", plain, 0},
    {"NGXPOOL_PURGE", "0", plain, 0},
    {"NGXPOOL_PROFILE", "exact", exact, 0},
    {"NGXPOOL_PROFILE", "sample:4096", profiled, 0},
    {"NGXPOOL_PROFILE", "exact", exact, 1},
    {"NGXPOOL_PROFILE", "sample:4096", profiled, 1},
};

#define MODES (sizeof(modes) / sizeof(modes[0]))


static void
allow(struct sock_filter *f, unsigned *n, int call)
{
    f[(*n)++] = (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                              (unsigned) call, 0, 1);
    f[(*n)++]
        = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}


/* for all threads there are; 0 or -1 */
static int
filter(const int *calls)
{
    struct sock_filter f[2 * MOST];
    struct sock_fprog  program = {.filter = f};
    unsigned           n = 0;
    size_t             i;

    f[n++] = (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                           offsetof(struct seccomp_data, nr));

    for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        allow(f, &n, own[i]);
    }

    for (; *calls != -1; calls++) {
        allow(f, &n, *calls);
    }

    f[n++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K,
                                           SECCOMP_RET_KILL_PROCESS);
    NP_NEED(n <= 2 * MOST);
    program.len = (unsigned short) n;

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                   && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                              SECCOMP_FILTER_FLAG_TSYNC, &program)
                          == 0
               ? 0
               : -1;
}


static void
sizes(void)
{
    size_t n;
    void  *m;

    for (n = 1; n < (size_t) 50 << 20; n += n / 2 + 1) {
        m = np_keep(malloc(n));
        NP_NEED(m != NULL);
        m = np_keep(realloc(m, 2 * n));
        NP_NEED(m != NULL);
        m = np_keep(realloc(m, n / 2 + 1));
        NP_NEED(m != NULL);
        free(m);
        free(np_keep(calloc(1, n)));
        free(np_keep(memalign(256, n)));
    }
}


static void
many(void)
{
    static void *m[OBJECTS];
    size_t       i;

    for (i = 0; i < OBJECTS; i++) {
        m[i] = malloc(i % 1500 + 1);
        NP_NEED(m[i] != NULL);
    }

    for (i = 0; i < OBJECTS; i++) {
        if (i % 20 != 0) {
            free(m[i]);
        }
    }

    malloc_trim(0);

    for (i = 0; i < OBJECTS; i += 20) {
        free(m[i]);
    }
}


static void *
old_thread(void *unused)
{
    pthread_barrier_wait(&barrier);
    sizes();

    return unused;
}


static void *
new_thread(void *unused)
{
    sizes();

    return unused;
}


/* after exec; NP_SKIPPED if there are no filters */
static int
work(const int *calls, int closes)
{
    pthread_t old, new;
    int       status;
    pid_t     pid;

    /* a signal that ends the process leaves no core either way */
    free(np_keep(malloc(1)));
    NP_NEED(pthread_barrier_init(&barrier, NULL, 2) == 0);
    NP_NEED(pthread_create(&old, NULL, old_thread, NULL) == 0);

    if (closes) {
        NP_NEED(syscall(SYS_close_range, 3, ~0U, 0) == 0);
    }

    if (filter(calls) != 0) {
        return NP_SKIPPED;
    }

    pthread_barrier_wait(&barrier);
    sizes();
    many();
    NP_NEED(pthread_create(&new, NULL, new_thread, NULL) == 0);
    NP_NEED(pthread_join(new, NULL) == 0);
    NP_NEED(pthread_join(old, NULL) == 0);
    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        sizes();
        _exit(0);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid && status == 0);

    return 0;
}


int
main(int argc, char **argv)
{
    char   number[8];
    int    status;
    size_t i;
    pid_t  pid;

    if (argc == 2) {
        return work(modes[atoi(argv[1])].calls, modes[atoi(argv[1])].closes);
    }

    for (i = 0; i < MODES; i++) {
        snprintf(number, sizeof(number), "%zu", i);
        pid = fork();
        NP_NEED(pid >= 0);

        if (pid == 0) {
            NP_NEED(setenv(modes[i].name, modes[i].value, 1) == 0);
            NP_NEED(setenv("NGXPOOL_PROFILE_FILE", "%p.prof", 1) == 0);
            execl("/proc/self/exe", "filtered", number, (char *) NULL);
            _exit(1);
        }

        NP_NEED(waitpid(pid, &status, 0) == pid);

        if (WIFEXITED(status) && WEXITSTATUS(status) == NP_SKIPPED) {
            np_keep_skip("the kernel takes no filter");
        }

        if (status != 0) {
            dprintf(STDERR_FILENO, "%s=%s: status %x\n", modes[i].name,
                    modes[i].value, (unsigned) status);
            return 1;
        }
    }

    return 0;
}
