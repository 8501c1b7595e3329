#include "config.h"

#include "preload/np_last_words.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/np_check.h"
#include "base/np_out.h"
#include "heap/np_quarantine.h"
#include "heap/np_report.h"
#include "os/np_clock.h"
#include "os/np_env.h"
#include "os/np_fd.h"
#include "os/np_file.h"
#include "os/np_options.h"
#include "os/np_proc.h"
#include "os/np_sandbox.h"
#include "preload/np_profiling.h"
#include "profile/np_profile.h"

/* a snapshot is tried so often, a millisecond apart */
#define NP_LAST_WORDS_TRIES 500

int np_last_words_report;

static struct {
    int         fd;       /* duplicate of standard error; -1: none is kept */
    uint64_t    identity; /* of standard error; 0: there was none */
    int         pid;      /* whose memory this is: not a vfork child's */
    uint64_t    start_ns;
    _Atomic int xsaid;
} np_words = {.fd = -1};


int
np_last_words_stats(np_stats_t *s)
{
    int i;

    for (i = 0; i < NP_LAST_WORDS_TRIES; i++) {
        if (np_stats_collect(s) == 0) {
            return 0;
        }

        np_proc_sleep(1);
    }

    return -1;
}


/* Will standard error be wanted at the end?  A duplicate is kept for nothing
 * else: in a daemon it holds the pipe of whoever started that, and waits. */
static int
np_last_words_wants_stderr(void)
{
    char     name[PATH_MAX];
    char    *slash;
    unsigned type;

    if (strcmp(np_options.report, "stderr") == 0
        || np_file_name(name, sizeof(name), np_options.report) != 0) {
        return 1;
    }

    type = np_file_type(name, 0);
    if (type != 0) {
        return type != S_IFREG || faccessat(AT_FDCWD, name, W_OK, 0) != 0;
    }

    slash = strrchr(name, '/');
    if (slash == NULL) {
        return faccessat(AT_FDCWD, ".", W_OK | X_OK, 0) != 0;
    }

    slash[slash == name] = '\0';

    return faccessat(AT_FDCWD, name, W_OK | X_OK, 0) != 0;
}


/* standard error as it was when the process began, if a duplicate was kept and
 * is still open, or -1; programs close what they do not know, too, and then
 * the number may be that of a file of theirs */
static int
np_last_words_kept(void)
{
    return np_words.fd != -1
                   && np_fd_identity(np_words.fd) == np_words.identity
               ? np_words.fd
               : -1;
}


/* to fd; 0, or the error's number */
static int
np_last_words_write(int fd)
{
    char            buf[4096];
    np_out_t        o;
    np_stats_t      s;
    np_report_run_t run;

    np_out_init(&o, fd, buf, sizeof(buf));

    if (np_last_words_stats(&s) != 0) {
        np_outf(&o, "ngxpool: no report: the heap was locked at the end\n");
        np_out_flush(&o);
        return -o.failed;
    }

    run.command = np_env_command();
    run.pid = np_proc_pid();
    run.wall_ms = (np_clock_ns() - np_words.start_ns) / 1000000;
    np_clock_cpu_us(&run.user_us, &run.sys_us);
    np_proc_memory(&run.memory);

    if (np_options.report_format == NP_FORMAT_JSON) {
        np_report_json(&o, &s, &run);

    } else {
        np_report_text(&o, &s, &run, (int) np_options.report_exact);
    }

    np_out_flush(&o);

    return -o.failed;
}


/* the file could not be had, or not be written: a line, and the report behind
 * it where standard error was kept for that.  If it was not, nothing where its
 * number is that of another file now, nor in a sandbox (sshd's), where any
 * further call may be the last. */
static void
np_last_words_instead(int err)
{
    char     buf[512];
    np_out_t o;
    int      fd = np_last_words_kept();
    int      kept = fd != -1;

    if (!kept) {
        if (np_sandbox_is_on()
            || np_fd_identity(STDERR_FILENO) != np_words.identity) {
            return;
        }

        fd = STDERR_FILENO;
    }

    np_out_init(&o, fd, buf, sizeof(buf));
    np_outf(&o, "ngxpool: NGXPOOL_REPORT=%s: cannot be written: ",
            np_options.report);
    np_file_why(&o, err);
    np_outf(&o, err == ELOOP ? " (\"stderr\" is standard error)" : "");
    np_outf(&o, kept ? "; here is the report\n" : "; no report\n");
    np_out_flush(&o);

    if (kept) {
        (void) np_last_words_write(fd);
    }
}


