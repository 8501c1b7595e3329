/*
 * ngxpool top: the call sites of a running program, live.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/np_cli.h"
#include "cli/np_ending.h"
#include "cli/np_outputs.h"
#include "cli/np_profiled.h"
#include "cli/np_run_results.h"
#include "cli/np_top_options.h"
#include "cli/np_top_view.h"

/* how long a command may take to begin its profile, in steps of 20 ms */
#define NP_TOP_PATIENCE 500

/* the longest sleep, seconds */
#define NP_TOP_PIECE 0.5

#define NP_TOP_COLUMNS 400

static const char np_top_text[]
    = "Usage: ngxpool top [OPTION...] PID | FILE\n"
      "       ngxpool top [OPTION...] [--] COMMAND [ARGUMENT...]\n"
      "\n"
      "Shows the call sites of a profiled process while it runs, read from "
      "its\n"
      "profile; the process is neither stopped nor traced.\n"
      "\n"
      "  -d, --delay SECONDS between two looks (1)\n"
      "  -n, --looks N       so many looks, then end\n"
      "  -b, --batch         plain text on standard output, without keys\n"
      "  --sort KEY          live, peak, rate, temporary or pinned (live)\n"
      "  --filter TEXT       only sites whose name has it in it\n"
      "  --top N             rows of each look with --batch (20); 0: all\n"
      "With a COMMAND:\n"
      "  --profile=KIND      exact, sample or sample:BYTES (sample)\n"
      "  -o, --output FILE   the profile's name (ngxpool.%p.prof)\n"
      "  --log FILE          where COMMAND's output goes (/dev/null; with "
      "--batch\n"
      "                      standard error); its input is /dev/null, unless "
      "--batch\n"
      "                      is given without it\n"
      "  -h, --help\n"
      "\n"
      "Keys: l k r t p sort by live, peak, rate, temporary, pinned; space "
      "pauses;\n"
      "/ filters; arrows select; Enter shows the stack; s writes a snapshot; "
      "q ends,\n"
      "and ends COMMAND.\n"
      "\n"
      "Examples:\n"
      "  ngxpool top $(pidof myserver)\n"
      "  ngxpool top -d 0.5 --sort rate -- ./build-index big.txt\n"
      "  ngxpool top --batch -n 3 -d 10 1234 >sites.txt\n"
      "\n"
      "Exit status: 0; 1 the process is not profiled; 2 wrong arguments; 3 "
      "other\n"
      "trouble; 126, 127 COMMAND cannot be profiled or run, is not found; "
      "128+N\n"
      "stopped by signal N, and COMMAND with it.\n";


void
np_cmd_top_usage(FILE *f)
{
    (void) fputs(np_top_text, f);
}


static int
np_top_say(int status, const char *what)
{
    (void) fprintf(stderr, "ngxpool top: %s\n", what);
    return status;
}


static double
np_top_now(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}


/* by pieces: a signal that comes just before a sleep does not end it */
static void
np_top_sleep(double seconds)
{
    double          until = np_top_now() + seconds, left = seconds;
    struct timespec t = {0, 0};

    while (left > 0 && np_ending_signal() == 0) {
        t.tv_nsec = (long) ((left < NP_TOP_PIECE ? left : NP_TOP_PIECE) * 1e9);
        (void) nanosleep(&t, NULL);
        left = until - np_top_now();
    }
}


static void
np_top_print(const np_top_rows_t *t, unsigned top)
{
    char line[2048];

    for (unsigned i = 0; i < NP_TOP_LINES; i++) {
        np_top_head(t, i, line, sizeof(line), NP_TOP_COLUMNS);
        (void) puts(line);
    }
    for (unsigned i = 0; i < t->n && (top == 0 || i < top); i++) {
        np_top_line(t, i, line, sizeof(line), NP_TOP_COLUMNS);
        (void) puts(line);
    }
    if (top != 0 && t->n > top) {
        (void) printf("and %u sites more\n", t->n - top);
    }
}


/* until the looks are used up, nothing changes any more, or a signal ends it
 */
static int
np_top_batch(np_top_rows_t *t, np_top_source_t *s, const np_top_options_t *o)
{
    char err[NP_TOP_ERROR];

    for (unsigned i = 0; o->pace.looks == 0 || i < o->pace.looks; i++) {
        if (i != 0) {
            np_top_sleep(o->pace.delay);
            if (np_ending_signal() != 0) {
                break;
            }
            (void) putchar('\n');
        }
        if (np_top_rows_look(t, s, err) != 0) {
            return np_top_say(NP_EXIT_TROUBLE, err);
        }
        np_top_print(t, o->top);
        if (fflush(stdout) != 0 && np_ending_signal() == 0) {
            return np_top_say(NP_EXIT_TROUBLE, "writing failed");
        }
        if (!np_top_rows_go_on(t, s)) {
            break;
        }
    }
    return NP_EXIT_OK;
}


static int
np_top_show(np_top_source_t *s, const np_top_options_t *o)
{
    np_top_rows_t t;
    char          err[NP_TOP_ERROR];
    int           status;

    np_top_rows_init(&t);
    t.key = o->key;
    (void) snprintf(t.filter, sizeof(t.filter), "%s", o->filter);
    if (o->batch) {
        status = np_top_batch(&t, s, o);
    } else {
        status = np_top_view(&t, s, &o->pace, err) == 0
                     ? NP_EXIT_OK
                     : np_top_say(NP_EXIT_TROUBLE, err);
    }
    np_top_rows_fini(&t);
    return status;
}


/* its profile appears some time after its exec.  1: it has ended before; it
 * may have left a profile all the same */
