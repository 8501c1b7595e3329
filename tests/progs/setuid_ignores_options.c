/*
 * A set-user-id program takes no NGXPOOL_ variable: no report, no help, no
 * check mode, which would show in what can be used of an object.
 *
 * ld.so preloads into such a program only what /etc/ld.so.preload names, so
 * this one builds a root folder of its own, with all it has loaded and itself
 * twice, plain and set-user-id, and runs both in there.  The plain one has to
 * show that the variables do reach the library.
 *
 * expect: exit 0
 * only: libngxpool
 */

#include "keep.h"

#include <limits.h>
#include <link.h>
#include <malloc.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define SECURE     40
#define PLAIN      41
#define NOT_LOADED 42

static char root[] = "./root-XXXXXX";


/* the path below the new root, with the folders that lead to it */
static const char *
place(const char *path)
{
    static char full[2 * PATH_MAX];
    char       *slash;

    snprintf(full, sizeof(full), "%s%s", root, path);

    for (slash = strchr(full + sizeof(root), '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(full, 0755);
        *slash = '/';
    }

    return full;
}


static void
copy(const char *from, const char *path, mode_t mode, uid_t owner)
{
    char        buffer[65536];
    const char *to = place(path);
    ssize_t     n;
    int         in = open(from, O_RDONLY | O_CLOEXEC);
    int         out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    NP_NEED(in >= 0 && out >= 0);

    while ((n = read(in, buffer, sizeof(buffer))) > 0) {
        NP_NEED(write(out, buffer, (size_t) n) == n);
    }

    NP_NEED(n == 0 && fchown(out, owner, owner) == 0);
    NP_NEED(fchmod(out, mode) == 0);
    close(in);
    close(out);
}


static int
copy_loaded(struct dl_phdr_info *info, size_t size, void *preload)
{
    (void) size;

    if (info->dlpi_name[0] == '/') {
        copy(info->dlpi_name, info->dlpi_name, 0755, 0);

        if (strstr(info->dlpi_name, "libngxpool") != NULL) {
            dprintf(*(int *) preload, "%s\n", info->dlpi_name);
        }
    }

    return 0;
}


static int
is_ours(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void) size;
    (void) unused;

    return strstr(info->dlpi_name, "libngxpool") != NULL;
}


/* the exit status of that copy; what it wrote and reported, in bytes */
static int
run(const char *program, size_t *said)
{
    char  *argv[] = {(char *) (uintptr_t) program, NULL};
    char   report[] = "NGXPOOL_REPORT=stderr", help[] = "NGXPOOL_HELP=1";
    char   check[] = "NGXPOOL_CHECK=1";
    char  *environment[] = {report, help, check, NULL};
    char   buffer[4096];
    int    fds[2], status;
    pid_t  pid;
    size_t n;

    NP_NEED(pipe(fds) == 0);
    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        NP_NEED(dup2(fds[1], STDERR_FILENO) == STDERR_FILENO);

        if (chroot(root) != 0 || chdir("/") != 0) {
            _exit(NP_SKIPPED);
        }

        close(fds[0]);
        close(fds[1]);
        execve(program, argv, environment);
        _exit(1);
    }

    close(fds[1]);
    *said = 0;

    while ((n = (size_t) read(fds[0], buffer, sizeof(buffer))) > 0) {
        NP_NEED(n <= sizeof(buffer));
        *said += n;
    }

    close(fds[0]);
    NP_NEED(waitpid(pid, &status, 0) == pid && WIFEXITED(status));

    return WEXITSTATUS(status);
}


int
main(int argc, char **argv)
{
    size_t said;
    int    preload, status, secure;
    void  *m;

    if (argc == 1 && argv[0][0] == '/' && strchr(argv[0] + 1, '/') == NULL) {
        /* one of the two copies, in the new root */
        m = np_keep(malloc(100));
        NP_NEED(m != NULL);

        if (dl_iterate_phdr(is_ours, NULL) == 0) {
            return NOT_LOADED;
        }

        secure = getauxval(AT_SECURE) != 0;
        NP_NEED(secure == (malloc_usable_size(m) > 100));

        return secure ? SECURE : PLAIN;
    }

    if (geteuid() != 0) {
        np_keep_skip("only root can make the set-user-id program");
    }

    NP_NEED(mkdtemp(root) != NULL && chmod(root, 0755) == 0);
    preload = open(place("/etc/ld.so.preload"), O_WRONLY | O_CREAT | O_CLOEXEC,
                   0644);
    NP_NEED(preload >= 0);
    NP_NEED(dl_iterate_phdr(copy_loaded, &preload) == 0);
    close(preload);
    copy("/proc/self/exe", "/plain", 0755, 65534);
    copy("/proc/self/exe", "/setuid", 04755, 65534);

    status = run("/plain", &said);

    if (status == NP_SKIPPED) {
        np_keep_skip("chroot is not allowed here");
    }

    NP_NEED(status == PLAIN && said > 20);
    status = run("/setuid", &said);

    if (status == PLAIN) {
        np_keep_skip("set-user-id bits mean nothing on this file system");
    }

    NP_NEED(status == SECURE && said == 0);

    return 0;
}
