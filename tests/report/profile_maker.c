/*
 * Profiles whose every figure is known; see profile_maker.h.  The tables are
 * kept apart and put behind each other when the image is made; peaks and
 * halves are kept lazily, as a running program does, so that readers meet
 * records of both kinds.
 */
#include "config.h"

#include "profile_maker.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAKER_SCALE 1024
#define MAKER_START 1700000000000000000ull /* ns since the epoch */

typedef struct {
    unsigned char *data;
    size_t         size; /* of a record */
    uint32_t       used, capacity;
} maker_table_t;

struct maker_s {
    np_format_header_t header;
    maker_table_t      table[NP_TABLES];
};

static const size_t maker_size[NP_TABLES] = {
    1,
    sizeof(np_format_module_t),
    sizeof(np_format_node_t),
    sizeof(np_format_site_t),
    sizeof(np_format_thread_t),
    sizeof(np_format_time_t),
    sizeof(np_format_pool_t),
    sizeof(np_format_block_t),
};


static void *
maker_record(maker_t *m, np_table_e t, uint32_t i)
{
    return m->table[t].data + i * m->table[t].size;
}


static void *
maker_add(maker_t *m, np_table_e which)
{
    maker_table_t *t = &m->table[which];

    if (t->used == t->capacity) {
        t->capacity = t->capacity == 0 ? 16 : t->capacity * 2;
        t->data = realloc(t->data, t->capacity * t->size);
        if (t->data == NULL) {
            abort();
        }
        memset(t->data + t->used * t->size, 0,
               (t->capacity - t->used) * t->size);
    }
    return maker_record(m, which, t->used++);
}


maker_t *
maker_create(uint64_t interval)
{
    maker_t            *m = calloc(1, sizeof(*m));
    np_format_header_t *h;

    if (m == NULL) {
        abort();
    }
    for (int i = 0; i < NP_TABLES; i++) {
        m->table[i].size = maker_size[i];
    }
    h = &m->header;
    memcpy(h->magic, NP_FORMAT_MAGIC, sizeof(h->magic));
    h->version = NP_FORMAT_VERSION;
    h->header = sizeof(*h);
    h->pid = 4711;
    h->interval = interval;
    h->scale = interval == 0 ? 1 : MAKER_SCALE;
    h->depth = 32;
    h->ended = NP_ENDED_EXIT;
    h->page = 4096;
    h->wall = MAKER_START;
    (void) maker_add(m, NP_TABLE_NODES);
    for (int i = 0; i < NP_SITE_FIRST; i++) {
        (void) maker_add(m, NP_TABLE_SITES);
    }
    return m;
}


void
maker_destroy(maker_t *m)
{
    for (int i = 0; i < NP_TABLES; i++) {
        free(m->table[i].data);
    }
    free(m);
}


np_format_header_t *
maker_header(maker_t *m)
{
    return &m->header;
}


void
maker_argument(maker_t *m, const char *s)
{
    do {
        *(char *) maker_add(m, NP_TABLE_COMMAND) = *s;
    } while (*s++ != '\0');
}


np_format_module_t *
maker_module(maker_t *m, const char *path, uint64_t start, uint64_t end,
             uint64_t bias)
{
    np_format_module_t *r = maker_add(m, NP_TABLE_MODULES);

    r->start = start;
    r->end = end;
    r->bias = bias;
    r->to = UINT32_MAX;
    (void) snprintf(r->path, sizeof(r->path), "%s", path);
    return r;
}


np_format_thread_t *
maker_thread(maker_t *m, uint32_t tid, const char *name)
{
    np_format_thread_t *r = maker_add(m, NP_TABLE_THREADS);

    r->tid = tid;
    r->threads = 1;
    (void) snprintf(r->name, sizeof(r->name), "%s", name);
    return r;
}


np_format_pool_t *
maker_pool(maker_t *m, uint32_t size)
{
    np_format_pool_t *r = maker_add(m, NP_TABLE_POOLS);

    r->size = size;
    return r;
}


np_format_block_t *
maker_block(maker_t *m, uint64_t start, uint64_t bytes)
{
    np_format_block_t *r = maker_add(m, NP_TABLE_BLOCKS);

    r->start = start;
    r->bytes = bytes;
    return r;
}


uint32_t
maker_node(maker_t *m, uint32_t parent, uint64_t address)
{
    np_format_node_t *r = maker_add(m, NP_TABLE_NODES);

    r->address = address;
    r->parent = parent;
    return m->table[NP_TABLE_NODES].used - 1;
}


uint32_t
maker_frame(maker_t *m, uint32_t parent, uint64_t address)
{
    np_format_node_t *r;

    for (uint32_t i = 1; i < m->table[NP_TABLE_NODES].used; i++) {
        r = maker_record(m, NP_TABLE_NODES, i);
        if (r->parent == parent && r->address == address) {
            return i;
        }
    }
    return maker_node(m, parent, address);
}


