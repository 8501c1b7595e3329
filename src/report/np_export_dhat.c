/*
 * A file for dh_view.html, the viewer of valgrind's DHAT: a "program point" a
 * site, times on the clock of bytes allocated, and what is freed within
 * NP_TEMPORARY of them is short-lived.
 *
 * The viewer wants each stack once: sites whose frames read the same are added
 * up, for which they are sorted.  How long the living have lived is not
 * recorded; they count from the middle between the site's first and last
 * allocation to the end.
 *
 * The format (version 2): dhat/dh_main.c of valgrind and its dh_view.js.
 */
#include "config.h"

#include "report/np_export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_escape.h"
#include "report/np_frames.h"
#include "report/np_strings.h"

/* columns: bytes and blocks in all, their lifetimes, at their own peak, at the
 * program's, at the end */
static const char *const np_dhat_key[]
    = {"tb", "tbk", "tl", "mb", "mbk", "gb", "gbk", "eb", "ebk"};

#define NP_DHAT_COLUMNS (sizeof(np_dhat_key) / sizeof(np_dhat_key[0]))

typedef struct {
    uint32_t *frame; /* numbers in the table; 0 is the root */
    unsigned  n;
    double    value[NP_DHAT_COLUMNS];
} np_dhat_point_t;

typedef struct {
    FILE              *f;
    const np_export_t *x;
    np_frames_t        list;
    np_strings_t       frames;
    np_dhat_point_t   *point;
    unsigned           n;
} np_dhat_t;


