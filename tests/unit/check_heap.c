/*
 * What the tests of the heap share.
 */

#include "config.h"

#include "check_heap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "heap/np_fast.h"
#include "heap/np_find.h"
#include "heap/np_literal.h"
#include "map/np_header.h"
#include "map/np_run.h"
#include "os/np_mem.h"
#include "os/np_proc.h"

static uint64_t check_seed = 1;


void *
check_alloc(size_t n)
{
    return np_fast_alloc(n, np_alloc_slow);
}


void
check_free(void *m)
{
    np_fast_free(m);
}


np_word_t *
check_word(const void *m)
{
    np_found_t f;

    ck_assert_int_eq(np_find(m, &f), NP_FOUND_SLOT);

    return f.w;
}


uint64_t
check_random(uint64_t n)
{
    check_seed = np_proc_mix(check_seed + 0x9e3779b97f4a7c15u);

    return check_seed % n;
}


void *
check_in_thread(void *(*run)(void *), void *arg)
{
    pthread_t t;
    void     *result;

    ck_assert_int_eq(pthread_create(&t, NULL, run, arg), 0);
    ck_assert_int_eq(pthread_join(t, &result), 0);

    return result;
}


void
check_fill(void *m, size_t n, unsigned seed)
{
    unsigned char *p = m;
    size_t         i;

    for (i = 0; i < n; i++) {
        p[i] = (unsigned char) (seed + i * 7);
    }
}


int
check_filled(const void *m, size_t n, unsigned seed)
{
    const unsigned char *p = m;
    size_t               i;

    for (i = 0; i < n; i++) {
        if (p[i] != (unsigned char) (seed + i * 7)) {
            return 0;
        }
    }

    return 1;
}


int
check_all(const void *m, int c, size_t n)
{
    const unsigned char *p = m;
    size_t               i;

    for (i = 0; i < n; i++) {
        if (p[i] != c) {
            return 0;
        }
    }

    return 1;
}


void
check_option(const char *name, const char *value)
{
    ck_assert_uint_eq(np_window.base, 0);
    ck_assert_int_eq(setenv(name, value, 1), 0);
}


static void
check_stats_laws(const np_stats_t *s)
{
    const np_stats_pool_t *p;
    uint64_t               live = 0, calls = 0, frees = 0;
    unsigned               c;

    for (c = 1; c < NP_CLASSES; c++) {
        p = &s->pool[c];
        ck_assert_uint_eq(p->size, np_class_size(c));

        if (s->reclaim) {
            ck_assert_uint_eq(p->capacity, p->live + p->holes + p->fresh);
        }

        ck_assert_uint_le(p->passed_by, p->blocks);
        ck_assert_uint_le(p->purged_bytes, p->holes * p->size);
        ck_assert(p->blocks != 0 || p->capacity == 0 || !s->reclaim);
        live += p->live * p->size;

        if (s->counted) {
            ck_assert_uint_eq(p->allocs - p->frees, p->live);
        }
    }

    for (c = 0; c < NP_CLASSES; c++) {
        calls += s->pool[c].allocs;
        frees += s->pool[c].frees;
    }

    ck_assert_uint_eq(s->live_bytes, live + s->large.live_bytes);
    ck_assert_uint_eq(s->allocs, calls);
    ck_assert_uint_eq(s->frees, frees);
    ck_assert_uint_le(s->large.live_bytes, s->large.peak_bytes);
    ck_assert_uint_le(s->large.mapped_bytes, s->large.live_bytes);

    if (s->counted) {
        ck_assert_uint_eq(s->pool[0].allocs - s->pool[0].frees,
                          s->large.count);
        ck_assert_uint_le(s->live_requested, s->live_bytes);
        ck_assert_uint_le(s->live_requested, s->peak_requested);
        ck_assert_uint_le(s->live_bytes, s->peak_bytes);
    }
}


void
check_snapshot(np_stats_t *s)
{
    ck_assert_int_eq(np_stats_collect(s), 0);

    /* before the start there is nothing that could add up */
    if (np_window.base != 0) {
        check_stats_laws(s);
    }
}


/* bytes of runs that the blocks of h have; runs lock held */
static size_t
check_block_bytes(np_heap_t *h)
{
    np_queue_t *q;
    np_block_t *b;
    size_t      bytes = 0;

    np_queue_each(q, &h->blocks)
    {
        b = np_queue_data(q, np_block_t, all);
        bytes += np_block_bytes(b, np_class_size(b->class));
    }

    return bytes;
}


/* each granule in use is a block's, a large block's or the literal pool's:
 * what fails half-way loses none */
static void
check_owners(void)
{
    np_literal_counters_t literal;

    np_queue_t *q;
    np_large_t *l;
    np_heap_t  *h;
    size_t      bytes;

    np_lock(&np_heaps_lock);
    np_lock(&np_orphans_lock);
    np_lock(&np_runs_lock);
    np_literal_count(&literal);
    bytes = literal.bytes + check_block_bytes(&np_orphans);

    np_heap_each_locked(h)
    {
        bytes += check_block_bytes(h);
    }

    np_queue_each(q, &np_large_list)
    {
        l = np_queue_data(q, np_large_t, link);
        bytes += l->mapped ? 0 : np_large_bytes(l);
    }

    ck_assert_uint_eq(bytes, np_run_counters.used << NP_GRANULE_SHIFT);
    np_unlock(&np_runs_lock);
    np_unlock(&np_orphans_lock);
    np_unlock(&np_heaps_lock);
}


void
check_laws(void)
{
    np_stats_t s;
    np_heap_t *h;

    check_owners();
    np_lock(&np_heaps_lock);

    np_heap_each_locked(h)
    {
        ck_assert_int_eq(np_heap_is_valid(h), 1);
    }

    np_unlock(&np_heaps_lock);

    np_lock(&np_orphans_lock);
    np_lock(&np_runs_lock);
    ck_assert_int_eq(np_run_is_valid_locked(), 1);
    np_unlock(&np_runs_lock);
    ck_assert_int_eq(np_heap_is_valid(&np_orphans), 1);
    np_unlock(&np_orphans_lock);

    check_snapshot(&s);
}


size_t
check_used(void)
{
    return np_run_counters.used;
}


size_t
check_records_without_side(void)
{
    size_t bytes;

    np_lock(&np_runs_lock);
    bytes = np_window_mapped(NP_AREA_SIDE) / (NP_WORD_SLOTS * 2)
            * NP_HEADER_SIZE;
    ck_assert_int_eq(np_window_reach_locked(NP_AREA_HEADERS, bytes * 2), 0);
    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);

    while (np_header_used() < bytes) {
        ck_assert_ptr_nonnull(np_header_alloc_locked(1));
    }

    np_unlock(&np_runs_lock);

    return np_header_used();
}