uint32_t
maker_stack(maker_t *m, void *const *frame, unsigned n)
{
    uint32_t node = 0;

    while (n > 0) {
        node = maker_frame(m, node, (uint64_t) (uintptr_t) frame[--n]);
    }
    return node;
}


uint32_t
maker_site(maker_t *m, uint32_t node)
{
    np_format_site_t *s = maker_add(m, NP_TABLE_SITES);

    s->node = node;
    return m->table[NP_TABLE_SITES].used - 1;
}


np_format_site_t *
maker_site_at(maker_t *m, uint32_t site)
{
    return maker_record(m, NP_TABLE_SITES, site);
}


/* of one object, in units of 1/scale; an empty one counts as a byte */
static uint64_t
maker_weight(const maker_t *m, uint64_t size)
{
    double w = 1;

    if (m->header.interval != 0) {
        w = 1 / -expm1(-fmax((double) size, 1) / (double) m->header.interval);
    }
    return (uint64_t) llround(w * m->header.scale);
}


/* what n objects of so many bytes count for: the same for any parts of n, so
 * that frees undo allocations */
static uint64_t
maker_bytes(const maker_t *m, uint64_t weight, uint64_t bytes, unsigned n)
{
    return weight * bytes / m->header.scale * n;
}


/* the slot that 0 <= value < 2^(first + slot) goes to */
static unsigned
maker_slot(uint64_t value, unsigned first, unsigned slots)
{
    unsigned i = 0;

    while (i < slots - 1 && value >> (first + i) != 0) {
        i++;
    }
    return i;
}


/* what is to be kept of the site before it changes */
static np_format_site_t *
maker_touch(maker_t *m, uint32_t site)
{
    np_format_header_t *h = &m->header;
    np_format_site_t   *s = maker_site_at(m, site);
    np_format_half_t    now = {s->allocs, s->frees, s->temporary, s->remote,
                               s->lifo,   s->runs,  s->reallocs};

    if (s->peak_epoch != h->peak_epoch) {
        s->at_peak_bytes = s->live_bytes;
        s->at_peak_objects = s->live_objects;
        s->pinned_at_peak = s->pinned;
        s->peak_epoch = h->peak_epoch;
    }
    if (s->half_epoch != h->half_epoch) {
        s->half[1] = h->half_epoch - s->half_epoch == 1 ? s->half[0] : now;
        s->half[0] = now;
        s->half_epoch = h->half_epoch;
    }
    return s;
}


static uint64_t
maker_most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}


static void
maker_live(maker_t *m, np_format_site_t *s, uint64_t bytes, uint64_t objects)
{
    np_format_header_t *h = &m->header;
    uint64_t            before = h->clock;

    s->live_bytes += bytes;
    s->live_objects += objects;
    s->peak_bytes = maker_most(s->peak_bytes, s->live_bytes);
    s->peak_objects = maker_most(s->peak_objects, s->live_objects);
    h->live_bytes += bytes;
    h->live_objects += objects;
    if (h->live_bytes > h->peak_bytes) {
        h->peak_bytes = h->live_bytes;
        h->peak_ms = h->ms;
        h->peak_epoch++;
    }
    h->clock += bytes;
    if (maker_slot(before, 0, 64) != maker_slot(h->clock, 0, 64)) {
        h->half_epoch++;
        h->half_clock[1] = h->half_clock[0];
        h->half_clock[0] = h->clock;
    }
}


static np_format_thread_t *
maker_thread_at(maker_t *m, uint32_t thread)
{
    static np_format_thread_t nobody;

    return thread < m->table[NP_TABLE_THREADS].used
               ? maker_record(m, NP_TABLE_THREADS, thread)
               : &nobody;
}


void
maker_alloc(maker_t *m, uint32_t site, uint32_t thread, uint64_t size,
            unsigned n)
{
    np_format_site_t   *s = maker_touch(m, site);
    np_format_thread_t *t = maker_thread_at(m, thread);
    uint64_t            w = maker_weight(m, size);
    uint64_t            bytes = maker_bytes(m, w, size, n);
    uint64_t            slack = maker_bytes(m, w, -size & 15, n);

    if (s->samples == 0) {
        s->first_ms = (uint32_t) m->header.ms;
    }
    s->last_ms = (uint32_t) m->header.ms;
    w *= n;
    s->samples += n;
    s->allocs += w;
    s->alloc_bytes += bytes;
    s->slack += slack;
    s->live_slack += slack;
    s->size[maker_slot(size == 0 ? 0 : size - 1, 4, NP_SIZES)] += n;
    t->allocs += w;
    t->alloc_bytes += bytes;
    maker_live(m, s, bytes, w);
}


