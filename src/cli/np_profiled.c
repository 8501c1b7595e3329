/*
 * A command under the profiler.
 */
#include "config.h"

#include "cli/np_profiled.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/np_allocators.h"
#include "cli/np_cli.h"
#include "cli/np_preflight.h"

/* what the library takes for a name */
#define NP_PROFILED_NAME 255


int
np_profiled_prepare(np_profiled_t *p)
{
    np_preflight_t f;
    char           err[512];

    p->library = np_allocators_library(err, sizeof(err));
    if (p->library == NULL) {
        (void) fprintf(stderr, "%s: %s\n", p->tool, err);
        return NP_EXIT_TROUBLE;
    }
    np_preflight(&f, p->argv[0], p->library);
    if (f.status != 0) {
        (void) fprintf(stderr, "%s: %s\n", p->tool, f.why);
    }
    if (f.warning[0] != '\0') {
        (void) fprintf(stderr, "%s: warning: %s\n", p->tool, f.warning);
    }
    p->own = f.own;
    return f.status;
}


/* whether the name that a pattern stands for, if it is one, is a folder's */
static int
np_profiled_is_folder(const char *pattern)
{
    char        name[NP_PROFILED_NAME + 1];
    size_t      n = 0;
    struct stat st;

    for (const char *s = pattern; *s != '\0' && n < NP_PROFILED_NAME; s++) {
        if (*s == '%' && *++s != '%') {
            return 0;
        }
        name[n++] = *s;
    }
    name[n] = '\0';
    return stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}


/* a profile is not put beside a folder, or hidden in it.  An exit status */
static int
np_profiled_name(const np_profiled_t *p)
{
    int n = (int) strlen(p->pattern), is = np_profiled_is_folder(p->pattern);

    if (!is && p->pattern[n - 1] != '/') {
        return NP_EXIT_OK;
    }
    while (n > 1 && p->pattern[n - 1] == '/') {
        n--;
    }
    (void) fprintf(stderr,
                   "%s: %s %s a folder; name a file with -o, as "
                   "%.*s%s%%n.%%p.prof\n",
                   p->tool, p->pattern, is ? "is" : "names", n, p->pattern,
                   n > 1 ? "/" : "");
    return NP_EXIT_USAGE;
}


/* a folder that cannot be written shows before the run, not after */
static int
np_profiled_folder(const np_profiled_t *p)
{
    char *copy = strdup(p->pattern), *folder;
    int   rc = np_profiled_name(p);

    if (copy == NULL) {
        (void) fprintf(stderr, "%s: no memory\n", p->tool);
        return NP_EXIT_TROUBLE;
    }
    if (rc == NP_EXIT_OK && strlen(copy) > NP_PROFILED_NAME) {
        (void) fprintf(stderr,
                       "%s: %s: longer than %d bytes; name a shorter one "
                       "with -o\n",
                       p->tool, copy, NP_PROFILED_NAME);
        rc = NP_EXIT_TROUBLE;
    }
    folder = dirname(copy);
    if (rc == NP_EXIT_OK && strchr(folder, '%') == NULL
        && access(folder, W_OK | X_OK) != 0) {
        (void) fprintf(stderr, "%s: %s: %s; name another folder with -o\n",
                       p->tool, folder, strerror(errno));
        rc = NP_EXIT_TROUBLE;
    }
    free(copy);
    return rc;
}


/* whatever was preloaded before stays, behind ours */
static char *
np_profiled_preload(const char *library)
{
    const char *was = getenv("LD_PRELOAD");
    char       *all = NULL;

    if (was == NULL || *was == '\0') {
        return strdup(library);
    }
    return asprintf(&all, "%s:%s", library, was) == -1 ? NULL : all;
}


int
np_profiled_start(const np_profiled_t *p, np_child_t *child)
{
    char               *preload = np_profiled_preload(p->library), depth[16];
    const char         *follow = "NGXPOOL_PROFILE_FOLLOW";
    np_child_variable_t v[] = {
        {"LD_PRELOAD", preload},
        {"NGXPOOL_PROFILE", p->profile},
        {"NGXPOOL_PROFILE_FILE", p->pattern},
        {follow, "1"},
        {"NGXPOOL_PROFILE_ONLY", p->only},
        {"NGXPOOL_PROFILE_DEPTH", depth},
    };
    np_child_command_t command = {.argv = p->argv,
                                  .variable = v,
                                  .nvariables = sizeof(v) / sizeof(v[0]),
                                  .own = p->follow ? NULL : follow,
                                  .in = p->in,
                                  .out = p->out,
                                  .err = p->err};
    int                status = np_profiled_folder(p);

    if (p->depth == 0) {
        /* the last one */
        command.nvariables--;
    }
    (void) snprintf(depth, sizeof(depth), "%u", p->depth);
    if (status == NP_EXIT_OK
        && (preload == NULL || np_child_start(child, &command) != 0)) {
        status = errno == ENOENT ? NP_EXIT_NOT_FOUND : NP_EXIT_NOT_RUN;
        (void) fprintf(stderr, "%s: %s: %m\n", p->tool, p->argv[0]);
    }
    free(preload);
    return status;
}
