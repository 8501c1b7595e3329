/*
 * A program that shuts itself in goes on giving memory back, by the calls that
 * every allocator makes: here process_madvise and mincore are deadly, and were
 * used before.
 *
 * expect: exit 0
 * only: libngxpool
 * needs: reclaim unprofiled
 */

#include "keep.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define OBJECTS 60000
#define DEADLY(call)                                                          \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1),                        \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

static void *object[OBJECTS];


/* fills the heap, frees all but one in twenty, and says how much of what was
 * resident came back, in percent */
static long
peak_and_purge(void)
{
    long   peak, left;
    size_t i;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = malloc(1024);
        NP_NEED(object[i] != NULL);
        memset(object[i], 1, 1024);
    }

    peak = np_keep_status("VmRSS:");

    for (i = 0; i < OBJECTS; i++) {
        if (i % 20 != 0) {
            free(object[i]);
        }
    }

    left = np_keep_status("VmRSS:");

    for (i = 0; i < OBJECTS; i += 20) {
        free(object[i]);
    }

    return 100 - left * 100 / peak;
}


int
main(void)
{
    struct sock_filter f[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        DEADLY(SYS_process_madvise),
        DEADLY(SYS_mincore),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(f) / sizeof(f[0]), f};

    NP_NEED(peak_and_purge() > 50);

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        np_keep_skip("the kernel knows no filters");
    }

    NP_NEED(peak_and_purge() > 50);

    return 0;
}
