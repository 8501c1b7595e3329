/*
 * A profile as a command gets it from its arguments.
 */
#include "config.h"

#include "cli/np_source.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/np_arguments.h"
#include "cli/np_cli.h"
#include "report/np_callstack.h"
#include "report/np_figure.h"
#include "report/np_passing.h"

#define NP_SOURCE_MOST 1000000 /* entries of a list */

const char np_source_usage[]
    = "Symbols:\n"
      "  --filter REGEX      only sites with such a function, file or module "
      "on\n"
      "                      their stacks\n"
      "  --sysroot DIR       programs and libraries are under DIR\n"
      "  --debug-dir DIR     separate debug information (/usr/lib/debug)\n"
      "  --debuginfod        ask the servers of DEBUGINFOD_URLS for it\n";


int
np_source_option(np_source_options_t *o, int option, const char *value)
{
    switch (option) {
    case NP_SOURCE_SYSROOT:
        o->symbols.sysroot = value;
        return 1;
    case NP_SOURCE_DEBUG:
        o->symbols.debug = value;
        return 1;
    case NP_SOURCE_DEBUGINFOD:
        o->symbols.debuginfod = 1;
        return 1;
    case NP_SOURCE_FILTER:
        o->filter = value;
        return 1;
    default:
        return 0;
    }
}


typedef struct {
    np_source_set_pt set;
    void            *o;
} np_source_setter_t;


/* what is wrong with a value has been said */
static int
np_source_pass(void *setter, int option, char *text, char *err, size_t size)
{
    const np_source_setter_t *s = setter;

    (void) size;
    err[0] = '\0';
    return s->set(s->o, option, text);
}


int
np_source_parse(const char *command, int argc, char **argv,
                const struct option *longs, np_source_set_pt set, void *o)
{
    np_source_setter_t s = {set, o};
    char               err[256];

    if (np_arguments_parse(argc, argv, ":h", longs, np_source_pass, &s, err,
                           sizeof(err))
        == 0) {
        return 0;
    }
    return err[0] == '\0' ? -1 : np_source_wrong(command, "%s", err);
}


int
np_source_figure(const char *command, np_figure_e *f, const char *key)
{
    int i = np_figure_find(key);

    if (i < 0) {
        return np_source_wrong(
            command, "no figure '%s'; ngxpool help report lists them", key);
    }
    *f = (np_figure_e) i;
    return 0;
}


int
np_source_top(const char *command, unsigned *top, const char *value)
{
    char         *end;
    unsigned long n = strtoul(value, &end, 10);

    if (*value < '0' || *value > '9' || *end != '\0' || n > NP_SOURCE_MOST) {
        return np_source_wrong(command, "--top wants a whole number, not '%s'",
                               value);
    }
    *top = (unsigned) n;
    return 0;
}


void
np_source_text_init(np_text_options_t *t)
{
    memset(t, 0, sizeof(*t));
    t->top = 10;
    (void) np_source_colour(&t->colour, "auto");
}


int
np_source_text(const char *command, np_text_options_t *t, int option,
               const char *value)
{
    switch (option) {
    case NP_SOURCE_SORT:
        t->sorted = 1;
        return np_source_figure(command, &t->sort, value);
    case NP_SOURCE_TOP:
        return np_source_top(command, &t->top, value);
    case NP_SOURCE_EXACT:
        t->exact = 1;
        return 0;
    default:
        return np_source_colour(&t->colour, value) == 0
                   ? 0
                   : np_source_wrong(command,
                                     "--color wants auto, always or never, "
                                     "not '%s'",
                                     value);
    }
}


/* 0 unless servers are to be asked and cannot be: what that takes is said */
static int
np_source_servers(const np_source_options_t *o)
{
    const char *urls = getenv("DEBUGINFOD_URLS");
    void       *client;

    if (!o->symbols.debuginfod) {
        return 0;
    }
    if (urls == NULL || urls[strspn(urls, " ")] == '\0') {
        (void) fputs("ngxpool: --debuginfod: DEBUGINFOD_URLS names no server, "
                     "such as https://debuginfod.debian.net\n",
                     stderr);
        return -1;
    }
    /* libdw loads it if it is there, and is silent if not */
    client = dlopen("libdebuginfod.so.1", RTLD_LAZY);
    if (client == NULL) {
        (void) fputs("ngxpool: --debuginfod: libdebuginfod.so.1 cannot be "
                     "loaded; is the package libdebuginfod1 installed?\n",
                     stderr);
        return -1;
    }
    (void) dlclose(client);
    return 0;
}


/* *folder becomes the whole path, which the debugging library wants, and which
 * it ends at a colon; NULL stays as it is.  -1, after a line: it is none */