/* the first entry of the time line behind that time, which is in order */
static unsigned
np_dhat_after(const np_profile_t *p, double ms)
{
    unsigned low = 0, high = p->ntimes;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if ((double) p->time[middle].ms <= ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}


/* the clock at that time, between entries of the time line */
static double
np_dhat_clock(const np_profile_t *p, double ms)
{
    double   ms0 = 0, clock0 = 0, ms1 = (double) p->header.ms;
    double   clock1 = (double) p->header.clock, part;
    unsigned i = np_dhat_after(p, ms);

    if (i > 0) {
        ms0 = (double) p->time[i - 1].ms;
        clock0 = (double) p->time[i - 1].clock;
    }
    if (i < p->ntimes) {
        ms1 = (double) p->time[i].ms;
        clock1 = (double) p->time[i].clock;
    }
    part = ms1 > ms0 ? (ms - ms0) / (ms1 - ms0) : 1;
    part = fmin(fmax(part, 0), 1);
    return fmin(clock0 + part * fmax(clock1 - clock0, 0),
                (double) p->header.clock);
}


static double
np_dhat_lifetimes(const np_profile_t *p, const np_site_t *s)
{
    double life = 0;

    if (isfinite(s->mean_life_bytes)) {
        life = s->mean_life_bytes * s->freed.objects;
    }
    return life
           + s->live.objects
                 * ((double) p->header.clock
                    - np_dhat_clock(p, (s->first_ms + s->last_ms) / 2));
}


/* as DHAT writes it: "0x4011D2: main (hello.c:12)" */
static char *
np_dhat_frame_text(const np_frame_t *r)
{
    char       *text;
    const char *base = r->file != NULL ? strrchr(r->file, '/') : NULL;
    int         n;

    if (*r->module == '\0') {
        return strdup(r->function);
    }
    if (r->file != NULL) {
        n = asprintf(&text, "0x%llX: %s (%s:%u)",
                     (unsigned long long) r->address, r->function,
                     base != NULL ? base + 1 : r->file, r->line);
    } else {
        n = asprintf(&text, "0x%llX: %s (in %s)",
                     (unsigned long long) r->address, r->function, r->module);
    }
    return n < 0 ? NULL : text;
}


static uint32_t
np_dhat_frame(np_dhat_t *o, const np_frame_t *r)
{
    char    *text = np_dhat_frame_text(r);
    uint32_t i = NP_STRINGS_FAILED;

    if (text != NULL) {
        i = np_strings_number(&o->frames, text);
        free(text);
    }
    return i;
}


static int
np_dhat_point(np_dhat_t *o, const np_site_t *s)
{
    np_dhat_point_t *r = &o->point[o->n];
    double           lifetimes = np_dhat_lifetimes(o->x->profile, s);
    const double     value[NP_DHAT_COLUMNS]
        = {s->total.bytes,     s->total.objects, lifetimes,
           s->peak.bytes,      s->peak.objects,  s->at_peak.bytes,
           s->at_peak.objects, s->live.bytes,    s->live.objects};

    if (np_frames_of(&o->list, o->x, s) != 0) {
        return -1;
    }
    r->frame = malloc(o->list.n * sizeof(*r->frame));
    if (r->frame == NULL) {
        return -1;
    }
    o->n++;
    for (r->n = 0; r->n < o->list.n; r->n++) {
        r->frame[r->n] = np_dhat_frame(o, &o->list.frame[r->n]);
        if (r->frame[r->n] == NP_STRINGS_FAILED) {
            return -1;
        }
    }
    memcpy(r->value, value, sizeof(value));
    return 0;
}


static int
np_dhat_order(const void *a, const void *b)
{
    const np_dhat_point_t *p = a, *q = b;

    for (unsigned i = 0; i < p->n && i < q->n; i++) {
        if (p->frame[i] != q->frame[i]) {
            return p->frame[i] < q->frame[i] ? -1 : 1;
        }
    }
    return p->n < q->n ? -1 : p->n > q->n;
}


/* equal stacks, which are neighbours, become one */
static void
np_dhat_merge(np_dhat_t *o)
{
    unsigned n = 0;

    qsort(o->point, o->n, sizeof(*o->point), np_dhat_order);
    for (unsigned i = 0; i < o->n; i++) {
        if (n == 0 || np_dhat_order(&o->point[n - 1], &o->point[i]) != 0) {
            o->point[n++] = o->point[i];
            continue;
        }
        for (unsigned k = 0; k < NP_DHAT_COLUMNS; k++) {
            o->point[n - 1].value[k] += o->point[i].value[k];
        }
        free(o->point[i].frame);
    }
    o->n = n;
}


static int
np_dhat_points(np_dhat_t *o)
{
    const np_profile_t *p = o->x->profile;

    o->point = calloc((size_t) p->nsites + 1, sizeof(*o->point));
    if (o->point == NULL || np_strings_number(&o->frames, "[root]") != 0) {
        return -1;
    }
    for (unsigned i = 0; i < p->nsites; i++) {
        if (!p->site[i].hidden && np_dhat_point(o, &p->site[i]) != 0) {
            return -1;
        }
    }
    np_dhat_merge(o);
    return 0;
}


static void
np_dhat_body(np_dhat_t *o)
{
    double sum[NP_DHAT_COLUMNS] = {0};

    (void) fputs(",\"pps\":\n [", o->f);
    for (unsigned i = 0; i < o->n; i++) {
        const np_dhat_point_t *r = &o->point[i];

        (void) fputs(i == 0 ? "{" : "\n ,{", o->f);
        for (unsigned k = 0; k < NP_DHAT_COLUMNS; k++) {
            (void) fprintf(o->f, "\"%s\":%lld,", np_dhat_key[k],
                           (long long) np_whole(&sum[k], r->value[k]));
        }
        (void) fputs("\"fs\":[", o->f);
        for (unsigned k = 0; k < r->n; k++) {
            (void) fprintf(o->f, "%s%u", k == 0 ? "" : ",", r->frame[k]);
        }
        (void) fputs("]}", o->f);
    }
    (void) fputs("\n ]\n,\"ftbl\":\n [", o->f);
}


static int
np_dhat_write(np_dhat_t *o)
{
    const np_profile_t *p = o->x->profile;
    char               *command = np_escape_command(p->command);
    int                 rc;

    (void) fputs("{\"dhatFileVersion\":2\n,\"mode\":\"ngxpool\","
                 "\"verb\":\"Allocated\"\n,\"bklt\":true,\"bkacc\":false\n"
                 ",\"tu\":\"bytes allocated\",\"Mtu\":\"MB allocated\"\n",
                 o->f);
    (void) fprintf(o->f, ",\"tuth\":%d\n,\"cmd\":", NP_TEMPORARY);
    rc = command != NULL ? np_json_put_string(o->f, command) : -1;
    free(command);
    (void) fprintf(o->f, "\n,\"pid\":%u\n,\"te\":", p->header.pid);
    np_json_put_number(o->f, (double) p->header.clock);
    (void) fputs("\n,\"tg\":", o->f);
    np_json_put_number(o->f,
                       floor(np_dhat_clock(p, (double) p->header.peak_ms)));
    (void) fputc('\n', o->f);
    np_dhat_body(o);
    for (uint32_t i = 0; i < o->frames.n && rc == 0; i++) {
        (void) fputs(i == 0 ? "" : "\n ,", o->f);
        rc = np_json_put_string(o->f, o->frames.string[i]);
    }
    (void) fputs("\n ]\n}\n", o->f);
    return rc == 0 && !ferror(o->f) ? 0 : -1;
}


int
np_export_dhat(FILE *f, const np_export_t *x)
{
    np_dhat_t o = {.f = f, .x = x};
    int       rc = np_dhat_points(&o);

    if (rc == 0) {
        rc = np_dhat_write(&o);
    }
    for (unsigned i = 0; i < o.n; i++) {
        free(o.point[i].frame);
    }
    free(o.point);
    np_frames_fini(&o.list);
    np_strings_fini(&o.frames);
    return rc;
}
