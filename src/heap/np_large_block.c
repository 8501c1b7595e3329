#include "config.h"

#include "heap/np_large_block.h"

#include "heap/np_eager.h"
#include "heap/np_fork.h"
#include "heap/np_gone.h"
#include "heap/np_guard.h"
#include "heap/np_mode.h"
#include "heap/np_purge.h"
#include "map/np_apart.h"
#include "map/np_header.h"
#include "map/np_huge.h"
#include "map/np_run.h"
#include "os/np_options.h"

/* where the window ends for blocks of more than NP_LARGE_FINE: what is behind
 * is for small ones, which mappings of a page each would not replace */
#define NP_LARGE_END                                                          \
    (NP_WINDOW_GRANULES - ((size_t) 2 << (30 - NP_GRANULE_SHIFT)))

np_queue_t np_large_list = {&np_large_list, &np_large_list};

/* bytes of the list; runs lock */
static size_t np_large_now;
static size_t np_large_most;
static size_t np_large_mapped;


static void
np_large_note_locked(size_t more, size_t less)
{
    np_large_now += more - less;
    np_large_most
        = np_large_now > np_large_most ? np_large_now : np_large_most;
}


static void
np_large_init_locked(np_large_t *l, char *m, size_t size, size_t front,
                     int mapped)
{
    l->start = m + front;
    l->size = size - front;
    l->front = (uint32_t) front;
    l->guarded = 0;
    l->hidden = 0;
    l->requested = 0;
    l->mapped = (uint32_t) mapped;
    l->kind = NP_KIND_LARGE;
    atomic_store_explicit(&l->xowner, 0, memory_order_relaxed);
    atomic_store_explicit(&l->xstate, NP_LARGE_LIVE, memory_order_relaxed);
    np_queue_insert_tail(&np_large_list, &l->link);
    np_large_note_locked(size, 0);
    np_large_mapped += mapped ? size : 0;
}


/* a record, and what reports and profiles keep beside it */
static np_large_t *
np_large_record_locked(void)
{
    np_large_t *l = np_header_alloc_locked(1);

    if (l != NULL && np_modes != 0 && np_mode_reach_locked() != 0) {
        np_header_free_locked(l, 1);
        l = NULL;
    }

    return l;
}


np_large_t *
np_large_take_run(size_t size, size_t align, int *zero)
{
    size_t      page = np_mem_page();
    size_t      n = size >> NP_GRANULE_SHIFT;
    np_large_t *l;
    size_t      g;
    int         eager;

    if (align < page && size % page == 0) {
        align = page;
    }

    align = align > NP_GRANULE ? align : NP_GRANULE;

    np_lock(&np_runs_lock);
    l = np_large_record_locked();

    if (l == NULL) {
        np_unlock(&np_runs_lock);
        return NULL;
    }

    g = np_run_alloc_below_locked(size > NP_LARGE_FINE ? NP_LARGE_END
                                                       : NP_WINDOW_GRANULES,
                                  n, align >> NP_GRANULE_SHIFT, zero);

    if (g == NP_RUN_NONE) {
        np_header_free_locked(l, 1);
        np_unlock(&np_runs_lock);
        return NULL;
    }

    np_large_init_locked(l, np_window_address(g), size, 0, 0);
    np_window_set(g, np_window_offset(l));
    eager = *zero && np_eager_locked(l);
    np_unlock(&np_runs_lock);

    if (eager) {
        (void) np_mem_populate((void *) np_align_down((size_t) l->start, page),
                               np_align_up(size, page));
    }

    return l;
}


np_large_t *
np_large_adopt(char *m, size_t bytes, size_t front)
{
    np_large_t *l;

    np_lock(&np_runs_lock);
    l = np_large_record_locked();

    if (l != NULL) {
        if (np_huge_insert_locked(m + front, np_window_offset(l)) == 0) {
            np_large_init_locked(l, m, bytes, front, 1);

        } else {
            np_header_free_locked(l, 1);
            l = NULL;
        }
    }

    np_unlock(&np_runs_lock);

    return l;
}


np_large_t *
np_large_take_mapping(size_t size, size_t align, int *zero)
{
    np_large_t *l;
    void       *m;

    size = np_align_up(size, np_mem_page());
    m = np_apart_map(size, align);

    if (m == NULL) {
        return NULL;
    }

    *zero = 1;
    l = np_large_adopt(m, size, 0);

    if (l == NULL) {
        np_mem_unmap(m, size);
    }

    return l;
}


/* of m outside the window: where its record is, or 0 */
static NP_NOINLINE uint32_t
np_large_find_huge(const void *m)
{
    uint32_t offset;

    if ((uintptr_t) m % np_mem_page() != 0 && !np_options.guard) {
        return 0;
    }

    np_fork_notice();
    np_lock(&np_runs_lock);
    offset = np_huge_find_locked(m);
    np_unlock(&np_runs_lock);

    return offset;
}


