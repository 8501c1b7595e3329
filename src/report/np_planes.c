/*
 * The steps for a table are made in order and undone in reverse order; each
 * changes one field by another that it leaves alone, so that any bytes come
 * back as they were.  Which pairs: each was tried with each on a profile of
 * cc1 with 8400 sites.
 */
#include "config.h"

#include "report/np_planes.h"

#include <string.h>

#define NP_PLANES_OF(field) offsetof(np_format_site_t, field)

typedef enum {
    NP_PLANES_LESS, /* to -= from */
    NP_PLANES_FROM  /* to = from - to */
} np_planes_how_e;

typedef struct {
    np_planes_how_e how;
    size_t          to, from; /* of 64 bits */
} np_planes_step_t;

static const np_planes_step_t np_planes_site[] = {
    {NP_PLANES_FROM, NP_PLANES_OF(samples), NP_PLANES_OF(allocs)},
    {NP_PLANES_FROM, NP_PLANES_OF(free_samples), NP_PLANES_OF(frees)},
    {NP_PLANES_FROM, NP_PLANES_OF(runs), NP_PLANES_OF(frees)},
    {NP_PLANES_FROM, NP_PLANES_OF(temporary), NP_PLANES_OF(frees)},
    {NP_PLANES_FROM, NP_PLANES_OF(temporary_bytes), NP_PLANES_OF(free_bytes)},
    {NP_PLANES_FROM, NP_PLANES_OF(frees), NP_PLANES_OF(allocs)},
    {NP_PLANES_FROM, NP_PLANES_OF(frees), NP_PLANES_OF(live_objects)},
    {NP_PLANES_FROM, NP_PLANES_OF(free_bytes), NP_PLANES_OF(alloc_bytes)},
    {NP_PLANES_FROM, NP_PLANES_OF(free_bytes), NP_PLANES_OF(live_bytes)},
    {NP_PLANES_FROM, NP_PLANES_OF(at_peak_objects),
     NP_PLANES_OF(peak_objects)},
    {NP_PLANES_LESS, NP_PLANES_OF(peak_objects), NP_PLANES_OF(live_objects)},
    {NP_PLANES_LESS, NP_PLANES_OF(peak_bytes), NP_PLANES_OF(live_bytes)},
    {NP_PLANES_LESS, NP_PLANES_OF(slack), NP_PLANES_OF(live_slack)},
    {NP_PLANES_LESS, NP_PLANES_OF(pinned_sum), NP_PLANES_OF(pinned_max)},
    {NP_PLANES_FROM, NP_PLANES_OF(half[0].runs), NP_PLANES_OF(half[0].frees)},
    {NP_PLANES_FROM, NP_PLANES_OF(half[0].temporary),
     NP_PLANES_OF(half[0].frees)},
    {NP_PLANES_FROM, NP_PLANES_OF(half[0].frees),
     NP_PLANES_OF(half[0].allocs)},
    {NP_PLANES_FROM, NP_PLANES_OF(half[1].runs), NP_PLANES_OF(half[1].frees)},
    {NP_PLANES_FROM, NP_PLANES_OF(half[1].temporary),
     NP_PLANES_OF(half[1].frees)},
    {NP_PLANES_FROM, NP_PLANES_OF(half[1].frees),
     NP_PLANES_OF(half[1].allocs)},
};

#define NP_PLANES_STEPS (sizeof(np_planes_site) / sizeof(np_planes_site[0]))


/* the record need not be aligned */
static uint64_t
np_planes_get(const char *record, size_t at)
{
    uint64_t v;

    memcpy(&v, record + at, sizeof(v));
    return v;
}


static void
np_planes_step(char *record, const np_planes_step_t *s, int undo)
{
    uint64_t to = np_planes_get(record, s->to);
    uint64_t from = np_planes_get(record, s->from);

    to = s->how == NP_PLANES_FROM ? from - to : undo ? to + from : to - from;
    memcpy(record + s->to, &to, sizeof(to));
}


/* the 32 bits at `at` of a record by those of the one before, NULL: none */
static void
np_planes_row(char *record, const char *before, size_t at, int undo)
{
    uint32_t v, b = 0;

    if (before != NULL) {
        memcpy(&b, before + at, sizeof(b));
    }
    memcpy(&v, record + at, sizeof(v));
    v = undo ? v + b : v - b;
    memcpy(record + at, &v, sizeof(v));
}


static void
np_planes_site_rows(char *record, const char *before, int undo)
{
    np_planes_row(record, before, NP_PLANES_OF(node), undo);
    np_planes_row(record, before, NP_PLANES_OF(first_ms), undo);
}


/* how far back the node of the caller is */
static void
np_planes_node(char *record, size_t i)
{
    uint32_t parent;
    size_t   at = offsetof(np_format_node_t, parent);

    memcpy(&parent, record + at, sizeof(parent));
    parent = (uint32_t) i - parent;
    memcpy(record + at, &parent, sizeof(parent));
}


void
np_planes_less(char *records, np_table_e t, size_t size, size_t n)
{
    for (size_t i = n; i-- > 0;) {
        char *r = records + i * size;

        if (t == NP_TABLE_NODES) {
            np_planes_node(r, i);
        } else if (t == NP_TABLE_SITES) {
            np_planes_site_rows(r, i > 0 ? r - size : NULL, 0);
            for (size_t k = 0; k < NP_PLANES_STEPS; k++) {
                np_planes_step(r, &np_planes_site[k], 0);
            }
        }
    }
}


void
np_planes_more(char *records, np_table_e t, size_t size, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *r = records + i * size;

        if (t == NP_TABLE_NODES) {
            np_planes_node(r, i);
        } else if (t == NP_TABLE_SITES) {
            np_planes_site_rows(r, i > 0 ? r - size : NULL, 1);
            for (size_t k = NP_PLANES_STEPS; k-- > 0;) {
                np_planes_step(r, &np_planes_site[k], 1);
            }
        }
    }
}


void
np_planes_make(void *planes, void *records, np_table_e t, size_t size,
               size_t n)
{
    const char *from = records;
    char       *to = planes;

    np_planes_less(records, t, size, n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < size; k++) {
            to[k * n + i] = from[i * size + k];
        }
    }
}


void
np_planes_undo(void *records, const void *planes, np_table_e t, size_t size,
               size_t n)
{
    const char *from = planes;
    char       *to = records;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < size; k++) {
            to[i * size + k] = from[k * n + i];
        }
    }
    np_planes_more(records, t, size, n);
}
