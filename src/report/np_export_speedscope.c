/*
 * A file for speedscope.app: one "sampled" profile a figure, in which a site
 * is a sample whose weight is its value.  The frames, which all profiles
 * share, come behind them, when they are known.
 *
 * The format: src/lib/file-format-spec.ts of github.com/jlfwong/speedscope.
 */
#include "config.h"

#include "report/np_export.h"

#include <stdlib.h>
#include <string.h>

#include "report/np_figure.h"
#include "report/np_frames.h"
#include "report/np_strings.h"

typedef struct {
    FILE              *f;
    const np_export_t *x;
    np_frames_t        list;
    np_strings_t       frames; /* "FUNCTION\nFILE\nLINE"; no name has \n */
    uint32_t         **stack;  /* of the sites: how many, and their numbers */
} np_speedscope_t;


static uint32_t
np_speedscope_frame(np_speedscope_t *o, const np_frame_t *r)
{
    char    *key;
    uint32_t i;

    if (asprintf(&key, "%s\n%s\n%u", r->function,
                 r->file != NULL ? r->file : "", r->line)
        < 0) {
        return NP_STRINGS_FAILED;
    }
    i = np_strings_number(&o->frames, key);
    free(key);
    return i;
}


/* the outermost frame first; NULL: no memory */
static uint32_t *
np_speedscope_stack(np_speedscope_t *o, const np_site_t *s)
{
    uint32_t *stack;
    unsigned  n;

    if (np_frames_of(&o->list, o->x, s) != 0) {
        return NULL;
    }
    n = o->list.n;
    stack = malloc(((size_t) n + 1) * sizeof(*stack));
    if (stack == NULL) {
        return NULL;
    }
    stack[0] = n;
    for (unsigned k = 0; k < n; k++) {
        stack[n - k] = np_speedscope_frame(o, &o->list.frame[k]);
        if (stack[n - k] == NP_STRINGS_FAILED) {
            free(stack);
            return NULL;
        }
    }
    return stack;
}


/* those of all sites, which each profile refers to */
static int
np_speedscope_stacks(np_speedscope_t *o)
{
    const np_profile_t *p = o->x->profile;

    o->stack = calloc((size_t) p->nsites + 1, sizeof(*o->stack));
    if (o->stack == NULL) {
        return -1;
    }
    for (unsigned i = 0; i < p->nsites; i++) {
        if (!p->site[i].hidden) {
            o->stack[i] = np_speedscope_stack(o, &p->site[i]);
            if (o->stack[i] == NULL) {
                return -1;
            }
        }
    }
    return 0;
}


static void
np_speedscope_sample(FILE *f, const uint32_t *stack)
{
    for (uint32_t k = 1; k <= stack[0]; k++) {
        (void) fprintf(f, "%c%u", k == 1 ? '[' : ',', stack[k]);
    }
    (void) fputc(']', f);
}


static int
np_speedscope_wanted(const np_site_t *s, np_figure_e figure)
{
    return !s->hidden && np_figure_value(s, figure) > 0;
}


static void
np_speedscope_profile(np_speedscope_t *o, np_figure_e figure)
{
    const np_profile_t *p = o->x->profile;
    double              sum = 0;
    unsigned            n = 0;

    (void) fprintf(o->f,
                   "{\"type\":\"sampled\",\"name\":\"%s\",\"unit\":\"%s\","
                   "\"startValue\":0,\n\"samples\":[",
                   np_figure[figure].key,
                   np_figure[figure].bytes ? "bytes" : "none");
    for (unsigned i = 0; i < p->nsites; i++) {
        if (np_speedscope_wanted(&p->site[i], figure)) {
            (void) fputs(n++ == 0 ? "\n" : ",\n", o->f);
            np_speedscope_sample(o->f, o->stack[i]);
        }
    }
    (void) fputs("],\n\"weights\":[", o->f);
    n = 0;
    for (unsigned i = 0; i < p->nsites; i++) {
        if (np_speedscope_wanted(&p->site[i], figure)) {
            (void) fputs(n++ == 0 ? "" : ",", o->f);
            np_json_put_number(o->f, np_figure_value(&p->site[i], figure));
            sum += np_figure_value(&p->site[i], figure);
        }
    }
    (void) fputs("],\"endValue\":", o->f);
    np_json_put_number(o->f, sum);
    (void) fputc('}', o->f);
}


static int
np_speedscope_shared(np_speedscope_t *o)
{
    for (uint32_t i = 0; i < o->frames.n; i++) {
        char *name = o->frames.string[i];
        char *file = strchr(name, '\n') + 1;
        char *line = strchr(file, '\n') + 1;

        file[-1] = line[-1] = '\0';
        (void) fputs(i == 0 ? "\n{\"name\":" : ",\n{\"name\":", o->f);
        if (np_json_put_string(o->f, name) != 0) {
            return -1;
        }
        if (*file != '\0') {
            (void) fputs(",\"file\":", o->f);
            if (np_json_put_string(o->f, file) != 0) {
                return -1;
            }
        }
        if (strcmp(line, "0") != 0) {
            (void) fprintf(o->f, ",\"line\":%s", line);
        }
        (void) fputc('}', o->f);
    }
    return 0;
}


static int
np_speedscope_write(np_speedscope_t *o)
{
    (void) fputs("{\"$schema\":"
                 "\"https://www.speedscope.app/file-format-schema.json\",\n"
                 "\"exporter\":\"ngxpool " PACKAGE_VERSION "\",\n\"name\":",
                 o->f);
    if (np_json_put_string(o->f, o->x->name) != 0
        || np_speedscope_stacks(o) != 0) {
        return -1;
    }
    (void) fprintf(o->f, ",\n\"activeProfileIndex\":%d,\n\"profiles\":[",
                   (int) o->x->figure);
    for (int i = 0; i < NP_FIGURES; i++) {
        (void) fputs(i == 0 ? "\n" : ",\n", o->f);
        np_speedscope_profile(o, (np_figure_e) i);
    }
    (void) fputs("],\n\"shared\":{\"frames\":[", o->f);
    if (np_speedscope_shared(o) != 0) {
        return -1;
    }
    (void) fputs("]}}\n", o->f);
    return ferror(o->f) ? -1 : 0;
}


int
np_export_speedscope(FILE *f, const np_export_t *x)
{
    np_speedscope_t o = {.f = f, .x = x};
    int             rc = np_speedscope_write(&o);

    for (unsigned i = 0; o.stack != NULL && i < x->profile->nsites; i++) {
        free(o.stack[i]);
    }
    free(o.stack);
    np_frames_fini(&o.list);
    np_strings_fini(&o.frames);
    return rc;
}