np_large_t *
np_large_find(const void *m)
{
    size_t      g = np_window_granule(m);
    np_large_t *l;
    uint32_t    offset;

    if (g < np_peek(np_window.granules)) {
        offset = np_window_map()[g];

    } else {
        offset = np_large_find_huge(m);
    }

    l = np_window_record(offset);

    return offset != 0 && l->kind == NP_KIND_LARGE ? l : NULL;
}


void
np_large_release(np_large_t *l)
{
    char  *start = l->start;
    size_t size = np_large_bytes(l);
    size_t g = np_window_granule(start);
    size_t front = l->front;
    int    mapped = (int) l->mapped;
    int    guarded = l->guarded;

    np_lock(&np_runs_lock);
    np_queue_remove(&l->link);
    atomic_store_explicit(&l->xstate, NP_LARGE_GONE, memory_order_relaxed);
    l->kind = NP_KIND_NONE;
    np_large_note_locked(0, size);

    if (mapped) {
        np_huge_remove_locked(start);
        np_gone_note_locked(start - front, size);
        np_large_mapped -= size;

    } else {
        np_window_set(g, 0);
        np_run_free_locked(g, size >> NP_GRANULE_SHIFT);
        np_purge_runs_locked();
    }

    np_header_free_locked(l, 1);
    np_unlock(&np_runs_lock);

    if (guarded) {
        np_guard_unmap(start, front, size - front);

    } else if (mapped && np_mem_unmap(start, size) != 0) {
        /* a split would pass vm.max_map_count: the pages at least go */
        np_mem_purge(start, size);
    }
}


static int
np_large_remap(np_large_t *l, size_t size)
{
    char *m;

    /* not a run yet: who goes to and fro would be copied each time */
    if (size <= NP_LARGE_RUN / 2 && size < l->size / 2) {
        return -1;
    }

    np_lock(&np_runs_lock);
    m = np_mem_remap(l->start, l->size, size);

    if (m == NULL) {
        np_unlock(&np_runs_lock);
        return -1;
    }

    if (m != l->start) {
        np_gone_note_locked(l->start, l->size);
    }

    np_huge_remove_locked(l->start);
    /* cannot fail: a slot was just given up */
    (void) np_huge_insert_locked(m, np_window_offset(l));
    np_large_note_locked(size, l->size);
    np_large_mapped += size - l->size;
    l->start = m;
    l->size = size;
    np_unlock(&np_runs_lock);

    return 0;
}


/* l, a run, becomes a mapping of `size` bytes; 0, or -1: it stays */
static int
np_large_leave_run_locked(np_large_t *l, size_t size)
{
    size_t g = np_window_granule(l->start);
    char  *m;

    /* room in the table, before the pages move */
    if (np_huge_insert_locked(l->start, np_window_offset(l)) != 0) {
        return -1;
    }

    np_huge_remove_locked(l->start);
    m = np_mem_move(l->start, l->size, size);

    if (m == NULL) {
        return -1;
    }

    (void) np_huge_insert_locked(m, np_window_offset(l));
    np_window_set(g, 0);
    np_run_free_clean_locked(g, l->size >> NP_GRANULE_SHIFT);
    np_large_note_locked(size, l->size);
    np_large_mapped += size;
    l->start = m;
    l->size = size;
    l->mapped = 1;

    return 0;
}


/* l, a run, had better be a mapping if it is to have `size` bytes, and there
 * is no room for them where it is */
static int
np_large_is_mover(const np_large_t *l, size_t size)
{
    return l->front == 0 && size > l->size
           && (l->size >= NP_LARGE_MOVES
               || (l->size >= NP_LARGE_STEPS
                   && (size - l->size) * 4 < l->size));
}


int
np_large_resize(np_large_t *l, size_t n)
{
    size_t size, g, old, new;
    int    zero, done = 1;

    if (n > PTRDIFF_MAX || n == 0) {
        return -1;
    }

    if (l->guarded) {
        return np_guard_fits(l, n) ? 0 : -1;
    }

    size = np_large_round(n + l->front);

    if (size == np_large_bytes(l)) {
        return 0;
    }

    if (l->mapped) {
        return np_large_remap(l, size);
    }

    if (size > NP_LARGE_RUN) {
        return -1;
    }

    g = np_window_granule(l->start);
    old = np_large_bytes(l) >> NP_GRANULE_SHIFT;
    new = size >> NP_GRANULE_SHIFT;

    np_lock(&np_runs_lock);

    if (new > old) {
        done = np_run_extend_locked(g + old, new - old, &zero);

    } else {
        np_run_free_locked(g + new, old - new);
        np_purge_runs_locked();
    }

    if (done) {
        np_large_note_locked(size, np_large_bytes(l));
        l->size = size - l->front;

    } else if (np_large_is_mover(l, size)) {
        done = np_large_leave_run_locked(l, size) == 0;
    }

    np_unlock(&np_runs_lock);

    return done ? 0 : -1;
}


size_t
np_large_peak(void)
{
    return np_large_most;
}


NP_RACY size_t
np_large_bytes_now(void)
{
    return np_large_now;
}


NP_RACY size_t
np_large_bytes_mapped(void)
{
    return np_large_mapped;
}
