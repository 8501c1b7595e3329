/*
 * ngxpool compare: RSS and time of a command under several allocators.
 */
#include "config.h"

#include <gnu/libc-version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "cli/np_allocators.h"
#include "cli/np_cli.h"
#include "cli/np_replace.h"
#include "cli/np_session.h"
#include "cli/np_source.h"
#include "report/np_compare_render.h"
#include "report/np_escape.h"
#include "report/np_human.h"

static const char np_compare_text[]
    = "Usage: ngxpool compare [OPTION...] [--] COMMAND [ARGUMENT...]\n"
      "\n"
      "Runs COMMAND several times under each allocator and compares time, "
      "RSS,\n"
      "PSS and faults of its whole process tree.\n"
      "\n"
      "  -n, --runs N        measured runs of each (5)\n"
      "  --warmup N          rounds that are thrown away (1)\n"
      "  --with A,B,...      allocators: glibc, ngxpool, jemalloc, mimalloc,\n"
      "                      tcmalloc, tbbmalloc, snmalloc, rpmalloc, "
      "hardened\n"
      "                      or NAME=PATH (all that are installed)\n"
      "  --interval MS       between samples (10); grows when they get dear\n"
      "  --seed N            of the order in each round (1)\n"
      "  --pin CPUS          run COMMAND on these CPUs only, like 0,2-3\n"
      "  --timeout SECONDS   end a run that takes longer\n"
      "  --linger SECONDS    follow processes that outlive COMMAND (10)\n"
      "  --allow-different-output\n"
      "                      differing standard output is no error\n"
      "Servers:\n"
      "  --load CMD          shell command that loads the server; wants one "
      "of\n"
      "                      --port and --ready, which want it, as --idle "
      "does\n"
      "  --port N            it is ready when this port accepts connections\n"
      "  --ready CMD         it is ready when this shell command succeeds\n"
      "  --ready-timeout SECONDS\n"
      "                      how long to wait for that (30)\n"
      "  --idle SECONDS      watch it so long after the load, then stop it\n"
      "Output:\n"
      "  --json FILE, --csv FILE, --html FILE\n"
      "  --export-samples FILE\n"
      "                      every sample as CSV; of these one FILE may be "
      "-,\n"
      "                      standard output, instead of the table\n"
      "  -h, --help\n"
      "\n"
      "A standard input that is a file is read from its beginning in each "
      "run.\n"
      "\n"
      "Examples:\n"
      "  ngxpool compare -n 10 --html page.html -- python3 script.py\n"
      "  ngxpool compare --with glibc,ngxpool -- sort <words.txt\n"
      "  ngxpool compare --port 7777 --load 'sh fill.sh' --idle 10 -- \\\n"
      "      ./server 7777\n"
      "\n"
      "Exit status: 0; 1 a run failed or outputs differ; 2 wrong arguments; "
      "3\n"
      "other trouble; 126, 127 COMMAND cannot be run, is not found; 128+N\n"
      "stopped by signal N.\n";


void
np_cmd_compare_usage(FILE *f)
{
    (void) fputs(np_compare_text, f);
}


static int
np_compare_say(int status, const char *what)
{
    (void) fprintf(stderr, "ngxpool compare: %s\n", what);
    return status;
}


/* "always [madvise] never" */
static void
np_compare_huge_pages(char *mode, size_t size)
{
    FILE *f = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
    char  line[80], *open = NULL, *close;

    (void) snprintf(mode, size, "unknown");
    if (f == NULL) {
        return;
    }
    if (fgets(line, sizeof(line), f) != NULL
        && (open = strchr(line, '[')) != NULL
        && (close = strchr(open, ']')) != NULL) {
        *close = '\0';
        (void) snprintf(mode, size, "%.15s", open + 1);
    }
    (void) fclose(f);
}


static void
np_compare_facts(np_comparison_t *c)
{
    struct utsname u;
    char           huge[16], memory[NP_HUMAN_MAX];
    time_t         now = time(NULL);
    struct tm      tm;

    np_compare_huge_pages(huge, sizeof(huge));
    if (uname(&u) != 0) {
        memset(&u, 0, sizeof(u));
    }
    (void) snprintf(
        c->machine, sizeof(c->machine),
        "%s %s %s, glibc %s, %ld CPUs, %s, huge pages: %s", u.sysname,
        u.release, u.machine, gnu_get_libc_version(),
        sysconf(_SC_NPROCESSORS_ONLN),
        np_human_bytes(memory, (double) sysconf(_SC_PHYS_PAGES)
                                   * (double) sysconf(_SC_PAGESIZE)),
        huge);
    if (gmtime_r(&now, &tm) != NULL) {
        (void) strftime(c->date, sizeof(c->date), "%Y-%m-%dT%H:%M:%SZ", &tm);
    }
}


static int
np_compare_write(np_file_e kind, FILE *f, const np_comparison_t *c)
{
    switch (kind) {
    case NP_FILE_JSON:
        return np_compare_json(f, c);
    case NP_FILE_CSV:
        np_compare_csv(f, c);
        return 0;
    case NP_FILE_HTML:
        return np_compare_html(f, c);
    default:
        np_compare_samples_csv(f, c);
        return 0;
    }
}


