/*
 * A sequence of calls of malloc's family, read from the input a byte a call
 * and some for its arguments, over the heap as a library, beside a model of
 * what lives: where each object is, how long it is, what is in it.  Objects
 * may be freed by, or come from, threads that begin and end for it.  At the
 * end all is freed, and the heap's laws must hold (debug build).
 */
#include "config.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_profile.h"
#include "heap/np_fast.h"
#include "heap/np_purge.h"

#define FUZZ_CELLS 64
/* longer objects are filled and looked at near their ends only */
#define FUZZ_EDGE 512

typedef struct {
    unsigned char *m; /* NULL: no object */
    size_t         n;
    unsigned char  seed;
} fuzz_cell_t;

typedef struct {
    const uint8_t *next, *end;
} fuzz_input_t;

static fuzz_cell_t   fuzz_cells[FUZZ_CELLS];
static unsigned char fuzz_seed;


static void
fuzz_want(int holds, const char *what)
{
    if (!holds) {
        (void) fprintf(stderr, "fuzz_heap: %s\n", what);
        abort();
    }
}


static unsigned
fuzz_byte(fuzz_input_t *in)
{
    return in->next < in->end ? *in->next++ : 0;
}


/* mostly small, some large, few huge */
static size_t
fuzz_size(fuzz_input_t *in)
{
    unsigned k = fuzz_byte(in);
    size_t   n = fuzz_byte(in);

    n |= (size_t) fuzz_byte(in) << 8;

    if (k < 160) {
        return n % 512;
    }

    if (k < 224) {
        return n % 5000;
    }

    return k < 252 ? n * 5 : n * 700;
}


static unsigned char
fuzz_at(const fuzz_cell_t *cell, size_t i)
{
    return (unsigned char) (cell->seed + i * 31);
}


/* the places of an object of n bytes that are looked at */
static size_t
fuzz_step(size_t n, size_t i)
{
    return i == FUZZ_EDGE && n > 2 * FUZZ_EDGE ? n - FUZZ_EDGE : i;
}


static void
fuzz_look(const fuzz_cell_t *cell, size_t n)
{
    size_t i;

    for (i = 0; i < n; i = fuzz_step(n, i + 1)) {
        /* of a longer object, only its own places were filled */
        if (i < FUZZ_EDGE || i + FUZZ_EDGE >= cell->n) {
            fuzz_want(cell->m[i] == fuzz_at(cell, i), "other contents");
        }
    }
}


static void
fuzz_put(fuzz_cell_t *cell, void *m, size_t n, size_t align, int zero)
{
    size_t i;

    fuzz_want((uintptr_t) m % align == 0, "not aligned");
    fuzz_want(m == NULL || np_free_usable(m) >= n, "too short");
    cell->m = m;
    cell->n = m != NULL ? n : 0;
    cell->seed = fuzz_seed++;

    for (i = 0; i < cell->n; i = fuzz_step(n, i + 1)) {
        fuzz_want(!zero || cell->m[i] == 0, "not zero");
        cell->m[i] = fuzz_at(cell, i);
    }
}


static void
fuzz_drop(fuzz_cell_t *cell)
{
    if (cell->m != NULL) {
        fuzz_look(cell, cell->n);
        np_fast_free(cell->m);
        cell->m = NULL;
    }
}


static void
fuzz_resize(fuzz_cell_t *cell, size_t n)
{
    void *m;

    if (cell->m == NULL) {
        return;
    }

    n += n == 0;
    m = np_alloc_resize(cell->m, n);

    if (m != NULL) {
        cell->m = m;
        fuzz_look(cell, n < cell->n ? n : cell->n);
        fuzz_put(cell, m, n, 16, 0);
    }
}


/* one call, for the cell that the input names */
static void
fuzz_call(fuzz_input_t *in)
{
    unsigned     what = fuzz_byte(in);
    fuzz_cell_t *cell = &fuzz_cells[fuzz_byte(in) % FUZZ_CELLS];
    size_t       n, align;

    switch (what % 8) {

    case 0:
    case 1:
        fuzz_drop(cell);
        n = fuzz_size(in);
        fuzz_put(cell, np_fast_alloc(n, np_alloc_slow), n, 16, 0);
        break;

    case 2:
        fuzz_drop(cell);
        n = fuzz_size(in);
        fuzz_put(cell, np_alloc_zero(n), n, 16, 1);
        break;

    case 3:
        fuzz_drop(cell);
        align = (size_t) 16 << fuzz_byte(in) % 13;
        n = fuzz_size(in);
        fuzz_put(cell, np_alloc_aligned(align, n), n, align, 0);
        break;

    case 4:
        fuzz_resize(cell, fuzz_size(in));
        break;

    case 5:
        if (what == 0xfd) {
            (void) np_purge_all();
        }

        fuzz_drop(cell);
        break;

    default:
        fuzz_drop(cell);
        break;
    }
}


/* some calls, in a thread that ends after them */
static void *
fuzz_thread(void *arg)
{
    fuzz_input_t *in = arg;
    unsigned      n = fuzz_byte(in) % 64;

    for (; n != 0 && in->next < in->end; n--) {
        fuzz_call(in);
    }

    return NULL;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t in = {data, data + size};
    pthread_t    thread;
    unsigned     i;

    while (in.next < in.end) {

        if (*in.next == 0xff) {
            in.next++;
            fuzz_want(pthread_create(&thread, NULL, fuzz_thread, &in) == 0
                          && pthread_join(thread, NULL) == 0,
                      "no thread");
            continue;
        }

        fuzz_call(&in);
    }

    for (i = 0; i < FUZZ_CELLS; i++) {
        fuzz_drop(&fuzz_cells[i]);
    }

    fuzz_want(np_heap_is_valid(np_heap_get()), "a law of the heap");

    return 0;
}
