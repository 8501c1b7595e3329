/*
 * Reads a profile: its file's tables, turned into the model.
 */
#include "config.h"

#include "report/np_profile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_profile_file.h"
#include "report/np_profile_site.h"
#include "report/np_profile_stack.h"


static int
np_profile_bad(char *err, const char *why)
{
    (void) snprintf(err, NP_PROFILE_ERROR, "%s", why);
    return -1;
}


/* words that a 0 ends; the last may lack it */
static int
np_profile_command(np_profile_t *p, const np_profile_file_t *f, char *err)
{
    const char *text = f->table[NP_TABLE_COMMAND];
    uint32_t    n = f->used[NP_TABLE_COMMAND];
    unsigned    words = 0;

    for (uint32_t i = 0; i < n; i += strlen(text + i) + 1) {
        words++;
    }
    p->command = calloc((size_t) words + 1, sizeof(*p->command));
    if (p->command == NULL) {
        return np_profile_bad(err, "no memory");
    }
    for (uint32_t i = 0; i < n; i += strlen(text + i) + 1) {
        p->command[p->ncommand] = strdup(text + i);
        if (p->command[p->ncommand++] == NULL) {
            return np_profile_bad(err, "no memory");
        }
    }
    return 0;
}


/* what is wrong with it; NULL: nothing */
static const char *
np_profile_module_wrong(const np_format_module_t *r)
{
    if (memchr(r->path, '\0', sizeof(r->path)) == NULL) {
        return "damaged: a module's path has no end";
    }
    if (r->build_id_length > sizeof(r->build_id)) {
        return "damaged: a build-id is too long";
    }
    return r->start > r->end ? "damaged: a module ends before it starts"
                             : NULL;
}


static int
np_profile_module(np_profile_t *p, const np_format_module_t *r, char *err)
{
    np_module_t *m = &p->module[p->nmodules++];

    m->bias = r->bias;
    m->start = r->start;
    m->end = r->end;
    m->from = r->from;
    m->to = r->to;
    m->build_id_length = r->build_id_length;
    memcpy(m->build_id, r->build_id, sizeof(m->build_id));
    m->path = strdup(r->path);
    return m->path != NULL ? 0 : np_profile_bad(err, "no memory");
}


/* A record may be seen while the program writes it: all zero, or its parts in
 * any order.  A module that starts at 0 would be that of every address before
 * it. */
