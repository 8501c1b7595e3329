/*
 * The table of options, its reader and its printer.
 *
 * There are two kinds: a text, copied as it stands, and a value, which is one
 * of some words or a number within a range, or either.  What a message says
 * is allowed, and the help, are made from the same table.
 */

#include "config.h"

#include "os/np_options.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "os/np_env.h"
#include "os/np_fail.h"
#include "os/np_file.h"
#include "os/np_proc.h"

#define NP_OPTIONS_PREFIX "NGXPOOL_"
#define NP_OPTIONS_NONE   "off" /* sets a text to none */
#define NP_OPTIONS_SIGNS  ", of % only %p, %n and %%"
#define NP_OPTIONS_SHOWN  64 /* bytes of a value in a message, at the most */

#define NP_OPTIONS_DEFAULT                                                    \
    {                                                                         \
        .report = "", .report_format = NP_FORMAT_TEXT, .report_exact = 0,     \
        .max = 4095, .block = 1024, .reclaim = 1, .purge = 50,                \
        .background = 0, .check = 0, .quarantine = 8 << 20, .guard = 0,       \
        .abort = NP_ABORT_ABORT, .foreign = NP_FOREIGN_FATAL,                 \
        .deepbind = NP_DEEPBIND_CLEAR, .advice = "",                          \
        .profile = NP_PROFILE_OFF, .profile_file = "ngxpool.%p.prof",         \
        .profile_only = "", .profile_depth = 32, .profile_follow = 1,         \
        .profile_signal = 0, .help = 0                                        \
    }

typedef struct {
    char   name[8];
    size_t value;
} np_options_word_t;

typedef enum {
    NP_OPTIONS_TEXT,
    NP_OPTIONS_VALUE
} np_options_kind_e;

/* which words a value may be; each list ends with an empty one */
typedef enum {
    NP_OPTIONS_NO_WORD = 0,
    NP_OPTIONS_FLAG,
    NP_OPTIONS_SWITCH,
    NP_OPTIONS_FORMAT,
    NP_OPTIONS_OFF,
    NP_OPTIONS_END,
    NP_OPTIONS_STRANGER,
    NP_OPTIONS_BIND,
    NP_OPTIONS_PROFILE,
    NP_OPTIONS_NEVER,
    NP_OPTIONS_PATTERN /* of a text: a pattern of np_file_name() */
} np_options_words_e;

/* the texts lie in the rows: a pointer to one would have to be relocated in
 * each process, and most have no option to look up here */
typedef struct {
    char               name[20]; /* without the prefix; empty: no row */
    np_options_kind_e  kind;
    size_t             offset; /* in np_options_t */
    np_options_words_e words;
    size_t             min;       /* of a number, or bytes of a text */
    size_t             max;       /* 0: no number is allowed */
    char               before[8]; /* what a number follows */
    char               unit[12];
    char               help[200];
} np_options_row_t;

np_options_t              np_options = NP_OPTIONS_DEFAULT;
static const np_options_t np_options_default = NP_OPTIONS_DEFAULT;
static const char         np_options_prefix[] = NP_OPTIONS_PREFIX;