static int
np_top_await(np_top_source_t *s, const np_child_t *child, int *status,
             char err[NP_TOP_ERROR])
{
    for (int i = 0; i < NP_TOP_PATIENCE && np_ending_signal() == 0; i++) {
        if (np_top_source_process(s, child->pid, err) == 0) {
            return 0;
        }
        if (np_child_poll(child, status)) {
            return 1;
        }
        np_top_sleep(0.02);
    }
    return -1;
}


static int
np_top_watch(const np_top_options_t *o, const np_profiled_t *p)
{
    np_top_source_t s;
    np_child_t      child;
    uint64_t        since = np_outputs_now();
    char            err[NP_TOP_ERROR];
    int             status, ended, code = 0;

    status = np_profiled_start(p, &child);
    if (status != NP_EXIT_OK) {
        return status;
    }
    /* until here signals are blocked */
    np_ending_begin();
    np_child_release(&child);
    ended = np_top_await(&s, &child, &code, err);
    if (ended == 0) {
        status = np_top_show(&s, o);
        np_top_source_close(&s);
    } else if (ended == -1) {
        status = np_ending_signal() != 0 ? NP_EXIT_FAILED
                                         : np_top_say(NP_EXIT_FAILED, err);
    } else {
        (void) fprintf(stderr,
                       "ngxpool top: the command has ended at once, status "
                       "%d\n",
                       code);
    }
    if (ended != 1) {
        (void) np_child_stop(&child);
    }
    np_run_results(&(np_run_results_t){.tool = p->tool,
                                       .pattern = p->pattern,
                                       .own = p->own,
                                       .since = since,
                                       .command = child.pid});
    return np_ending_signal() != 0 ? 128 + np_ending_signal() : status;
}


static int
np_top_command(const np_top_options_t *o)
{
    np_profiled_t p = {.tool = "ngxpool top",
                       .argv = o->command,
                       .profile = o->profile,
                       .follow = 1,
                       .in = -1,
                       .out = o->batch ? 2 : -1,
                       .err = -1};
    const char   *log = o->log == NULL && !o->batch ? "/dev/null" : o->log;
    char         *pattern = np_outputs_absolute(o->output);
    int           status;

    if (pattern == NULL) {
        return np_top_say(NP_EXIT_TROUBLE, strerror(errno));
    }
    p.pattern = pattern;
    status = np_profiled_prepare(&p);
    if (status == NP_EXIT_OK && log != NULL) {
        p.in = open("/dev/null", O_RDONLY | O_CLOEXEC);
        p.out = p.err
            = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (p.out == -1) {
            (void) fprintf(stderr, "ngxpool top: %s: %m\n", log);
            status = NP_EXIT_TROUBLE;
        }
    }
    if (status == NP_EXIT_OK) {
        status = np_top_watch(o, &p);
    }
    free(pattern);
    free(p.library);
    return status;
}


typedef enum {
    NP_TOP_IS_COMMAND = 0,
    NP_TOP_IS_PROCESS,
    NP_TOP_IS_FILE
} np_top_what_e;


/* a number is a process, a file that is not executable a profile, all else a
 * command */
static np_top_what_e
np_top_what(const np_top_options_t *o)
{
    const char *name = o->command[0];
    size_t      digits = strspn(name, "0123456789");
    struct stat st;

    if (o->command[1] != NULL || o->is_command) {
        return NP_TOP_IS_COMMAND;
    }
    if (digits != 0 && digits < 10 && name[digits] == '\0') {
        return NP_TOP_IS_PROCESS;
    }
    return stat(name, &st) == 0 && S_ISREG(st.st_mode)
                   && access(name, X_OK) != 0
               ? NP_TOP_IS_FILE
               : NP_TOP_IS_COMMAND;
}


static int
np_top_begin(const np_top_options_t *o)
{
    const char     *name = o->command[0];
    np_top_what_e   what = np_top_what(o);
    np_top_source_t s;
    char            err[NP_TOP_ERROR];
    int             status;

    if (what == NP_TOP_IS_COMMAND) {
        return np_top_command(o);
    }
    if (o->starting != NULL) {
        (void) fprintf(stderr,
                       "ngxpool top: %s is for a COMMAND that is started, and "
                       "%s is a %s: leave it out, or write -- before a "
                       "COMMAND\n",
                       o->starting, name,
                       what == NP_TOP_IS_PROCESS ? "process" : "profile");
        return NP_EXIT_USAGE;
    }
    if (what == NP_TOP_IS_PROCESS) {
        if (np_top_source_process(&s, (pid_t) atoi(name), err) != 0) {
            return np_top_say(NP_EXIT_FAILED, err);
        }
    } else if (np_top_source_file(&s, name, err) != 0) {
        return np_top_say(NP_EXIT_TROUBLE, err);
    }
    np_ending_begin();
    status = np_top_show(&s, o);
    np_top_source_close(&s);
    return np_ending_signal() != 0 ? 128 + np_ending_signal() : status;
}


int
np_cmd_top(int argc, char **argv)
{
    np_top_options_t o;
    char             err[512];

    if (np_top_options_parse(&o, argc, argv, err, sizeof(err)) != 0) {
        return np_top_say(NP_EXIT_USAGE, err);
    }
    if (o.help) {
        np_cmd_top_usage(stdout);
        return NP_EXIT_OK;
    }
    if (!o.batch && (!isatty(0) || !isatty(1))) {
        return np_top_say(NP_EXIT_USAGE, "standard input and output are no "
                                         "terminal; use --batch");
    }
    return np_top_begin(&o);
}
