/*
 * Stress: threads allocate, resize and free objects at random while a model
 * beside them, in memory of its own, knows where each object is, how long it
 * is and what is in it.  An object is checked whenever it is touched: its
 * contents, its alignment, zero from calloc, the length it may be used to.
 *
 *      table of cells, each with a lock and one object or none
 *
 * Half of a thread's steps go to cells of its own, half to any cell: so half
 * of its frees are of other threads' objects.  Threads end after some steps
 * and new ones take their place.
 *
 * Built twice: shadow_direct calls the heap's functions, as a library, and
 * looks at its invariants at the end; shadow calls malloc and is run under
 * LD_PRELOAD.
 *
 * usage: shadow [STEPS [SEED]]
 */

#include "config.h"

#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef SHADOW_DIRECT
#include "base/np_check.h"
#include "heap/np_fast.h"
#include "heap/np_purge.h"
#include "heap/np_stats.h"
#include "map/np_run.h"
#endif

#define SHADOW_CELLS   4096
#define SHADOW_THREADS 4
/* threads that take each place, one after the other */
#define SHADOW_LIVES 25
#define SHADOW_STEPS 400000

typedef struct {
    pthread_mutex_t lock;
    unsigned char  *m; /* NULL: no object */
    size_t          n;
    uint64_t        seed; /* of its contents */
} shadow_cell_t;

typedef struct {
    pthread_t     thread;
    unsigned      place;
    unsigned long steps;
    uint64_t      random;
} shadow_worker_t;

static shadow_cell_t shadow_cells[SHADOW_CELLS];

/* how the memory is had: the heap itself, or the family of malloc */
#ifdef SHADOW_DIRECT

typedef np_stats_t shadow_figures_t;

#define shadow_malloc(n)      np_fast_alloc(n, np_alloc_slow)
#define shadow_calloc(n)      np_alloc_zero(n)
#define shadow_memalign(a, n) np_alloc_aligned(a, n)
#define shadow_realloc(m, n)  np_alloc_resize(m, n)
#define shadow_free(m)        np_fast_free(m)
#define shadow_usable(m)      np_free_usable(m)
#define shadow_trim()         ((void) np_purge_all())
#define shadow_look(s)        ((void) np_stats_collect(s))

#else

typedef struct mallinfo2 shadow_figures_t;

#define shadow_malloc(n)      malloc(n)
#define shadow_calloc(n)      calloc(1, n)
#define shadow_memalign(a, n) memalign(a, n)
#define shadow_realloc(m, n)  realloc(m, n)
#define shadow_free(m)        free(m)
#define shadow_usable(m)      malloc_usable_size(m)
#define shadow_trim()         ((void) malloc_trim(0))
#define shadow_look(s)        (*(s) = mallinfo2())

#endif


/* splitmix64 (Steele, Lea, Flood, 2014) */
static uint64_t
shadow_random(uint64_t *state, uint64_t n)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;

    return (z ^ z >> 31) % n;
}


static void
shadow_fail(const shadow_cell_t *cell, const char *what)
{
    fprintf(stderr, "shadow: cell %zu, %zu bytes at %p: %s\n",
            (size_t) (cell - shadow_cells), cell->n, (void *) cell->m, what);
    abort();
}


/* the contents from byte `from` on: words that differ by place and object */
static void
shadow_fill(shadow_cell_t *cell, size_t from)
{
    uint64_t v;
    size_t   i;

    for (i = from & ~(size_t) 7; i < cell->n; i += 8) {
        v = cell->seed + i * 0x9e3779b97f4a7c15u;
        memcpy(cell->m + i, &v, cell->n - i < 8 ? cell->n - i : 8);
    }
}


static void
shadow_check(const shadow_cell_t *cell, size_t n)
{
    uint64_t v;
    size_t   i;

    for (i = 0; i < n; i += 8) {
        v = cell->seed + i * 0x9e3779b97f4a7c15u;

        if (memcmp(cell->m + i, &v, n - i < 8 ? n - i : 8) != 0) {
            shadow_fail(cell, "contents have changed");
        }
    }
}


/* mostly small, often up to 4 KiB, sometimes 64 KiB, seldom up to 48 MiB */
static size_t
shadow_size(uint64_t *random)
{
    uint64_t kind = shadow_random(random, 20000);

    if (kind < 12000) {
        return shadow_random(random, 257);
    }

    if (kind < 17500) {
        return shadow_random(random, 4200);
    }

    if (kind < 19900) {
        return shadow_random(random, (64 << 10) + 1);
    }

    return kind < 19999 ? shadow_random(random, 1 << 20)
                        : shadow_random(random, 48 << 20);
}


static void
shadow_alloc(shadow_cell_t *cell, uint64_t *random)
{
    size_t align = 16;
    size_t i;

    cell->n = shadow_size(random);

    switch (shadow_random(random, 8)) {

    case 0:
        align = (size_t) 1 << shadow_random(random, 17);
        cell->m = shadow_memalign(align, cell->n);
        break;

    case 1:
        cell->m = shadow_calloc(cell->n);

        for (i = 0; cell->m != NULL && i < cell->n; i++) {
            if (cell->m[i] != 0) {
                shadow_fail(cell, "calloc is not zero");
            }
        }
        break;

    default:
        cell->m = shadow_malloc(cell->n);
        break;
    }

    if (cell->m == NULL) {
        shadow_fail(cell, "out of memory");
    }

    if ((uintptr_t) cell->m % (align > 16 ? align : 16) != 0) {
        shadow_fail(cell, "not aligned");
    }

    if (shadow_usable(cell->m) < cell->n) {
        shadow_fail(cell, "too short");
    }

    cell->seed = shadow_random(random, UINT64_MAX);
    shadow_fill(cell, 0);
}


