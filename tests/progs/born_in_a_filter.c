/*
 * A filter that was there before the program began, and kills at the calls
 * that libngxpool makes only where it knows of none: the program does what it
 * does without the library.
 *
 * needs: unprofiled
 * expect: exit 0
 */

#include "keep.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define OBJECTS 100000

static const int beyond[] = {SYS_personality, SYS_process_madvise,
                             SYS_membarrier, SYS_mincore, SYS_close_range};

#define BEYOND (sizeof(beyond) / sizeof(beyond[0]))


static int
filter(void)
{
    struct sock_filter f[2 * BEYOND + 2];
    struct sock_fprog  program = {.filter = f};
    unsigned           n = 0;
    size_t             i;

    f[n++] = (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                           offsetof(struct seccomp_data, nr));

    for (i = 0; i < BEYOND; i++) {
        f[n++] = (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                               (unsigned) beyond[i], 0, 1);
        f[n++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K,
                                               SECCOMP_RET_KILL_PROCESS);
    }

    f[n++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program.len = (unsigned short) n;

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                   && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0
               ? 0
               : -1;
}


static void
work(void)
{
    static void *m[OBJECTS];
    size_t       i;

    for (i = 0; i < OBJECTS; i++) {
        m[i] = np_keep(malloc(i % 30000 == 0 ? i * 1000 : i % 1500));
        NP_NEED(m[i] != NULL);
    }

    for (i = 0; i < OBJECTS; i++) {
        free(m[i]);
    }

    malloc_trim(0);
}


int
main(int argc, char **argv)
{
    int   status;
    pid_t pid;

    if (argc == 2) {
        work();
        return 0;
    }

    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        if (filter() != 0) {
            _exit(NP_SKIPPED);
        }

        execl("/proc/self/exe", argv[0], "filtered", (char *) NULL);
        _exit(1);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);

    if (WIFEXITED(status) && WEXITSTATUS(status) == NP_SKIPPED) {
        np_keep_skip("the kernel takes no filter");
    }

    NP_NEED(status == 0);

    return 0;
}
