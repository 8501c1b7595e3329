/*
 * A turn knows whether a port of this machine accepts connections, and ends
 * when its time is over, however fast the command writes.  It looks for the
 * library until it is there, and does not miss it too early.  All else of it
 * is the matter of tests/compare.
 */

#include "config.h"

#include "cli/np_turn.h"

#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_suite.h"


/* pipes that are never empty, as if they were filled faster than they are
 * read; but for small reads, which tell of an exec */
static int ck_flood;

ssize_t
read(int fd, void *buf, size_t n)
{
    struct stat st;

    if (ck_flood && n >= 4096 && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode)) {
        memset(buf, 'x', n);
        return (ssize_t) n;
    }
    return syscall(SYS_read, fd, buf, n);
}


/* the command writes one line to a descriptor, and waits */
static void
ck_play(const char *script)
{
    char             sh[] = "sh", option[] = "-c", words[100], path[] = "";
    char *const      argv[] = {sh, option, words, NULL};
    np_sampler_t     sampler;
    np_cgroup_t      cgroup;
    np_turn_config_t config = {.argv = argv,
                               .timeout = 0.2,
                               .grace = 1,
                               .interval = 0.01,
                               .cgroup = &cgroup,
                               .sampler = &sampler};
    np_allocator_t   none = {.path = path};
    np_run_t         run;
    char             why[200];
    sigset_t         set;
    int              sig = 0;

    snprintf(words, sizeof(words), "%s", script);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    config.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    ck_assert_int_eq(np_sampler_init(&sampler, "/proc", getpid()), 0);
    np_cgroup_init(&cgroup, why, sizeof(why));
    np_run_init(&run, 0, 1);
    ck_flood = 1;
    ck_assert_int_eq(np_turn_play(&config, &none, NULL, &run, &sig),
                     NP_TURN_DONE);
    ck_flood = 0;
    ck_assert_int_eq(run.outcome, NP_TIMED_OUT);
    np_run_free(&run);
    np_sampler_fini(&sampler);
    close(config.signals);
}


START_TEST(test_flood_does_not_keep_it)
{
    ck_play("echo out; exec sleep 60");
    ck_play("echo err >&2; exec sleep 60");
}
END_TEST


START_TEST(test_port_is_open_while_somebody_listens)
{
    struct sockaddr_in a;
    socklen_t          size = sizeof(a);
    int                fd = socket(AF_INET, SOCK_STREAM, 0);
    unsigned           port;

    memset(&a, 0, sizeof(a));
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *) &a, sizeof(a)), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *) &a, &size), 0);
    port = ntohs(a.sin_port);
    ck_assert_int_eq(np_turn_port_is_open(port), 0);
    ck_assert_int_eq(listen(fd, 5), 0);
    ck_assert_int_eq(np_turn_port_is_open(port), 1);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(np_turn_port_is_open(port), 0);
}
END_TEST


/* a look at a process, one second after its start: what is known then */
static int
ck_look(pid_t pid, const char *library)
{
    np_run_t  run;
    np_turn_t t = {.library = library, .r = &run, .command = pid};

    np_run_init(&run, 0, 1);
    np_turn_look_at_libraries(&t, 1);
    return run.loaded;
}


/* of this process, which gets its "library" late */
START_TEST(test_a_library_that_comes_late_is_found)
{
    char      path[] = "/tmp/check_turn.XXXXXX";
    int       fd = mkstemp(path);
    np_run_t  run;
    np_turn_t t = {.library = path, .r = &run, .command = getpid()};
    void     *m;

    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(ftruncate(fd, 1), 0);
    np_run_init(&run, 0, 1);
    np_turn_look_at_libraries(&t, 0.001);
    ck_assert_int_eq(run.loaded, -1);
    np_turn_look_at_libraries(&t, 0.006);
    ck_assert_int_eq(run.loaded, 0);
    m = mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0);
    ck_assert_ptr_ne(m, MAP_FAILED);
    /* not that often */
    np_turn_look_at_libraries(&t, 0.007);
    ck_assert_int_eq(run.loaded, 0);
    np_turn_look_at_libraries(&t, 0.012);
    ck_assert_int_eq(run.loaded, 1);
    /* once is enough */
    munmap(m, 1);
    np_turn_look_at_libraries(&t, 1);
    ck_assert_int_eq(run.loaded, 1);
    close(fd);
    unlink(path);
}
END_TEST


/* one that has ended has no memory */
START_TEST(test_who_has_ended_lacks_nothing)
{
    pid_t     pid = fork();
    siginfo_t info;

    if (pid == 0) {
        _exit(0);
    }
    ck_assert_int_eq(waitid(P_PID, (id_t) pid, &info, WEXITED | WNOWAIT), 0);
    ck_assert_int_eq(ck_look(pid, "/bin/sh"), -1);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST


/* one that is stopped before the dynamic linker has its turn; a machine on
 * which nothing can be traced cannot show that */
START_TEST(test_who_is_not_linked_yet_lacks_nothing)
{
    pid_t pid = fork();
    int   status;

    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0) {
            (void) execl("/bin/sh", "sh", "-c", "exit 0", (char *) NULL);
        }
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    if (!WIFSTOPPED(status)) {
        return;
    }
    ck_assert_int_eq(ck_look(pid, "/etc/passwd"), -1);
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("turn");
    TCase *t = tcase_create("port");

    tcase_add_test(t, test_port_is_open_while_somebody_listens);
    suite_add_tcase(s, t);
    t = tcase_create("flood");
    tcase_add_test(t, test_flood_does_not_keep_it);
    suite_add_tcase(s, t);
    t = tcase_create("libraries");
    tcase_add_test(t, test_a_library_that_comes_late_is_found);
    tcase_add_test(t, test_who_has_ended_lacks_nothing);
    tcase_add_test(t, test_who_is_not_linked_yet_lacks_nothing);
    suite_add_tcase(s, t);
    return s;
}