void
maker_free(maker_t *m, uint32_t site, uint32_t thread, uint64_t size,
           unsigned n, const maker_life_t *life)
{
    np_format_header_t *h = &m->header;
    np_format_site_t   *s = maker_touch(m, site);
    np_format_thread_t *t = maker_thread_at(m, thread);
    uint64_t            w = maker_weight(m, size);
    uint64_t            bytes = maker_bytes(m, w, size, n);

    s->live_slack -= maker_bytes(m, w, -size & 15, n);
    w *= n;
    s->free_samples += n;
    s->frees += w;
    s->free_bytes += bytes;
    s->live_bytes -= bytes;
    s->live_objects -= w;
    s->life_bytes += w * life->clock / h->scale;
    s->life_ms += w * life->ms / h->scale;
    s->life[maker_slot(life->clock, 10, NP_LIVES)] += n;
    s->time[maker_slot(life->ms, 0, NP_TIMES)] += n;
    if (life->clock < NP_TEMPORARY) {
        s->temporary += w;
        s->temporary_bytes += bytes;
    }
    s->remote += life->remote ? w : 0;
    s->lifo += life->lifo ? w : 0;
    s->runs += life->runs;
    if (life->runs != 0) {
        s->longest_run = maker_most(s->longest_run, n / life->runs);
    }
    t->frees += w;
    t->free_bytes += bytes;
    t->remote += life->remote ? w : 0;
    h->live_bytes -= bytes;
    h->live_objects -= w;
}


void
maker_grow(maker_t *m, uint32_t site, uint64_t from, uint64_t to,
           unsigned moved)
{
    const maker_life_t brief = {0, 0, 0, 1, 1};
    np_format_site_t  *s;
    uint32_t           nobody = UINT32_MAX;
    uint64_t           w = maker_weight(m, to);

    maker_free(m, site, nobody, from, 1, &brief);
    maker_alloc(m, site, nobody, to, 1);
    s = maker_site_at(m, site);
    s->reallocs += w;
    s->realloc_grown += maker_bytes(m, w, to > from ? to - from : 0, 1);
    if (moved) {
        s->realloc_copied += maker_bytes(m, w, to > from ? from : to, 1);
    } else {
        s->realloc_in_place += w;
    }
}


void
maker_pin(maker_t *m, uint32_t site, uint64_t bytes)
{
    np_format_site_t *s = maker_touch(m, site);

    s->pinned = bytes;
    s->pinned_max = maker_most(s->pinned_max, bytes);
    s->pinned_sum += bytes;
    s->surveys++;
}


void
maker_tick(maker_t *m, uint32_t ms, uint64_t rss, uint64_t heap,
           uint64_t large)
{
    np_format_header_t *h = &m->header;
    np_format_time_t   *r = maker_add(m, NP_TABLE_TIMES);

    h->ms += ms;
    h->peak_rss = maker_most(h->peak_rss, rss);
    r->ms = h->ms;
    r->clock = h->clock;
    r->live = h->live_bytes;
    r->rss = rss;
    r->heap = heap;
    r->pools = heap - large;
    r->large = large;
    for (uint32_t i = 0; i < m->table[NP_TABLE_SITES].used; i++) {
        r->pinned += maker_site_at(m, i)->pinned;
    }
}


unsigned char *
maker_image(maker_t *m, size_t *size)
{
    np_format_header_t *h = &m->header;
    unsigned char      *image;
    size_t              end = sizeof(*h);

    for (int i = 0; i < NP_TABLES; i++) {
        const maker_table_t *t = &m->table[i];
        np_format_table_t    where
            = {(end + 15) & ~(size_t) 15, (uint32_t) t->size, t->capacity,
               t->used, h->table[i].lost};

        h->table[i] = where;
        end = where.offset + t->capacity * t->size;
    }
    image = calloc(1, end);
    if (image == NULL) {
        abort();
    }
    memcpy(image, h, sizeof(*h));
    for (int i = 0; i < NP_TABLES; i++) {
        if (m->table[i].used != 0) {
            memcpy(image + h->table[i].offset, m->table[i].data,
                   m->table[i].used * m->table[i].size);
        }
    }
    *size = end;
    return image;
}


int
maker_write(maker_t *m, const char *path)
{
    size_t         size;
    unsigned char *image = maker_image(m, &size);
    FILE          *f = fopen(path, "we");
    int            rc = -1;

    if (f != NULL) {
        rc = fwrite(image, 1, size, f) == size ? 0 : -1;
        rc = fclose(f) == 0 ? rc : -1;
    }
    free(image);
    return rc;
}