/* apart, so that a small stack need not have room for the name as well */
NP_NOINLINE static int
np_last_words_create(void)
{
    char name[PATH_MAX];

    return np_file_name(name, sizeof(name), np_options.report) == 0
               ? np_file_create(name)
               : -EINVAL;
}


static void
np_last_words_report_now(void)
{
    int fd, rc;

    if (strcmp(np_options.report, "stderr") == 0) {
        fd = np_last_words_kept();
        (void) np_last_words_write(fd != -1 ? fd : STDERR_FILENO);
        return;
    }

    fd = np_last_words_create();
    rc = fd;

    if (fd >= 0) {
        rc = np_last_words_write(fd);
        np_file_close(fd);
    }

    if (rc < 0) {
        np_last_words_instead(-rc);
    }
}


/* 0 in the child of a vfork, and where a sandbox may kill for the question: it
 * is asked there for a report only, which needs more than that */
static int
np_last_words_is_ours(void)
{
    return (np_last_words_report || !np_sandbox_is_on())
           && np_proc_pid() == np_words.pid;
}


/* memory that was freed, and written to since (check mode) */
static void
np_last_words_verify(np_ended_e how)
{
    if (np_modes & NP_MODE_CHECK && how != NP_ENDED_FATAL
        && np_last_words_is_ours()) {
        np_quarantine_verify();
    }
}


void
np_last_words(np_ended_e how)
{
    int err = errno;
    int said = 0;

    np_last_words_verify(how);
    np_profiling_end(how);

    if (!np_last_words_report || !np_last_words_is_ours()
        || !atomic_compare_exchange_strong(&np_words.xsaid, &said, 1)) {
        return;
    }

    np_last_words_report_now();
    errno = err;
}


void
np_last_words_exec(int fd, const char *path, int flags)
{
    int err = errno;

    if ((((np_last_words_report || np_modes & NP_MODE_CHECK)
          && np_last_words_is_ours())
         || np_profile_is_on())
        && (flags & AT_EMPTY_PATH || faccessat(fd, path, X_OK, 0) == 0)) {
        np_last_words(NP_ENDED_EXEC);
    }

    errno = err;
}


void
np_last_words_undo(void)
{
    np_profiling_resume();

    if (np_last_words_report && np_last_words_is_ours()) {
        atomic_store(&np_words.xsaid, 0);
    }
}


static void
np_last_words_fatal(const char *what NP_UNUSED, const void *addr NP_UNUSED)
{
    np_last_words(NP_ENDED_FATAL);
}


/* installed with SA_RESETHAND: raised again, the signal does what it does
 * where nobody handles it */
static void
np_last_words_signal(int sig)
{
    np_last_words(NP_ENDED_SIGNAL);
    (void) raise(sig);
}


__attribute__((destructor)) static void
np_last_words_exit(void)
{
    if (np_last_words_due()) {
        np_last_words(NP_ENDED_EXIT);
    }
}


static void
np_last_words_child(void)
{
    if (np_last_words_report || !np_sandbox_is_on()) {
        np_words.pid = np_proc_pid();
    }

    np_words.start_ns = np_clock_ns();
    atomic_store(&np_words.xsaid, 0);
}


/* apart from the constructor, which each process runs */
NP_COLD static void
np_last_words_begin(void)
{
    struct sigaction action = {.sa_handler = np_last_words_signal,
                               .sa_flags = SA_RESETHAND | SA_NODEFER};
    struct sigaction old;

    np_last_words_report = np_options.report[0] != '\0';

    if (np_last_words_report) {
        np_words.identity = np_fd_identity(STDERR_FILENO);

        if (np_last_words_wants_stderr()) {
            np_words.fd = np_fd_dup_high(STDERR_FILENO);
        }
    }

    np_last_words_child();
    np_fatal_set_hook(np_last_words_fatal);
    (void) pthread_atfork(NULL, NULL, np_last_words_child);
    (void) at_quick_exit(np_last_words_exit);

    if ((np_last_words_report || np_options.profile != NP_PROFILE_OFF)
        && sigaction(SIGTERM, NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
        (void) sigaction(SIGTERM, &action, NULL);
    }
}


__attribute__((constructor)) static void
np_last_words_init(void)
{
    np_heap_configure();

    if ((np_options.report[0] != '\0' || np_options.profile != NP_PROFILE_OFF
         || np_options.check)
        && np_heap_get() != NULL) {
        np_last_words_begin();
    }
}