static const np_options_word_t np_options_words[][5] = {
    [NP_OPTIONS_NO_WORD] = {{"", 0}},
    [NP_OPTIONS_FLAG] = {{"0", 0}, {"1", 1}, {"off", 0}, {"on", 1}, {"", 0}},
    [NP_OPTIONS_SWITCH] = {{"on", 1}, {"off", 0}, {"1", 1}, {"0", 0}, {"", 0}},
    [NP_OPTIONS_FORMAT]
    = {{"text", NP_FORMAT_TEXT}, {"json", NP_FORMAT_JSON}, {"", 0}},
    [NP_OPTIONS_OFF] = {{"off", NP_PURGE_OFF}, {"", 0}},
    [NP_OPTIONS_END] = {{"abort", NP_ABORT_ABORT},
                        {"exit", NP_ABORT_EXIT},
                        {"ignore", NP_ABORT_IGNORE},
                        {"", 0}},
    [NP_OPTIONS_STRANGER]
    = {{"fatal", NP_FOREIGN_FATAL}, {"ignore", NP_FOREIGN_IGNORE}, {"", 0}},
    [NP_OPTIONS_BIND]
    = {{"clear", NP_DEEPBIND_CLEAR}, {"keep", NP_DEEPBIND_KEEP}, {"", 0}},
    [NP_OPTIONS_PROFILE] = {{"off", NP_PROFILE_OFF},
                            {"exact", NP_PROFILE_EXACT},
                            {"sample", 524288},
                            {"", 0}},
    [NP_OPTIONS_NEVER] = {{"off", 0}, {"", 0}},
};

#define NP_OPTIONS_AT(f) offsetof(np_options_t, f)

