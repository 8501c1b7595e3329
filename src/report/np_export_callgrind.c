/*
 * A file for callgrind_annotate and kcachegrind: the figures are its events,
 * the allocating function's own cost, and the inclusive cost of each call
 * above it.
 *
 * A site is written as it comes: those programs add up what is repeated.  In
 * a stack each function is entered once, by its outermost call, so that
 * recursion counts nothing twice.
 *
 * The format: "Callgrind Format Specification" of the valgrind manual.
 */
#include "config.h"

#include "report/np_export.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_escape.h"
#include "report/np_figure.h"
#include "report/np_frames.h"
#include "report/np_strings.h"

typedef struct {
    FILE              *f;
    const np_export_t *x;
    np_frames_t        list;
    uint32_t          *id; /* of the frames' functions */
    unsigned           ids;
    np_strings_t       objects, files, functions; /* as numbered in the file */
    np_strings_t       whole; /* "MODULE\nFILE\nFUNCTION" */
    int64_t            cost[NP_FIGURES];
    int                failed;
} np_callgrind_t;


/* "temporary-allocs" is the event TemporaryAllocs */
static void
np_callgrind_event(FILE *f, const char *key)
{
    int capital = 1;

    for (; *key != '\0'; key++) {
        if (*key == '-') {
            capital = 1;
        } else {
            (void) fputc(capital ? toupper((unsigned char) *key) : *key, f);
            capital = 0;
        }
    }
}


/* a line of the header with a stranger's text; takes s */
static int
np_callgrind_text(FILE *f, const char *what, char *s)
{
    if (s == NULL) {
        return -1;
    }
    np_escape_text(s);
    (void) fprintf(f, "%s: %s\n", what, *s != '\0' ? s : "?");
    free(s);
    return 0;
}


static void
np_callgrind_costs(np_callgrind_t *o)
{
    for (int i = 0; i < NP_FIGURES; i++) {
        (void) fprintf(o->f, " %lld", (long long) o->cost[i]);
    }
    (void) fputc('\n', o->f);
}


static int
np_callgrind_head(np_callgrind_t *o)
{
    const np_profile_t *p = o->x->profile;
    FILE               *f = o->f;

    (void) fprintf(f,
                   "# callgrind format\nversion: 1\n"
                   "creator: ngxpool " PACKAGE_VERSION "\npid: %u\n",
                   p->header.pid);
    if (np_callgrind_text(f, "cmd", np_escape_command(p->command)) != 0
        || np_callgrind_text(f, "desc: Profile", strdup(o->x->name)) != 0) {
        return -1;
    }
    (void) fputs("positions: line\n", f);
    for (int i = 0; i < NP_FIGURES; i++) {
        (void) fputs("event: ", f);
        np_callgrind_event(f, np_figure[i].key);
        (void) fprintf(f, " : %s\n", np_figure[i].help);
    }
    (void) fputs("events:", f);
    for (int i = 0; i < NP_FIGURES; i++) {
        (void) fputc(' ', f);
        np_callgrind_event(f, np_figure[i].key);
    }
    (void) fputs("\n\n", f);
    return 0;
}


/* a name is written out once, and stands for itself by its number then */
static void
np_callgrind_name(np_callgrind_t *o, const char *what, np_strings_t *t,
                  const char *name)
{
    uint32_t before = t->n;
    uint32_t i = np_strings_number(t, name);

    if (i == NP_STRINGS_FAILED) {
        o->failed = 1;
    } else if (i == before) {
        (void) fprintf(o->f, "%s=(%u) %s\n", what, i + 1, name);
    } else {
        (void) fprintf(o->f, "%s=(%u)\n", what, i + 1);
    }
}


static const char *
np_callgrind_known(const char *s)
{
    return s != NULL && *s != '\0' ? s : "???";
}