static int
np_profile_modules(np_profile_t *p, const np_profile_file_t *f, char *err)
{
    const np_format_module_t *r = f->table[NP_TABLE_MODULES];
    uint32_t                  n = f->used[NP_TABLE_MODULES];
    int                       live = p->header.ended == NP_ENDED_NOT;

    p->module = calloc((size_t) n + 1, sizeof(*p->module));
    if (p->module == NULL) {
        return np_profile_bad(err, "no memory");
    }
    for (uint32_t i = 0; i < n; i++) {
        const char *wrong = np_profile_module_wrong(&r[i]);

        if (live && (wrong != NULL || r[i].start == 0 || r[i].end == 0)) {
            p->dropped++;
            continue;
        }
        if (wrong != NULL) {
            return np_profile_bad(err, wrong);
        }
        if (np_profile_module(p, &r[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}


/* 0: nothing was ever counted there */
static int
np_profile_site_is_used(const np_format_site_t *r, uint32_t id)
{
    return id >= NP_SITE_FIRST ? r->node != 0 || r->allocs != 0
                               : r->allocs != 0 || r->inherited_objects != 0
                                     || r->live_bytes != 0;
}


static int
np_profile_sites(np_profile_t *p, const np_profile_file_t *f, char *err)
{
    const np_format_site_t *r = f->table[NP_TABLE_SITES];
    uint32_t                n = f->used[NP_TABLE_SITES];
    uint32_t                nodes = f->used[NP_TABLE_NODES];

    p->site = calloc((size_t) n + 1, sizeof(*p->site));
    if (p->site == NULL) {
        return np_profile_bad(err, "no memory");
    }
    p->total.mean_life_bytes = p->total.mean_life_ms = NAN;
    p->total.first_ms = INFINITY;
    for (uint32_t i = 0; i < n; i++) {
        np_site_t *s = &p->site[p->nsites];

        if (!np_profile_site_is_used(&r[i], i)) {
            continue;
        }
        if (i >= NP_SITE_FIRST && r[i].node != 0 && r[i].node >= nodes) {
            if (p->header.ended != NP_ENDED_NOT) {
                return np_profile_bad(err, "damaged: a site has no such "
                                           "call stack");
            }
            p->dropped++;
            continue;
        }
        np_profile_site(s, &r[i], &p->header);
        s->id = i;
        s->kind = i < NP_SITE_FIRST ? (np_site_e) i : NP_SITE_FIRST;
        /* its node, until np_profile_stacks() */
        s->depth = i < NP_SITE_FIRST ? 0 : r[i].node;
        np_profile_site_add(&p->total, s);
        p->nsites++;
    }
    if (isinf(p->total.first_ms)) {
        p->total.first_ms = 0;
    }
    return 0;
}


static int
np_profile_threads(np_profile_t *p, const np_profile_file_t *f, char *err)
{
    const np_format_thread_t *r = f->table[NP_TABLE_THREADS];
    uint32_t                  n = f->used[NP_TABLE_THREADS];
    double                    scale = p->header.scale;

    p->thread = calloc((size_t) n + 1, sizeof(*p->thread));
    if (p->thread == NULL) {
        return np_profile_bad(err, "no memory");
    }
    for (uint32_t i = 0; i < n; i++) {
        np_profile_thread_t *t = &p->thread[i];

        t->tid = r[i].tid;
        t->threads = r[i].threads;
        memcpy(t->name, r[i].name, sizeof(r[i].name));
        t->allocs = (double) r[i].allocs / scale;
        t->alloc_bytes = (double) r[i].alloc_bytes;
        t->frees = (double) r[i].frees / scale;
        t->free_bytes = (double) r[i].free_bytes;
        t->remote = (double) r[i].remote / scale;
    }
    p->nthreads = n;
    return 0;
}


static int
np_profile_compare_times(const void *a, const void *b)
{
    const np_format_time_t *x = a, *y = b;

    if (x->ms != y->ms) {
        return x->ms < y->ms ? -1 : 1;
    }
    return x->clock < y->clock ? -1 : x->clock > y->clock;
}


static uint32_t
np_profile_site_index(const np_profile_t *p, uint32_t id)
{
    uint32_t low = 0, high = p->nsites;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (p->site[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < p->nsites && p->site[low].id == id && id != 0 ? low
                                                               : NP_NO_SITE;
}


/* moves what needs no change out of the file */
static void
np_profile_rest(np_profile_t *p, np_profile_file_t *f)
{
    p->time = f->table[NP_TABLE_TIMES];
    p->ntimes = f->used[NP_TABLE_TIMES];
    p->pool = f->table[NP_TABLE_POOLS];
    p->npools = f->used[NP_TABLE_POOLS];
    f->table[NP_TABLE_TIMES] = f->table[NP_TABLE_POOLS] = NULL;
    if (p->ntimes != 0) {
        qsort(p->time, p->ntimes, sizeof(*p->time), np_profile_compare_times);
    }
}


double
np_profile_ms(const np_profile_t *p)
{
    double ms = (double) p->header.ms;

    return p->header.ended != NP_ENDED_NOT
               ? ms
               : fmax(ms, fmax((double) p->header.peak_ms, p->total.last_ms));
}


int
np_profile_is_counted(const np_profile_t *p)
{
    return p->header.heap_known == 1 && p->header.ended != NP_ENDED_NOT;
}


unsigned
np_profile_busy(const np_profile_t *p)
{
    unsigned n = 0;

    for (unsigned i = 0; i < p->nthreads; i++) {
        n += p->thread[i].allocs > 0 || p->thread[i].frees > 0;
    }
    return n;
}


double
np_profile_pinned(const np_profile_t *p)
{
    double sum = 0;

    for (unsigned i = 0; i < p->npools; i++) {
        sum += (double) p->pool[i].pinned;
    }
    return p->npools != 0 || p->ntimes == 0
               ? sum
               : np_profile_pinned_at(p, p->ntimes - 1);
}


double
np_profile_pinned_most(const np_profile_t *p)
{
    double most = np_profile_pinned(p);

    for (unsigned i = 0; i < p->ntimes; i++) {
        if (p->time[i].pinned != NP_TIME_UNKNOWN) {
            most = fmax(most, (double) p->time[i].pinned);
        }
    }
    return most;
}


double
np_profile_pinned_at(const np_profile_t *p, unsigned i)
{
    const np_format_time_t *t = p->time;
    unsigned                before = i, behind = i;
    double                  from, to, share;

    while (before > 0 && t[before].pinned == NP_TIME_UNKNOWN) {
        before--;
    }
    while (behind + 1 < p->ntimes && t[behind].pinned == NP_TIME_UNKNOWN) {
        behind++;
    }
    from = (double) t[before].pinned;
    to = (double) t[behind].pinned;
    if (t[before].pinned == NP_TIME_UNKNOWN) {
        return t[behind].pinned == NP_TIME_UNKNOWN ? 0 : to;
    }
    if (t[behind].pinned == NP_TIME_UNKNOWN || behind == before) {
        return from;
    }
    share = (double) (t[i].ms - t[before].ms)
            / fmax((double) (t[behind].ms - t[before].ms), 1);
    return from + share * (to - from);
}


static int
np_profile_blocks(np_profile_t *p, const np_profile_file_t *f, char *err)
{
    const np_format_block_t *r = f->table[NP_TABLE_BLOCKS];
    uint32_t                 n = f->used[NP_TABLE_BLOCKS];

    p->block = calloc((size_t) n + 1, sizeof(*p->block));
    if (p->block == NULL) {
        return np_profile_bad(err, "no memory");
    }
    for (uint32_t i = 0; i < n; i++) {
        p->block[i].record = r[i];
        p->block[i].site = np_profile_site_index(p, r[i].site);
    }
    p->nblocks = n;
    return 0;
}


/* header.ended tells only of ends that the program's handlers saw */
static int
np_profile_is_over(const np_format_header_t *h)
{
    if (h->version != NP_FORMAT_CODED || h->ended != NP_ENDED_NOT) {
        return 0;
    }
    for (unsigned i = 0; i < NP_TABLES; i++) {
        if (h->table[i].capacity > h->table[i].used) {
            return 0;
        }
    }
    return 1;
}


static int
np_profile_build(np_profile_t *p, np_profile_file_t *f, char *err)
{
    p->header = f->header;
    p->sampled = p->header.interval != 0;
    p->over = np_profile_is_over(&p->header);
    p->live_objects
        = (double) p->header.live_objects / (double) p->header.scale;
    p->file_bytes = f->bytes;
    p->gzipped = f->gzipped;
    if (np_profile_command(p, f, err) != 0
        || np_profile_modules(p, f, err) != 0
        || np_profile_sites(p, f, err) != 0
        || np_profile_stacks(p, f->table[NP_TABLE_NODES],
                             f->used[NP_TABLE_NODES], err)
               != 0
        || np_profile_threads(p, f, err) != 0
        || np_profile_blocks(p, f, err) != 0) {
        return -1;
    }
    np_profile_rest(p, f);
    return 0;
}


np_profile_t *
np_profile_load(const char *file, char err[NP_PROFILE_ERROR])
{
    np_profile_file_t f;
    np_profile_t     *p = calloc(1, sizeof(*p));
    int               rc;

    if (p == NULL) {
        (void) np_profile_bad(err, "no memory");
        return NULL;
    }
    if (np_profile_file_read(&f, file, err) != 0) {
        free(p);
        return NULL;
    }
    rc = np_profile_build(p, &f, err);
    np_profile_file_free(&f);
    if (rc != 0) {
        np_profile_free(p);
        return NULL;
    }
    return p;
}


void
np_profile_free(np_profile_t *p)
{
    if (p == NULL) {
        return;
    }
    for (unsigned i = 0; i < p->ncommand; i++) {
        free(p->command[i]);
    }
    for (unsigned i = 0; i < p->nmodules; i++) {
        free(p->module[i].path);
    }
    free(p->command);
    free(p->module);
    free(p->place);
    free(p->site);
    free(p->stacks);
    free(p->thread);
    free(p->time);
    free(p->pool);
    free(p->block);
    free(p);
}