static const np_options_row_t np_options_table[] = {
    {"REPORT", NP_OPTIONS_TEXT, NP_OPTIONS_AT(report), NP_OPTIONS_NO_WORD, 0,
     sizeof(np_options.report) - 1, "", "bytes",
     "Write a report when the process ends: \"stderr\", or a file name in\n"
     "which %p is the process id and %n the command's name."},
    {"REPORT_FORMAT", NP_OPTIONS_VALUE, NP_OPTIONS_AT(report_format),
     NP_OPTIONS_FORMAT, 0, 0, "", "", "How the report is written."},
    {"REPORT_EXACT", NP_OPTIONS_VALUE, NP_OPTIONS_AT(report_exact),
     NP_OPTIONS_FLAG, 0, 0, "", "",
     "Sizes in a text report as plain bytes, not as KiB, MiB and so on."},
    {"MAX", NP_OPTIONS_VALUE, NP_OPTIONS_AT(max), NP_OPTIONS_NO_WORD, 16, 4095,
     "", "bytes",
     "The largest request that pools serve; with the default, sizes up to\n"
     "16 KiB that are often asked for get pools, too."},
    {"BLOCK", NP_OPTIONS_VALUE, NP_OPTIONS_AT(block), NP_OPTIONS_NO_WORD, 512,
     1048576, "", "bytes",
     "The first block of a pool; later ones grow with the pool."},
    {"RECLAIM", NP_OPTIONS_VALUE, NP_OPTIONS_AT(reclaim), NP_OPTIONS_SWITCH, 0,
     0, "", "",
     "Use freed memory again; off: as in a plain nginx pool, small memory\n"
     "comes back only when its thread's pool is destroyed."},
    {"PURGE", NP_OPTIONS_VALUE, NP_OPTIONS_AT(purge), NP_OPTIONS_OFF, 0, 1000,
     "", "percent",
     "Give free memory back to the kernel when it is more than so many\n"
     "percent of the live memory."},
    {"BACKGROUND", NP_OPTIONS_VALUE, NP_OPTIONS_AT(background),
     NP_OPTIONS_FLAG, 0, 0, "", "",
     "Let a thread of ours give memory back while the program is idle."},
    {"CHECK", NP_OPTIONS_VALUE, NP_OPTIONS_AT(check), NP_OPTIONS_FLAG, 0, 0,
     "", "", "Fill freed memory with junk and guard the ends of blocks."},
    {"QUARANTINE", NP_OPTIONS_VALUE, NP_OPTIONS_AT(quarantine),
     NP_OPTIONS_NEVER, 0, 1 << 30, "", "bytes",
     "With CHECK: freed objects are held back until there are so many bytes."},
    {"GUARD", NP_OPTIONS_VALUE, NP_OPTIONS_AT(guard), NP_OPTIONS_FLAG, 0, 0,
     "", "", "Put each large block between two pages without access."},
    {"ABORT", NP_OPTIONS_VALUE, NP_OPTIONS_AT(abort), NP_OPTIONS_END, 0, 0, "",
     "",
     "What follows the line about a wrong pointer or a double free: a core\n"
     "dump, exit status 134, or nothing."},
    {"FOREIGN", NP_OPTIONS_VALUE, NP_OPTIONS_AT(foreign), NP_OPTIONS_STRANGER,
     0, 0, "", "",
     "A pointer that is neither ours nor glibc's is misuse, see above, or\n"
     "left alone: then the first one is told, and all are counted."},
    {"DEEPBIND", NP_OPTIONS_VALUE, NP_OPTIONS_AT(deepbind), NP_OPTIONS_BIND, 0,
     0, "", "",
     "Libraries that the program opens with RTLD_DEEPBIND: without that, so\n"
     "that they use our malloc, or with it."},
    {"ADVICE", NP_OPTIONS_TEXT, NP_OPTIONS_AT(advice), NP_OPTIONS_NO_WORD, 0,
     sizeof(np_options.advice) - 1, "", "bytes",
     "A file that `ngxpool advise --advice` wrote: small requests of its\n"
     "call sites lie in pools apart from others, and realloc at RESERVE\n"
     "sites asks for half as much again."},
    {"PROFILE", NP_OPTIONS_VALUE, NP_OPTIONS_AT(profile), NP_OPTIONS_PROFILE,
     1, (size_t) 1 << 40, "sample:", "bytes",
     "Attribute memory to call sites, of each object or of one in so many\n"
     "bytes, in a file that `ngxpool report` reads."},
    {"PROFILE_FILE", NP_OPTIONS_TEXT, NP_OPTIONS_AT(profile_file),
     NP_OPTIONS_PATTERN, 0, sizeof(np_options.profile_file) - 1, "", "bytes",
     "The profile's name, with %p and %n; a number is appended if it exists."},
    {"PROFILE_DEPTH", NP_OPTIONS_VALUE, NP_OPTIONS_AT(profile_depth),
     NP_OPTIONS_NO_WORD, 1, 256, "", "frames",
     "Frames of a call stack that are told apart."},
    {"PROFILE_FOLLOW", NP_OPTIONS_VALUE, NP_OPTIONS_AT(profile_follow),
     NP_OPTIONS_FLAG, 0, 4194304, "", "",
     "Profile the children of fork, too; a process id: that process alone."},
    {"PROFILE_ONLY", NP_OPTIONS_TEXT, NP_OPTIONS_AT(profile_only),
     NP_OPTIONS_NO_WORD, 0, sizeof(np_options.profile_only) - 1, "", "bytes",
     "Profile only processes whose command has this name."},
    {"PROFILE_SIGNAL", NP_OPTIONS_VALUE, NP_OPTIONS_AT(profile_signal),
     NP_OPTIONS_NEVER, 1, 64, "", "",
     "A signal of this number begins profiling, or stops it."},
    {"HELP", NP_OPTIONS_VALUE, NP_OPTIONS_AT(help), NP_OPTIONS_FLAG, 0, 0, "",
     "", "Print this text on standard error when the process starts."},
#ifdef NP_DEBUG
    {"FAIL", NP_OPTIONS_TEXT, NP_OPTIONS_AT(fail), NP_OPTIONS_NO_WORD, 0,
     sizeof(np_options.fail) - 1, "", "bytes",
     "Refuse a call to the kernel: KIND:N, or KIND:N+ for all from it on; a\n"
     "KIND is map, unmap, remap, purge, guard, advise, or any."},
#endif
    {"", NP_OPTIONS_TEXT, 0, NP_OPTIONS_NO_WORD, 0, 0, "", "", ""}};


/* user text on one line, whatever it holds */
static void
np_options_quote(np_out_t *o, const char *s, size_t n)
{
    size_t i;
    char   c;

    for (i = 0; i < n && s[i] != '\0'; i++) {
        if (i == NP_OPTIONS_SHOWN) {
            np_outf(o, "...");
            return;
        }

        c = s[i];
        c = (unsigned char) c < 0x20 || c == 0x7f ? '?' : c;
        np_out_bytes(o, &c, 1);
    }
}