static void
np_callgrind_function(np_callgrind_t *o, const np_frame_t *r, int called)
{
    np_callgrind_name(o, called ? "cob" : "ob", &o->objects,
                      np_callgrind_known(r->module));
    np_callgrind_name(o, called ? "cfi" : "fl", &o->files,
                      np_callgrind_known(r->file));
    np_callgrind_name(o, called ? "cfn" : "fn", &o->functions,
                      np_callgrind_known(r->function));
}


static int
np_callgrind_ids(np_callgrind_t *o)
{
    if (o->ids < o->list.n) {
        uint32_t *id = realloc(o->id, o->list.capacity * sizeof(*id));

        if (id == NULL) {
            return -1;
        }
        o->id = id;
        o->ids = o->list.capacity;
    }
    for (unsigned i = 0; i < o->list.n; i++) {
        const np_frame_t *r = &o->list.frame[i];
        char             *key;

        if (asprintf(&key, "%s\n%s\n%s", r->module,
                     np_callgrind_known(r->file), r->function)
            < 0) {
            return -1;
        }
        o->id[i] = np_strings_number(&o->whole, key);
        free(key);
        if (o->id[i] == NP_STRINGS_FAILED) {
            return -1;
        }
    }
    return 0;
}


/* is frame i the outermost of its function? */
static int
np_callgrind_enters(const np_callgrind_t *o, unsigned i)
{
    for (unsigned k = i + 1; k < o->list.n; k++) {
        if (o->id[k] == o->id[i]) {
            return 0;
        }
    }
    return 1;
}


static int
np_callgrind_site(np_callgrind_t *o, const np_site_t *s)
{
    int64_t calls = o->cost[NP_FIGURE_ALLOCS];

    if (np_frames_of(&o->list, o->x, s) != 0 || np_callgrind_ids(o) != 0) {
        return -1;
    }
    np_callgrind_function(o, &o->list.frame[0], 0);
    (void) fprintf(o->f, "%u", o->list.frame[0].line);
    np_callgrind_costs(o);
    for (unsigned i = 0; i + 1 < o->list.n; i++) {
        if (np_callgrind_enters(o, i)) {
            np_callgrind_function(o, &o->list.frame[i + 1], 0);
            np_callgrind_function(o, &o->list.frame[i], 1);
            /* 0 calls would make the next line a cost of the caller's own */
            (void) fprintf(o->f, "calls=%lld %u\n%u",
                           (long long) (calls > 0 ? calls : 1),
                           o->list.frame[i].line, o->list.frame[i + 1].line);
            np_callgrind_costs(o);
        }
    }
    (void) fputc('\n', o->f);
    return o->failed ? -1 : 0;
}


static int
np_callgrind_write(np_callgrind_t *o)
{
    const np_profile_t *p = o->x->profile;
    double              sum[NP_FIGURES] = {0};
    int64_t             total[NP_FIGURES] = {0};

    if (np_callgrind_head(o) != 0) {
        return -1;
    }
    for (unsigned i = 0; i < p->nsites; i++) {
        if (p->site[i].hidden) {
            continue;
        }
        for (int k = 0; k < NP_FIGURES; k++) {
            o->cost[k] = np_whole(
                &sum[k], np_figure_value(&p->site[i], (np_figure_e) k));
            total[k] += o->cost[k];
        }
        if (np_callgrind_site(o, &p->site[i]) != 0) {
            return -1;
        }
    }
    memcpy(o->cost, total, sizeof(total));
    (void) fputs("totals:", o->f);
    np_callgrind_costs(o);
    return ferror(o->f) ? -1 : 0;
}


int
np_export_callgrind(FILE *f, const np_export_t *x)
{
    np_callgrind_t o = {.f = f, .x = x};
    int            rc = np_callgrind_write(&o);

    np_frames_fini(&o.list);
    np_strings_fini(&o.objects);
    np_strings_fini(&o.files);
    np_strings_fini(&o.functions);
    np_strings_fini(&o.whole);
    free(o.id);
    return rc;
}