static void
shadow_resize(shadow_cell_t *cell, uint64_t *random)
{
    size_t old = cell->n;
    size_t n = shadow_random(random, 2) == 0
                   ? shadow_size(random)
                   : old / 2 + shadow_random(random, old + 64);

    n = n != 0 ? n : 1;
    cell->m = shadow_realloc(cell->m, n);
    cell->n = n;

    if (cell->m == NULL) {
        shadow_fail(cell, "out of memory");
    }

    shadow_check(cell, old < n ? old : n);
    shadow_fill(cell, old < n ? old : n);
}


static void
shadow_release(shadow_cell_t *cell)
{
    shadow_check(cell, cell->n);
    shadow_free(cell->m);
    cell->m = NULL;
}


static void
shadow_step(shadow_cell_t *cell, uint64_t *random)
{
    pthread_mutex_lock(&cell->lock);

    if (cell->m == NULL) {
        shadow_alloc(cell, random);

    } else if (shadow_random(random, 4) == 0) {
        shadow_resize(cell, random);

    } else {
        shadow_release(cell);
    }

    pthread_mutex_unlock(&cell->lock);
}


static void *
shadow_work(void *data)
{
    shadow_worker_t *worker = data;
    shadow_figures_t figures;
    unsigned long    i;
    size_t           k;

    for (i = 0; i < worker->steps; i++) {
        k = shadow_random(&worker->random, SHADOW_CELLS);

        if (shadow_random(&worker->random, 2) == 0) {
            k = k / SHADOW_THREADS * SHADOW_THREADS + worker->place;
        }

        shadow_step(&shadow_cells[k], &worker->random);

        switch (shadow_random(&worker->random, 20000)) {

        case 0:
            shadow_trim();
            break;

        case 1:
            shadow_look(&figures);
            break;

        default:
            break;
        }
    }

    return NULL;
}


static void
shadow_start(shadow_worker_t *worker)
{
    if (pthread_create(&worker->thread, NULL, shadow_work, worker) != 0) {
        perror("shadow: pthread_create");
        abort();
    }
}


static void
shadow_run(unsigned long steps, uint64_t seed)
{
    shadow_worker_t worker[SHADOW_THREADS];
    unsigned        life, i;

    for (i = 0; i < SHADOW_THREADS; i++) {
        worker[i].place = i;
        worker[i].steps = steps / SHADOW_THREADS / SHADOW_LIVES;
        worker[i].random = seed + i * 1000003;
        shadow_start(&worker[i]);
    }

    /* one ends while the others go on */
    for (life = 1; life <= SHADOW_LIVES; life++) {
        for (i = 0; i < SHADOW_THREADS; i++) {
            pthread_join(worker[i].thread, NULL);

            if (life < SHADOW_LIVES) {
                shadow_start(&worker[i]);
            }
        }
    }
}


/* what the heap says of itself when the threads are gone */
static void
shadow_judge(unsigned live)
{
#ifdef SHADOW_DIRECT
    np_stats_t s;
    unsigned   c;
    uint64_t   n;

    np_lock(&np_orphans_lock);
    np_lock(&np_runs_lock);
    np_check(np_run_is_valid_locked(), "runs are not valid", NULL);
    np_unlock(&np_runs_lock);
    np_check(np_heap_is_valid(&np_orphans), "orphans are not valid", NULL);
    np_unlock(&np_orphans_lock);

    np_check(!np_self->attached || np_heap_is_valid(np_self),
             "the heap is not valid", NULL);
    np_check(np_stats_collect(&s) == 0, "no figures", NULL);

    for (c = 1, n = s.large.count; c < NP_CLASSES; c++) {
        n += s.pool[c].live;
    }

    np_check(n == live, "objects were lost or found", NULL);
    np_check(live != 0 || s.live_bytes == 0, "bytes were lost", NULL);
    np_check(!s.counted || s.allocs - s.frees == live, "miscounted", NULL);
#else
    (void) live;
#endif
}


int
main(int argc, char **argv)
{
    unsigned long steps = argc > 1 ? strtoul(argv[1], NULL, 0) : SHADOW_STEPS;
    uint64_t      seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    unsigned      i, live = 0;

    for (i = 0; i < SHADOW_CELLS; i++) {
        pthread_mutex_init(&shadow_cells[i].lock, NULL);
    }

    printf("shadow: %lu steps, seed %llu\n", steps, (unsigned long long) seed);
    fflush(stdout);
    shadow_run(steps, seed);

    for (i = 0; i < SHADOW_CELLS; i++) {
        live += shadow_cells[i].m != NULL;
    }

    shadow_judge(live);

    for (i = 0; i < SHADOW_CELLS; i++) {
        if (shadow_cells[i].m != NULL) {
            shadow_release(&shadow_cells[i]);
        }
    }

    shadow_judge(0);

    return 0;
}