/* that it cannot be written shows before an hour of runs, not after */
static int
np_compare_open(np_replace_t file[NP_FILES], const np_compare_options_t *o)
{
    for (int i = 0; i < NP_FILES; i++) {
        if (o->file[i] != NULL
            && np_replace_begin(&file[i], o->file[i]) != 0) {
            (void) fprintf(stderr, "ngxpool compare: %s: %m\n", o->file[i]);
            return -1;
        }
    }
    return 0;
}


/* where no run was made, files of an earlier comparison stay */
static int
np_compare_store(np_replace_t *file, np_file_e kind, const char *name,
                 const np_comparison_t *c)
{
    int good = c->nruns != 0;
    int bad = good && np_compare_write(kind, file->f, c) != 0;

    bad |= np_replace_end(file, good && !bad) != 0;
    if (bad) {
        (void) fprintf(stderr,
                       "ngxpool compare: %s: it could not be written\n", name);
    }
    return bad ? -1 : 0;
}


static int
np_compare_is_standard(const char *name)
{
    return name != NULL && strcmp(name, "-") == 0;
}


/* standard output is the last: if it is closed, that ends us */
static int
np_compare_close(np_replace_t file[NP_FILES], const np_compare_options_t *o,
                 const np_comparison_t *c)
{
    int rc = 0;

    for (int standard = 0; standard < 2; standard++) {
        for (int i = 0; i < NP_FILES; i++) {
            if (o->file[i] != NULL
                && np_compare_is_standard(o->file[i]) == standard
                && np_compare_store(&file[i], (np_file_e) i, o->file[i], c)
                       != 0) {
                rc = -1;
            }
        }
    }
    return rc;
}


/* a file that goes to standard output takes the table's place */
static int
np_compare_has_table(const np_compare_options_t *o)
{
    for (int i = 0; i < NP_FILES; i++) {
        if (np_compare_is_standard(o->file[i])) {
            return 0;
        }
    }
    return 1;
}


static int
np_compare_print(const np_comparison_t *c)
{
    struct winsize w;
    int            tty = isatty(1);
    int            colour = np_source_has_colour(1);
    unsigned       columns = 79;

    if (tty && ioctl(1, TIOCGWINSZ, &w) == 0 && w.ws_col > 40) {
        columns = w.ws_col;
    }
    if (np_compare_table(stdout, c, colour) != 0) {
        return -1;
    }
    np_compare_plot(stdout, c, columns, colour);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}


static int
np_compare_status(const np_comparison_t *c)
{
    unsigned runs;

    for (unsigned a = 0; a < c->nallocators; a++) {
        if (np_comparison_failures(c, a, &runs) != 0) {
            return NP_EXIT_FAILED;
        }
    }
    return c->differs ? NP_EXIT_FAILED : NP_EXIT_OK;
}


static int
np_compare_worse(int a, int b)
{
    return a > b ? a : b;
}


/* the files come first: a closed pipe ends us amid printing */
static int
np_compare_play(np_comparison_t *c, const np_compare_options_t *o)
{
    np_replace_t file[NP_FILES];
    char         err[512];
    int          status, end;

    if (np_compare_open(file, o) != 0) {
        return NP_EXIT_TROUBLE;
    }
    status = np_session_play(c, o, err, sizeof(err));
    /* the output of a server tells of times and pids */
    if (!o->any_output && o->load == NULL) {
        np_comparison_outputs(c);
    }
    end = status != NP_EXIT_OK ? status : np_compare_status(c);
    if (np_compare_close(file, o, c) != 0) {
        end = np_compare_worse(end, NP_EXIT_TROUBLE);
    }
    if (err[0] != '\0') {
        (void) np_compare_say(0, err);
    }
    if ((status == NP_EXIT_OK || c->nruns != 0 || c->interrupted)
        && np_compare_has_table(o) && np_compare_print(c) != 0) {
        (void) np_compare_say(0, "standard output could not be written");
        end = np_compare_worse(end, NP_EXIT_TROUBLE);
    }
    return end;
}


int
np_cmd_compare(int argc, char **argv)
{
    np_compare_options_t o;
    np_comparison_t      c;
    char                 err[512];
    int                  status;

    if (np_compare_options_parse(&o, argc, argv, err, sizeof(err)) != 0) {
        return np_compare_say(NP_EXIT_USAGE, err);
    }
    if (o.help) {
        np_cmd_compare_usage(stdout);
        return NP_EXIT_OK;
    }
    memset(&c, 0, sizeof(c));
    if (np_allocators_select(&c, o.with, err, sizeof(err)) != 0) {
        np_allocators_free(&c);
        return np_compare_say(NP_EXIT_USAGE, err);
    }
    if (getenv("LD_PRELOAD") != NULL) {
        (void) np_compare_say(0, "LD_PRELOAD is set: COMMAND runs without it");
    }
    c.command = o.command;
    c.line = np_escape_command(o.command);
    if (c.line != NULL) {
        np_escape_text(c.line);
    }
    c.load = o.load;
    c.idle = o.idle;
    c.rounds = o.runs;
    c.warmup = o.warmup;
    c.seed = o.seed;
    c.interval = o.interval;
    c.pin = o.pin;
    np_compare_facts(&c);
    status = c.line != NULL ? np_compare_play(&c, &o)
                            : np_compare_say(NP_EXIT_TROUBLE, "no memory");
    for (unsigned i = 0; i < c.nruns; i++) {
        np_run_free(&c.run[i]);
    }
    np_allocators_free(&c);
    free(c.run);
    free(c.line);
    return status;
}