static void
np_options_allowed(np_out_t *o, const np_options_row_t *r)
{
    const np_options_word_t *w;
    const char              *bar = "";

    if (r->kind == NP_OPTIONS_TEXT) {
        np_outf(o, "at most %zu %s", r->max, r->unit);
        return;
    }

    for (w = np_options_words[r->words]; w->name[0] != '\0'; w++) {
        np_outf(o, "%s%s", bar, w->name);
        bar = "|";
    }

    if (r->max != 0) {
        np_outf(o, "%s%s%zu..%zu%s%s", bar, r->before, r->min, r->max,
                r->unit[0] != '\0' ? " " : "", r->unit);
    }
}


static void
np_options_show(np_out_t *o, const np_options_row_t *r, const np_options_t *v)
{
    const np_options_word_t *w;
    const char              *s;
    size_t                   n;

    if (r->kind == NP_OPTIONS_TEXT) {
        s = (const char *) v + r->offset;
        np_outf(o, "%s", *s != '\0' ? s : NP_OPTIONS_NONE);
        return;
    }

    memcpy(&n, (const char *) v + r->offset, sizeof(n));

    for (w = np_options_words[r->words]; w->name[0] != '\0'; w++) {
        if (w->value == n) {
            np_outf(o, "%s", w->name);
            return;
        }
    }

    np_outf(o, "%zu", n);
}


/* decimal digits and at most one of k, m, g, K, M, G; 0 or -1 */
static int
np_options_number(const char *s, size_t *n)
{
    static const char units[] = "kmg";

    const char *unit;
    size_t      v = 0;
    unsigned    shift = 0;

    if (*s < '0' || *s > '9') {
        return -1;
    }

    for (; *s >= '0' && *s <= '9'; s++) {
        if (v > (SIZE_MAX - 9) / 10) {
            return -1;
        }

        v = v * 10 + (size_t) (*s - '0');
    }

    unit = *s != '\0' ? strchr(units, *s | ' ') : NULL;

    if (unit != NULL) {
        shift = 10 * (unsigned) (unit - units + 1);
        s++;
    }

    if (*s != '\0' || v > SIZE_MAX >> shift) {
        return -1;
    }

    *n = v << shift;

    return 0;
}


/* s into its field of np_options; -1 if it is not allowed there */
static int
np_options_set(const np_options_row_t *r, const char *s)
{
    char                    *field = (char *) &np_options + r->offset;
    const np_options_word_t *w;
    size_t                   n;

    if (r->kind == NP_OPTIONS_TEXT) {
        s = strcmp(s, NP_OPTIONS_NONE) == 0 ? "" : s;
        n = strlen(s);

        if (n > r->max
            || (r->words == NP_OPTIONS_PATTERN && !np_file_is_pattern(s))) {
            return -1;
        }

        memcpy(field, s, n + 1);
        return 0;
    }

    for (w = np_options_words[r->words]; w->name[0] != '\0'; w++) {
        if (strcmp(s, w->name) == 0) {
            memcpy(field, &w->value, sizeof(w->value));
            return 0;
        }
    }

    n = strlen(r->before);

    if (strncmp(s, r->before, n) != 0 || r->max == 0
        || np_options_number(s + n, &n) != 0 || n < r->min || n > r->max) {
        return -1;
    }

    memcpy(field, &n, sizeof(n));

    return 0;
}