static int
np_source_folder(char **whole, const char **folder, const char *option)
{
    struct stat st;

    if (*folder == NULL) {
        return 0;
    }
    errno = 0;
    *whole = realpath(*folder, NULL);
    if (*whole == NULL || stat(*whole, &st) != 0) {
        (void) fprintf(stderr, "ngxpool: %s %s: %m\n", option, *folder);
        return -1;
    }
    if (!S_ISDIR(st.st_mode) || strchr(*whole, ':') != NULL) {
        (void) fprintf(stderr, "ngxpool: %s %s: %s\n", option, *folder,
                       S_ISDIR(st.st_mode)
                           ? "its path may not have a colon in it"
                           : "it is not a folder");
        return -1;
    }
    *folder = *whole;
    return 0;
}


/* -1, after one line: the options are of no use */
static int
np_source_symbols(np_source_t *s, np_symbols_options_t *symbols,
                  const np_source_options_t *o)
{
    *symbols = o->symbols;
    symbols->warnings = stderr;
    return np_source_servers(o) == 0
                   && np_source_folder(&s->sysroot, &symbols->sysroot,
                                       "--sysroot")
                          == 0
                   && np_source_folder(&s->debug, &symbols->debug,
                                       "--debug-dir")
                          == 0
               ? 0
               : -1;
}


int
np_source_open(np_source_t *s, const char *file, const np_source_options_t *o)
{
    np_symbols_options_t symbols;
    char                 err[NP_PROFILE_ERROR];
    int                  status = NP_EXIT_OK;

    memset(s, 0, sizeof(*s));
    if (np_source_symbols(s, &symbols, o) != 0) {
        np_source_close(s);
        return NP_EXIT_USAGE;
    }
    s->p = np_profile_load(file, err);
    if (s->p == NULL) {
        (void) fprintf(stderr, "ngxpool: %s: %s\n", file, err);
        np_source_close(s);
        return NP_EXIT_TROUBLE;
    }
    s->y = np_symbols_open(s->p, &symbols);
    if (s->y == NULL
        || ((!o->nameless || o->filter != NULL)
            && np_passing_mark(s->y, s->p) != 0)) {
        (void) fprintf(stderr, "ngxpool: %s: no memory\n", file);
        status = NP_EXIT_TROUBLE;
    } else if (o->filter != NULL
               && np_callstack_filter(s->p, s->y, o->filter, err, sizeof(err))
                      != 0) {
        (void) fprintf(stderr, "ngxpool: --filter %s: %s\n", o->filter, err);
        status = NP_EXIT_USAGE;
    }
    if (status != NP_EXIT_OK) {
        np_source_close(s);
    }
    return status;
}


void
np_source_close(np_source_t *s)
{
    np_symbols_free(s->y);
    np_profile_free(s->p);
    free(s->sysroot);
    free(s->debug);
    memset(s, 0, sizeof(*s));
}


int
np_source_number(double *v, const char *text)
{
    static const char units[] = "KMGT";
    const char       *unit = NULL;
    char             *end;

    *v = strtod(text, &end);
    if (end == text || !isfinite(*v) || *v < 0
        || strpbrk(text, "xX") != NULL) {
        return -1;
    }
    if (*end != '\0') {
        unit = strchr(units, *end & ~0x20);
        if (unit == NULL || *unit == '\0') {
            return -1;
        }
        *v = ldexp(*v, 10 * (int) (unit - units + 1));
        end++;
        if (strcmp(end, "iB") == 0) {
            end += 2;
        } else if (strcmp(end, "B") == 0) {
            end++;
        }
    }
    if (*end != '\0') {
        return -1;
    }
    /* 1.3K is 1331 and a part */
    return *v == floor(*v) || (*v > 1 && unit != NULL) ? 0 : -1;
}


int
np_source_percent(double *v, const char *text)
{
    char *end;

    *v = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*v) && *v >= 0
                   && strpbrk(text, "xX") == NULL
               ? 0
               : -1;
}


int
np_source_has_colour(int fd)
{
    const char *no = getenv("NO_COLOR");

    return isatty(fd) && (no == NULL || *no == '\0');
}


int
np_source_colour(int *colour, const char *when)
{
    if (strcmp(when, "auto") == 0) {
        *colour = np_source_has_colour(1);
    } else if (strcmp(when, "always") == 0) {
        *colour = 1;
    } else if (strcmp(when, "never") == 0) {
        *colour = 0;
    } else {
        return -1;
    }
    return 0;
}


int
np_source_wrong(const char *command, const char *format, const char *value)
{
    (void) fprintf(stderr, "ngxpool %s: ", command);
    (void) fprintf(stderr, format, value);
    (void) fputc('\n', stderr);
    return -1;
}
