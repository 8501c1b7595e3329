/*
 * What `ngxpool top` shows: rows made of a profile and the one before.
 */
#include "config.h"

#include "cli/np_top_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/np_brief.h"
#include "report/np_figure.h"

/* of the time, looking up names may take one part in so many */
#define NP_TOP_SHARE 10

const np_top_key_t np_top_key[NP_TOP_KEYS] = {
    [NP_TOP_LIVE] = {'l', "live", "LIVE"},
    [NP_TOP_PEAK] = {'k', "peak", "PEAK"},
    [NP_TOP_RATE] = {'r', "rate", "RATE/s"},
    [NP_TOP_TEMPORARY] = {'t', "temporary", "TEMPORARY"},
    [NP_TOP_PINNED] = {'p', "pinned", "PINNED"},
};


static double
np_top_now(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}


int
np_top_key_find(const char *name)
{
    for (int i = 0; i < NP_TOP_KEYS; i++) {
        if (strcmp(np_top_key[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}


void
np_top_rows_init(np_top_rows_t *t)
{
    memset(t, 0, sizeof(*t));
}


static void
np_top_forget(np_top_rows_t *t)
{
    for (unsigned i = 0; i < t->known; i++) {
        free(t->name[i]);
    }
    free(t->name);
    free(t->total);
    t->name = NULL;
    t->total = NULL;
    t->known = 0;
    t->names = 0;
}


void
np_top_rows_fini(np_top_rows_t *t)
{
    np_top_forget(t);
    np_profile_free(t->profile);
    free(t->row);
    np_top_rows_init(t);
}


/* room for every id of the profile */
static int
np_top_room(np_top_rows_t *t, const np_profile_t *p)
{
    unsigned n = t->known;
    char   **name;
    double  *total;

    for (unsigned i = 0; i < p->nsites; i++) {
        if (p->site[i].id >= n) {
            n = p->site[i].id + 1;
        }
    }
    if (n == t->known) {
        return 0;
    }
    name = realloc(t->name, n * sizeof(*name));
    if (name == NULL) {
        return -1;
    }
    t->name = name;
    total = realloc(t->total, n * sizeof(*total));
    if (total == NULL) {
        return -1;
    }
    t->total = total;
    for (; t->known < n; t->known++) {
        t->name[t->known] = NULL;
        t->total[t->known] = 0;
    }
    return 0;
}


/* the innermost function that is no wrapper */
static char *
np_top_name(const np_site_t *s, np_symbols_t *y)
{
    const np_symbols_at_t *at = NULL;
    char                   buf[NP_BRIEF_LINE];

    for (uint32_t i = 0; i < s->depth; i++) {
        at = np_symbols_at(y, s->stack[i]);
        if (!np_symbol_is_wrapper(&at->frame[0])) {
            break;
        }
    }
    return strdup(at != NULL ? np_brief_symbol(&at->frame[0], buf)
                             : np_figure_title(s));
}


static int
np_top_names(np_top_rows_t *t, const np_profile_t *p, const char *root)
{
    np_symbols_options_t o = {*root != '\0' ? root : NULL, NULL, 0, NULL};
    np_symbols_t        *y = NULL;
    double               began = np_top_now();
    int                  rc = 0;

    if (began < t->names) {
        return 0;
    }
    for (unsigned i = 0; i < p->nsites && rc == 0; i++) {
        char **name = &t->name[p->site[i].id];

        if (*name != NULL) {
            continue;
        }
        if (y == NULL && (y = np_symbols_open(p, &o)) == NULL) {
            return -1;
        }
        *name = np_top_name(&p->site[i], y);
        rc = *name != NULL ? 0 : -1;
    }
    if (y != NULL) {
        np_symbols_free(y);
        t->names = np_top_now() + NP_TOP_SHARE * (np_top_now() - began);
    }
    return rc;
}


static np_top_key_e np_top_order_key;


static int
np_top_order(const void *a, const void *b)
{
    const np_top_row_t *x = a, *y = b;
    /* many have the same, as nothing: those that are at work come first */
    const np_top_key_e by[]
        = {np_top_order_key, NP_TOP_LIVE, NP_TOP_RATE, NP_TOP_PEAK};

    for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
        double vx = x->value[by[i]], vy = y->value[by[i]];

        if (vx != vy) {
            return vx > vy ? -1 : 1;
        }
    }
    return x->site < y->site ? -1 : x->site > y->site;
}


int
np_top_rows_sort(np_top_rows_t *t)
{
    np_top_row_t *all;

    if (t->profile == NULL) {
        return 0;
    }
    /* t->row has a place for each site; those shown stand in front */
    all = t->row;
    t->n = 0;
    for (unsigned i = 0; i < t->profile->nsites; i++) {
        if (t->filter[0] == '\0'
            || strcasestr(all[i].name, t->filter) != NULL) {
            np_top_row_t r = all[i];

            all[i] = all[t->n];
            all[t->n++] = r;
        }
    }
    np_top_order_key = t->key;
    qsort(all, t->n, sizeof(*all), np_top_order);
    return 0;
}


static void
np_top_fill(np_top_rows_t *t, np_profile_t *p, double now)
{
    double past = t->profile != NULL ? now - t->at : 0, clock;

    for (unsigned i = 0; i < p->nsites; i++) {
        const np_site_t *s = &p->site[i];
        np_top_row_t    *r = &t->row[i];

        r->site = i;
        r->name = t->name[s->id] != NULL ? t->name[s->id] : "(new)";
        r->objects = s->live.objects;
        r->value[NP_TOP_LIVE] = s->live.bytes;
        r->value[NP_TOP_PEAK] = s->peak.bytes;
        r->value[NP_TOP_TEMPORARY] = s->temporary.bytes;
        r->value[NP_TOP_PINNED] = s->pinned;
        r->value[NP_TOP_RATE]
            = past > 0 ? (s->total.bytes - t->total[s->id]) / past : 0;
        if (r->value[NP_TOP_RATE] < 0) {
            r->value[NP_TOP_RATE] = 0;
        }
        t->total[s->id] = s->total.bytes;
    }
    clock = t->profile != NULL ? (double) t->profile->header.clock : 0;
    t->rate = past > 0 && (double) p->header.clock > clock
                  ? ((double) p->header.clock - clock) / past
                  : 0;
    np_profile_free(t->profile);
    t->profile = p;
    t->at = now;
}


int
np_top_rows_look(np_top_rows_t *t, const np_top_source_t *s,
                 char err[NP_TOP_ERROR])
{
    np_profile_t *p = np_top_source_load(s, err);
    np_top_row_t *row;

    if (p == NULL) {
        return -1;
    }
    if (t->inode != s->inode) {
        np_top_forget(t);
        np_profile_free(t->profile);
        t->profile = NULL;
        t->n = 0;
        t->inode = s->inode;
    }
    row = realloc(t->row, (p->nsites + 1) * sizeof(*row));
    t->row = row != NULL ? row : t->row;
    if (row == NULL || np_top_room(t, p) != 0
        || np_top_names(t, p, s->root) != 0) {
        np_profile_free(p);
        (void) snprintf(err, NP_TOP_ERROR, "no memory");
        return -1;
    }
    t->gone = np_top_source_is_gone(s, p);
    np_top_fill(t, p, np_top_now());
    return np_top_rows_sort(t);
}


/* a new program's profile appears some time after its exec, or never */
int
np_top_rows_go_on(const np_top_rows_t *t, np_top_source_t *s)
{
    switch (t->profile->header.ended) {
    case NP_ENDED_NOT:
        return !t->gone;
    case NP_ENDED_EXEC:
        return np_top_source_follow(s) || (s->pid != 0 && !t->gone);
    default:
        return np_top_source_follow(s);
    }
}