static void
np_options_read(np_out_t *o, const np_options_row_t *r)
{
    char        name[32];
    np_out_t    n;
    const char *s;

    np_out_init(&n, -1, name, sizeof(name));
    np_outf(&n, "%s%s", NP_OPTIONS_PREFIX, r->name);

    s = np_env_get(name);

    if (s == NULL || *s == '\0' || np_options_set(r, s) == 0) {
        return;
    }

    np_outf(o, "ngxpool: %s=", name);
    np_options_quote(o, s, SIZE_MAX);
    np_outf(o, ": allowed: ");
    np_options_allowed(o, r);
    np_outf(o, "%s; using ",
            r->words == NP_OPTIONS_PATTERN ? NP_OPTIONS_SIGNS : "");
    np_options_show(o, r, &np_options_default);
    np_outf(o, "\n");
    (void) np_out_flush(o);
}


/* says so if e, an NGXPOOL_ entry of the environment, is in no row */
static void
np_options_know(np_out_t *o, const char *e)
{
    const np_options_row_t *r;
    const char             *s = e + sizeof(NP_OPTIONS_PREFIX) - 1;
    size_t                  n = strcspn(s, "=");

    for (r = np_options_table; r->name[0] != '\0'; r++) {
        if (strlen(r->name) == n && memcmp(r->name, s, n) == 0) {
            return;
        }
    }

    np_outf(o, "ngxpool: %s", NP_OPTIONS_PREFIX);
    np_options_quote(o, s, n);
    np_outf(o, ": no such option; NGXPOOL_HELP=1 shows them\n");
    (void) np_out_flush(o);
}


/* 1 if e begins as our variables do.  By hand: this is all that most processes
 * run of this file, and libc's functions lie in pages of their own */
static int
np_options_is_ours(const char *e)
{
    const char *prefix = np_options_prefix;

    while (*prefix != '\0' && *e == *prefix) {
        e++;
        prefix++;
    }

    return *prefix == '\0';
}


/* 1 if any option is given, valid or not */
static int
np_options_given(void)
{
    const char *const *e;

    for (e = np_env_list(); *e != NULL; e++) {
        if (np_options_is_ours(*e)) {
            return 1;
        }
    }

    return 0;
}


/* 1 unless PROFILE_ONLY or PROFILE_FOLLOW names another process */
static int
np_options_are_profiled(void)
{
    return (np_options.profile_only[0] == '\0'
            || strcmp(np_options.profile_only, np_env_command()) == 0)
           && (np_options.profile_follow <= 1
               || np_options.profile_follow == (size_t) np_proc_pid());
}


/* sets what the environment has */
NP_NOINLINE static void
np_options_take(void)
{
    char                    buf[512];
    np_out_t                o;
    const char *const      *e;
    const np_options_row_t *r;

    (void) np_env_command();

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));

    for (r = np_options_table; r->name[0] != '\0'; r++) {
        np_options_read(&o, r);
    }

    for (e = np_env_list(); *e != NULL; e++) {
        if (np_options_is_ours(*e)) {
            np_options_know(&o, *e);
        }
    }

    if (!np_options_are_profiled()) {
        np_options.profile = NP_PROFILE_OFF;
    }

    np_fail_begin();

    if (np_options.help) {
        np_options_help(&o);
        (void) np_out_flush(&o);
    }
}


void
np_options_init(void)
{
    np_options = np_options_default;

    if (np_options_given()) {
        np_options_take();
    }
}


void
np_options_help(np_out_t *o)
{
    const np_options_row_t *r;
    const char             *s;
    size_t                  n;

    for (r = np_options_table; r->name[0] != '\0'; r++) {
        np_outf(o, "%s%s=", NP_OPTIONS_PREFIX, r->name);

        if (r->kind == NP_OPTIONS_TEXT) {
            np_outf(o, "TEXT, ");
        }

        np_options_allowed(o, r);
        np_outf(o, " (default: ");
        np_options_show(o, r, &np_options_default);
        np_outf(o, ")\n");

        for (s = r->help; *s != '\0'; s += n + (s[n] == '\n')) {
            n = strcspn(s, "\n");
            np_outf(o, "    %.*s\n", (int) n, s);
        }
    }
}
