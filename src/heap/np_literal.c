#include "config.h"

#include "heap/np_literal.h"

#include "heap/np_misuse.h"
#include "heap/np_mode.h"
#include "heap/np_seam.h"
#include "map/np_header.h"
#include "map/np_run.h"
#include "os/np_options.h"
#include "os/np_proc.h"
#include "pool/ngx_palloc.h"

/* nginx's NGX_DEFAULT_POOL_SIZE */
#define NP_LITERAL_POOL ((size_t) 16 << 10)
#define NP_LITERAL_LIVE 0x6c69766567786e01u
#define NP_LITERAL_DEAD 0x6465616467786e02u

typedef struct {
    size_t           size; /* bytes asked for */
    _Atomic uint64_t xmark;
} np_literal_head_t;

_Static_assert(sizeof(np_literal_head_t) == 16, "objects stay aligned");

/* the record of a chunk; its kind stands where every record's does */
typedef struct {
    char             *start;
    size_t            granules;
    size_t            spare[2];
    _Atomic uintptr_t xowner;
    size_t            spare2[2];
    uint8_t           spare3[4];
    uint8_t           kind;
    uint8_t           spare4[3];
} np_literal_chunk_t;

_Static_assert(offsetof(np_literal_chunk_t, kind) == offsetof(np_word_t, kind)
                   && offsetof(np_literal_chunk_t, xowner)
                          == offsetof(np_word_t, xowner),
               "every record tells its kind and owner at the same place");

static struct {
    _Atomic size_t xblocks;
    _Atomic size_t xbytes;
    _Atomic size_t xlive[NP_CLASSES];
    _Atomic size_t xdead[NP_CLASSES];
} np_literal;


static np_literal_head_t *
np_literal_head(const void *m)
{
    return (np_literal_head_t *) (uintptr_t) m - 1;
}


/* the mark depends on the address, so that a copy of a head is none */
static uint64_t
np_literal_mark(const void *m, uint64_t kind)
{
    return np_proc_mix((uintptr_t) m ^ kind);
}


static np_literal_chunk_t *
np_literal_record(const void *m)
{
    return np_window_record(np_window_map()[np_window_granule(m)]);
}


void *
np_literal_chunk(size_t size)
{
    size_t              n = np_align_up(size, NP_GRANULE) >> NP_GRANULE_SHIFT;
    np_literal_chunk_t *record;
    size_t              g, i;
    int                 zero;

    np_lock(&np_runs_lock);
    record = np_header_alloc_locked(1);
    g = record != NULL ? np_run_alloc_locked(n, 1, &zero) : NP_RUN_NONE;

    if (g == NP_RUN_NONE) {
        if (record != NULL) {
            np_header_free_locked(record, 1);
        }

        np_unlock(&np_runs_lock);
        return NULL;
    }

    record->start = np_window_address(g);
    record->granules = n;
    record->kind = NP_KIND_LITERAL;
    atomic_store_explicit(&record->xowner, 0, memory_order_relaxed);

    for (i = g; i < g + n; i++) {
        np_window_set(i, np_window_offset(record));
    }

    np_unlock(&np_runs_lock);
    atomic_fetch_add(&np_literal.xblocks, 1);
    atomic_fetch_add(&np_literal.xbytes, n << NP_GRANULE_SHIFT);

    return record->start;
}


void
np_literal_chunk_free(void *m)
{
    np_literal_chunk_t *record = np_literal_record(m);
    size_t              n = record->granules;
    size_t              g = np_window_granule(m);
    size_t              i;

    np_lock(&np_runs_lock);

    for (i = g; i < g + n; i++) {
        np_window_set(i, 0);
    }

    record->kind = NP_KIND_NONE;
    np_run_free_locked(g, n);
    np_header_free_locked(record, 1);
    np_unlock(&np_runs_lock);

    atomic_fetch_sub(&np_literal.xblocks, 1);
    atomic_fetch_sub(&np_literal.xbytes, n << NP_GRANULE_SHIFT);
}


void *
np_literal_alloc(np_heap_t *h, size_t n)
{
    size_t             size = np_align_up(n != 0 ? n : 1, 16);
    unsigned           c = np_class_of(size);
    np_literal_head_t *head;

    if (h->literal == NULL) {
        h->literal = ngx_create_pool(np_options.block > NP_LITERAL_POOL
                                         ? np_options.block
                                         : NP_LITERAL_POOL,
                                     &np_seam_objects);

        if (h->literal == NULL) {
            return NULL;
        }
    }

    /* every size is a multiple of 16, so every object is aligned to 16 */
    head = ngx_palloc(h->literal, sizeof(np_literal_head_t) + size);

    if (head == NULL) {
        return NULL;
    }

    head->size = n;
    atomic_store_explicit(&head->xmark,
                          np_literal_mark(head + 1, NP_LITERAL_LIVE),
                          memory_order_relaxed);
    atomic_fetch_add_explicit(&np_literal.xlive[c], 1, memory_order_relaxed);

    if (h->count != NULL) {
        np_count_alloc(h->count, c, n, np_class_size(c));
    }

    return head + 1;
}


int
np_literal_is_object(const void *m)
{
    uint64_t mark;

    if ((uintptr_t) m % 16 != 0
        || (const char *) m
               < np_literal_record(m)->start + sizeof(np_literal_head_t)) {
        return 0;
    }

    mark = atomic_load_explicit(&np_literal_head(m)->xmark,
                                memory_order_relaxed);

    return mark == np_literal_mark(m, NP_LITERAL_LIVE)
           || mark == np_literal_mark(m, NP_LITERAL_DEAD);
}


int
np_literal_is_live(const void *m)
{
    return atomic_load_explicit(&np_literal_head(m)->xmark,
                                memory_order_relaxed)
           == np_literal_mark(m, NP_LITERAL_LIVE);
}


size_t
np_literal_usable(const void *m)
{
    size_t n = np_literal_head(m)->size;

    return np_align_up(n != 0 ? n : 1, 16);
}


void
np_literal_free(void *m)
{
    np_literal_head_t *head = np_literal_head(m);
    unsigned           c = np_class_of(np_literal_usable(m));
    uint64_t           live = np_literal_mark(m, NP_LITERAL_LIVE);
    np_heap_t         *h;

    if (!atomic_compare_exchange_strong(&head->xmark, &live,
                                        np_literal_mark(m, NP_LITERAL_DEAD))) {
        np_misuse("double free", m);
        return;
    }

    atomic_fetch_add_explicit(&np_literal.xdead[c], 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(&np_literal.xlive[c], 1, memory_order_relaxed);

    h = np_heap_get();

    if (h != NULL && h->count != NULL) {
        np_count_free(h->count, c, head->size, np_class_size(c));
    }
}


void
np_literal_count(np_literal_counters_t *n)
{
    unsigned c;

    n->blocks = atomic_load(&np_literal.xblocks);
    n->bytes = atomic_load(&np_literal.xbytes);

    for (c = 0; c < NP_CLASSES; c++) {
        n->live[c] = atomic_load(&np_literal.xlive[c]);
        n->dead[c] = atomic_load(&np_literal.xdead[c]);
    }
}
