/*
 * glibc's own blocks are told from others where there is no /proc.
 *
 * expect: exit 0
 */

#include "libc.h"

#include <sys/wait.h>


/* in a folder where nothing is */
static void
use(const np_libc_t *libc, const char *folder)
{
    struct mallinfo2 before;
    char            *m;

    if (chroot(folder) != 0) {
        _exit(NP_SKIPPED);
    }

    NP_NEED(chdir("/") == 0 && access("/proc", F_OK) != 0);
    free(np_keep(libc->malloc(2000)));
    before = libc->info();
    m = libc->malloc(3000);
    NP_NEED(m != NULL && libc->info().uordblks > before.uordblks);
    NP_NEED(malloc_usable_size(np_keep(m)) == libc->usable(m));
    free(np_keep(m));
    NP_NEED(libc->info().uordblks == before.uordblks);
    _exit(0);
}


int
main(void)
{
    char      folder[] = "/tmp/foreign_block_XXXXXX";
    np_libc_t libc = np_libc();
    pid_t     pid;
    int       status;

    NP_NEED(mkdtemp(folder) != NULL);
    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        use(&libc, folder);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid && rmdir(folder) == 0);
    NP_NEED(WIFEXITED(status));

    if (WEXITSTATUS(status) == NP_SKIPPED) {
        np_keep_skip("chroot is not allowed here");
    }

    return WEXITSTATUS(status);
}
